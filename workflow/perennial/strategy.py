"""Strategies: the queries of search.yaml, checked locally and written out as PubMed takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from perennial.config import Config, misread
from perennial.errors import InputError
from perennial.identifiers import identify
from perennial.query import Query, QueryError, parse, parse_blocks

_BLOCK = re.compile(r"#([A-Za-z]\w*)")
_NEAR = re.compile(r"\bNEAR/\d+")


def sent_queries(strategies: Config) -> dict[str, str]:
    """Each strategy's query by its id, with its blocks written out and the limits added.

    Raises InputError, at its place in the file, for a query or an identifier that cannot be
    read: PubMed would drop what it does not know, and search for something else.
    """
    blocks = strategies.get("blocks") or {}
    _check(strategies, blocks)
    limits = strategies.get("limits")
    added = f" AND ({_written_out(limits, blocks)})" if limits else ""
    return {
        row["id"]: f"({_written_out(row['query'], blocks)}){added}"
        for row in strategies["strategies"]
    }


def _check(strategies: Config, blocks: Mapping[str, str]) -> None:
    try:
        known = parse_blocks(blocks)
    except QueryError as error:
        raise misread(strategies, error, "blocks", error.block) from None
    for path, query in _queries(strategies):
        _check_query(strategies, path, query, known)
    for index, written in enumerate(strategies.get("ids") or ()):
        identify(written, strategies.place("ids", index))


def _queries(strategies: Config) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, row in enumerate(strategies["strategies"]):
        yield ("strategies", index, "query"), row["query"]
    if limits := strategies.get("limits"):
        yield ("limits",), limits


def _check_query(
    strategies: Config, path: tuple[str | int, ...], query: str, known: Mapping[str, Query]
) -> None:
    if near := _NEAR.search(query):
        place = strategies.place(*path, offset=near.start())
        raise InputError("PubMed has no NEAR between blocks", place, 'use "a b"[tiab:~N]')
    try:
        parse(query, known)
    except QueryError as error:
        raise misread(strategies, error, *path) from None


def _written_out(query: str, blocks: Mapping[str, str]) -> str:
    """The blocks that a query names, in brackets; PubMed has no names for them."""
    one_line = " ".join(query.split())
    return _BLOCK.sub(lambda match: f"({_written_out(blocks[match[1]], blocks)})", one_line)
