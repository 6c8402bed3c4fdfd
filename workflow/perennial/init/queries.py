"""Words and headings as PubMed's syntax writes them, each asked of the package's own reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from perennial.errors import InputError
from perennial.query import parse

WIDTH = 90  # columns of a query, beside its indentation

# What ends a term or begins a tag, in this reader or in PubMed's.
_SIGNS = re.compile(r'["“”„‟«»＂\[\]]')


def any_of(terms: Iterable[str], headings: Iterable[str] = ()) -> str:
    """A block: words of title and abstract, or headings, joined by OR, in lines of a fair width."""
    written = [*map(in_text, terms), *map(heading, headings)]
    return filled(written, "OR")


def all_of(names: Iterable[str]) -> str:
    """Blocks joined by AND."""
    return filled([f"#{name}" for name in names], "AND")


def in_text(term: str) -> str:
    """``micro*[tiab]`` for one word that is cut, ``"slow cycling"[tiab]`` for all else."""
    cut = re.fullmatch(r"\w{4,}\*", term)
    return f"{term}[tiab]" if cut else f'"{term}"[tiab]'


def heading(name: str) -> str:
    """A MeSH heading with all below it."""
    return f'"{name}"[mh]'


def filled(parts: Iterable[str], joint: str) -> str:
    """``parts`` joined, broken between them where a line is full."""
    return "\n".join(_lines(list(parts), f"{joint} "))


def _lines(parts: list[str], joint: str) -> Iterator[str]:
    row = ""
    for index, part in enumerate(parts):
        piece = f"{joint}{part}" if index else part
        if row and len(row) + len(piece) + 1 > WIDTH:
            yield row
            row = piece
        else:
            row = f"{row} {piece}".strip()
    yield row


def check_term(term: str) -> None:
    """InputError for what cannot be looked for in a title or an abstract."""
    _check(term, in_text(term))


def check_heading(name: str) -> None:
    """InputError for what no MeSH heading can be."""
    _check(name, heading(name))


def _check(written: str, query: str) -> None:
    if found := _SIGNS.search(written):
        hint = "words alone: the tag is put behind them; headings have a list of their own"
        raise InputError(f"{found[0]!r} cannot stand in {written!r}", hint=hint)
    if "*" in written.rstrip("*") or written.endswith("**"):
        raise InputError(f"{written!r}: an asterisk stands at the end, once", hint="write it so")
    parse(query)
