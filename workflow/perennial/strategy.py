"""Strategies: the queries of search.yaml, checked locally and written out as PubMed takes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from perennial.config import Config, misread
from perennial.errors import InputError, Place, SourceError
from perennial.identifiers import identify
from perennial.query import Query, QueryError, parse, parse_blocks
from perennial.query.syntax import LONGEST
from perennial.translation import Read, Term, dropped, named

# A name in quotation marks is a word.
_QUOTED = '(?P<quoted>["“”„‟«»＂][^"“”„‟«»＂]*["“”„‟«»＂])'
_BLOCK = re.compile(rf"{_QUOTED}|(?<![\w#])#(?P<name>[A-Za-z]\w*)")
_NEAR = re.compile(rf"{_QUOTED}|(?P<near>\bNEAR/\d+)", re.IGNORECASE)


def sent_queries(strategies: Config) -> dict[str, str]:
    """Each strategy's query by its id, with its blocks written out and the limits added.

    Raises InputError, at its place in the file, for a query or an identifier that cannot be
    read: PubMed would drop what it does not know, and search for something else.
    """
    blocks = strategies.get("blocks") or {}
    _check(strategies, blocks)
    _check_sizes(strategies, blocks)
    limits = strategies.get("limits")
    added = f" AND ({_written_out(limits, blocks)})" if limits else ""
    return {
        row["id"]: f"({_written_out(row['query'], blocks)}){added}"
        for row in strategies.get("strategies", ())
    }


@dataclass(frozen=True, slots=True)
class Strategy:
    """One strategy: as typed, and as it is sent. ``place`` is its index in the file."""

    id: str
    label: str
    query: str
    sent: str
    place: int
    may_drop: tuple[str, ...] = ()


def strategies_of(strategies: Config) -> tuple[Strategy, ...]:
    """The strategies of search.yaml in their order. Raises InputError as ``sent_queries`` does."""
    sent = sent_queries(strategies)
    return tuple(
        Strategy(
            row["id"],
            row["label"],
            row["query"].strip(),
            sent[row["id"]],
            index,
            tuple(row.get("may_drop") or ()),
        )
        for index, row in enumerate(strategies.get("strategies", ()))
    )


def since_clause(since: str) -> str:
    """What limits a query to records that are new to it since a day (YYYY-MM-DD), "" for none.

    A record is found late when it is added (crdt), when its entry is dated (edat), and when it
    is indexed (mhda) and a heading begins to match; no one of the three dates covers the others.
    Raises InputError for what is no day.
    """
    if not since:
        return ""
    try:
        day = date.fromisoformat(since).strftime("%Y/%m/%d")
    except ValueError:
        raise InputError(f"{since!r} is not a date", hint="write it as 2026-06-01") from None
    return "(" + " OR ".join(f"{day}:3000[{field}]" for field in ("crdt", "edat", "mhda")) + ")"


def check_reading(strategies: Config, strategy: Strategy, sent: str, read: Read) -> None:
    """Raise SourceError, at the term's place, unless the source searched for what was ``sent``.

    ``may_drop`` of the strategy excuses a term that is left out, nothing a field that the source
    does not know.
    """
    if read.unknown_fields:
        raise SourceError(
            f"strategy {strategy.id}: the source knows no field [{read.unknown_fields[0]}]",
            strategies.place("strategies", strategy.place, "query"),
            "it searched for the words in all fields instead; docs/query.md lists the tags",
        )
    for term in dropped(sent, read):
        if not named(term, strategy.may_drop):
            raise SourceError(
                f"strategy {strategy.id}: the source left {term.text} out of its search",
                _place(strategies, strategy, term),
                "mend the term; or, if the strategy means the same without it, allow it with "
                f"may_drop: ['{term.text}']",
            )


def _place(strategies: Config, strategy: Strategy, term: Term) -> Place:
    """Where a term is written: in the strategy, in a block, or in the limits."""
    blocks = strategies.get("blocks") or {}
    query = ("strategies", strategy.place, "query")
    texts: list[tuple[tuple[str | int, ...], str]] = [
        (query, strategies["strategies"][strategy.place]["query"])
    ]
    texts += [(("blocks", name), text) for name, text in blocks.items()]
    texts.append((("limits",), strategies.get("limits") or ""))
    for path, text in texts:
        if (at := text.find(term.text)) >= 0:
            return strategies.place(*path, offset=at)
    return strategies.place(*query)


def _check(strategies: Config, blocks: Mapping[str, str]) -> None:
    try:
        known = parse_blocks(blocks)
    except QueryError as error:
        raise misread(strategies, error, "blocks", error.block) from None
    for name, text in blocks.items():
        _refuse_near(strategies, ("blocks", name), text)
    for path, query in _queries(strategies):
        _check_query(strategies, path, query, known)
    for index, written in enumerate(strategies.get("ids") or ()):
        identify(written, strategies.place("ids", index))


def _queries(strategies: Config) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, row in enumerate(strategies.get("strategies", ())):
        yield ("strategies", index, "query"), row["query"]
    if limits := strategies.get("limits"):
        yield ("limits",), limits


def _check_query(
    strategies: Config, path: tuple[str | int, ...], query: str, known: Mapping[str, Query]
) -> None:
    _refuse_near(strategies, path, query)
    try:
        parse(query, known)
    except QueryError as error:
        raise misread(strategies, error, *path) from None


def _refuse_near(strategies: Config, path: tuple[str | int, ...], query: str) -> None:
    near = next((match for match in _NEAR.finditer(query) if match["near"]), None)
    if near:
        place = strategies.place(*path, offset=near.start())
        raise InputError("PubMed has no NEAR between blocks", place, 'use "a b"[tiab:~N]')


def _check_sizes(strategies: Config, blocks: Mapping[str, str]) -> None:
    """Blocks that use blocks grow as powers do, so the length is reckoned before it is written."""
    sizes: dict[str, int] = {}
    for path, query in _queries(strategies):
        if (size := _size(query, blocks, sizes)) > LONGEST:
            raise InputError(
                f"{path[0]}: with its blocks written out the query has {size:,} characters",
                strategies.place(*path, offset=0),
                f"at most {LONGEST:,}; use fewer blocks within blocks",
            )


def _size(query: str, blocks: Mapping[str, str], sizes: dict[str, int]) -> int:
    """The length of a query written out; ``sizes`` remembers those of the blocks."""
    named = Counter(match["name"] for match in _BLOCK.finditer(query) if match["name"])
    for name in named:
        if name not in sizes:
            sizes[name] = _size(blocks[name], blocks, sizes)
    return len(query) + sum(sizes[name] * count for name, count in named.items())


def _written_out(query: str, blocks: Mapping[str, str]) -> str:
    """The blocks that a query names, in brackets; PubMed has no names for them."""

    def written(match: re.Match[str]) -> str:
        name = match["name"]
        return f"({_written_out(blocks[name], blocks)})" if name else match[0]

    return _BLOCK.sub(written, " ".join(query.split()))
