"""What a record says outright, word places aside: its values, headings, authors, dates.

Every kind of node has one function from (node, document, mesh) to the spans found: ``None``
when the node does not hold, a list (perhaps empty) when it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from perennial.query import nodes
from perennial.query.dates import day
from perennial.query.document import Document, Span, display, readings, values, whole
from perennial.query.filters import FILTERS
from perennial.query.mesh import Mesh
from perennial.query.words import forms, key, matches
from perennial.record import Author

Found: TypeAlias = list[Span] | None


@dataclass(frozen=True)
class Values:
    """Whole values of the same fields, any of which will do; those of ``open`` hold ``*``."""

    wanted: frozenset[str]
    open: tuple[str, ...]
    fields: tuple[str, ...]
    explode: bool


def together(parts: Iterable[nodes.Node]) -> list[nodes.Node | Values]:
    """The parts of an OR, values of the same fields as one: what a record has is looked up."""
    joined: list[nodes.Node | Values] = []
    alike: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for part in parts:
        if isinstance(part, nodes.Value):
            alike.setdefault((part.fields, part.explode), []).append(part.wanted)
        else:
            joined.append(part)
    for where, wanted in alike.items():
        stars = tuple(one for one in wanted if "*" in one)
        joined.append(Values(frozenset(wanted) - set(stars), stars, *where))
    return joined


@lru_cache(maxsize=100)
def _with_narrower(wanted: frozenset[str], mesh: Mesh) -> frozenset[str]:
    return wanted.union(*map(mesh.keys_under, wanted))


def _values(node: Values, document: Document, mesh: Mesh | None) -> Found:
    wanted = _with_narrower(node.wanted, mesh) if mesh and node.explode else node.wanted
    found: list[Span] = []
    for field in node.fields:
        for text in values(document.record, field):
            ways = readings(field, text)
            if not wanted.isdisjoint(ways) or (
                node.open and any(matches(one, way) for one in node.open for way in ways)
            ):
                found.append(whole(document.record, field, text))
    return found or None


def _named(wanted: str, present: Mapping[str, object], mesh: Mesh | None) -> Iterable[str]:
    """Which of the names present are wanted; with ``mesh`` narrower ones too."""
    if "*" in wanted:
        return [name for name in present if matches(wanted, name)]
    if mesh:
        return mesh.keys_under(wanted) & present.keys()
    return (wanted,) if wanted in present else ()


def _subject(node: nodes.Subject, document: Document, mesh: Mesh | None) -> Found:
    if not document.record.headings:
        return None
    present = document.headings
    names = _named(node.wanted, present, mesh if node.explode else None)
    headings = [document.record.headings[at] for name in names for at in present[name]]
    return [
        Span("headings", 0, 0, heading.descriptor)
        for heading in headings
        if (heading.major or not node.major)
        and (not node.qualifier or node.qualifier in map(key, heading.qualifiers))
    ] or None


def _name(node: nodes.Name, document: Document, mesh: Mesh | None) -> Found:
    authors = document.record.authors
    if node.place != "any":
        authors = authors[:1] if node.place == "first" else authors[-1:]
    return [
        Span("authors", 0, 0, display(author)) for author in authors if _is_called(author, node)
    ] or None


def _continues(words: Sequence[str], at: int, rest: Sequence[str]) -> bool:
    return at + len(rest) <= len(words) and all(map(matches, rest, words[at : at + len(rest)]))


def _is_called(author: Author, node: nodes.Name) -> bool:
    asked = node.words
    if author.collective:
        words = forms(author.collective)
        return any(_continues(words, at, asked) for at in range(len(words)))
    # Compared letter by letter, since O'Brien and Smith-Jones are also written in one.
    family, initials = _letters(author.family), _letters(author.initials)
    whole, last = "".join(asked), asked[-1]
    if "*" in whole:
        pattern = " ".join(part for part in (whole[: -len(last)], last) if part)
        return matches(pattern, f"{family} {initials}")
    if whole in (family, family + initials + _letters(author.suffix)):
        return True
    agrees = initials == last if node.exact else initials.startswith(last)
    return (whole[: -len(last)] == family and agrees) or _is_called_in_full(asked, author)


def _is_called_in_full(asked: tuple[str, ...], author: Author) -> bool:
    """Family name and given names, either first; later given names may be left out."""
    family, given = forms(author.family), forms(author.given)
    if not family:
        return False
    after, before = asked[len(family) :], asked[: -len(family)]
    return (asked == family + after and bool(after) and given[: len(after)] == after) or (
        asked == before + family and bool(before) and given[: len(before)] == before
    )


def _letters(text: str) -> str:
    return "".join(forms(text))


def _between(node: nodes.Between, document: Document, mesh: Mesh | None) -> Found:
    value: str = getattr(document.record, node.field)
    if not value:
        return None
    if node.field == "pmid":
        holds = value.isdecimal() and node.first <= value.zfill(len(node.first)) <= node.last
    else:
        holds = node.first <= day(value) <= node.last
    return [Span(node.field, 0, len(value), value)] if holds else None


def _filter(node: nodes.Filter, document: Document, mesh: Mesh | None) -> Found:
    return [] if FILTERS[node.name](document.record) else None


Find: TypeAlias = Callable[[Any, Document, Mesh | None], Found]
FINDERS: dict[type, Find] = {
    Values: _values,
    nodes.Subject: _subject,
    nodes.Name: _name,
    nodes.Between: _between,
    nodes.Filter: _filter,
}
