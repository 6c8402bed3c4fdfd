"""Does a record satisfy a query, and by which words?

Every kind of node has one function from (node, document, mesh) to the spans found:
``None`` when the node does not hold, a tuple (perhaps empty) when it does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias

from perennial.query import nodes
from perennial.query.compile import Query
from perennial.query.dates import day
from perennial.query.document import Document, Places, Span, display
from perennial.query.filters import FILTERS
from perennial.query.mesh import Mesh
from perennial.query.words import Words, key, words
from perennial.record import Author

Found: TypeAlias = tuple[Span, ...] | None
# Where words stand in sentences; in a journal's name or a date nothing is bound to anything.
_BINDING = ("title", "abstract", "vernacular_title", "keywords")
_PLACE = attrgetter("field", "start", "end", "text")


@dataclass(frozen=True)
class Result:
    """Whether a query holds, and the words that made it so: sorted, each once.

    No spans when it does not hold, nor for what a NOT or a filter settled.
    """

    holds: bool
    spans: tuple[Span, ...]


def evaluate(query: Query, document: Document, mesh: Mesh | None = None) -> Result:
    """Ask ``query`` of ``document``. Without ``mesh`` a heading stands for itself alone."""
    found = _block(query, document, mesh)
    return Result(found is not None, tuple(sorted(found or (), key=_PLACE)))


def _block(query: Query, document: Document, mesh: Mesh | None) -> Found:
    asked = (query, mesh)
    if asked not in document.blocks:
        found = _find(query.root, document, mesh)
        document.blocks[asked] = None if found is None else tuple(dict.fromkeys(found))
    return document.blocks[asked]


def _find(node: nodes.Node, document: Document, mesh: Mesh | None) -> Found:
    # A table by type: the same choice as singledispatch makes, at a tenth of its cost.
    return _FINDERS[type(node)](node, document, mesh)


def _some(spans: Iterable[Span]) -> Found:
    return tuple(spans) or None


def _term(node: nodes.Term, document: Document, mesh: Mesh | None) -> Found:
    if node.word not in document.places:
        return None
    places = document.places[node.word]
    return _some(
        document.units[unit].span(at, at)
        for unit, at in places
        if document.fields[unit] in node.fields
    )


def _phrase(node: nodes.Phrase, document: Document, mesh: Mesh | None) -> Found:
    first, *rest = node.words
    places = _places(first, document)
    if not places:
        return None
    return _some(
        document.units[unit].span(at, at + len(rest))
        for unit, at in places
        if document.fields[unit] in node.fields
        and _continues(document.units[unit].words.forms, at + 1, rest)
    )


def _places(pattern: str, document: Document) -> Places:
    if "*" not in pattern:
        return document.places.get(pattern, [])
    stem, rest = pattern.split("*", 1)
    found = document.beginning_with(stem)
    if rest:
        found = [word for word in found if _matches(pattern, word)]
    return list(chain.from_iterable(document.places[word] for word in found)) if found else []


def _continues(forms: tuple[str, ...], at: int, rest: list[str]) -> bool:
    following = forms[at : at + len(rest)]
    return len(following) == len(rest) and all(map(_matches, rest, following))


def _matches(pattern: str, word: str) -> bool:
    return pattern == word if "*" not in pattern else bool(_regex(pattern).fullmatch(word))


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    stem, *pieces = map(re.escape, re.split(r"\*+", pattern))
    # Atomic groups take the first place that fits, so that many asterisks cost no more than one.
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[:-1])
    return re.compile(f"{stem}{middle}.*{pieces[-1]}", re.DOTALL)


def _near(node: nodes.Near, document: Document, mesh: Mesh | None) -> Found:
    if any(word not in document.places for word in node.words):
        return None
    wanted = Counter(node.words)
    here: dict[int, list[tuple[int, str]]] = {}
    for word in wanted:
        for unit, at in document.places[word]:
            if document.fields[unit] in node.fields:
                here.setdefault(unit, []).append((at, word))
    return _some(
        document.units[unit].span(first, last)
        for unit, hits in here.items()
        for first, last in _windows(sorted(hits), wanted, len(node.words) + node.distance)
    )


def _windows(
    hits: list[tuple[int, str]], wanted: Counter[str], width: int
) -> Iterator[tuple[int, int]]:
    """The shortest stretches of at most ``width`` words that hold all of ``wanted``."""
    inside: Counter[str] = Counter()
    left = 0
    for at, word in hits:
        inside[word] += 1
        while inside[hits[left][1]] > wanted[hits[left][1]]:
            inside[hits[left][1]] -= 1
            left += 1
        if inside >= wanted and at - hits[left][0] < width:
            yield hits[left][0], at


def _value(node: nodes.Value, document: Document, mesh: Mesh | None) -> Found:
    wanted = mesh.keys_under(node.wanted) if mesh and node.explode else {node.wanted}
    return _some(
        span
        for field in node.fields
        for folded, span in document.values(field)
        if folded in wanted or ("*" in node.wanted and _matches(node.wanted, folded))
    )


def _subject(node: nodes.Subject, document: Document, mesh: Mesh | None) -> Found:
    present = document.headings
    if "*" in node.wanted:
        names = [name for name in present if _matches(node.wanted, name)]
    else:
        under = mesh.keys_under(node.wanted) if mesh and node.explode else {node.wanted}
        names = [name for name in present if name in under]
    headings = [document.record.headings[at] for name in names for at in present[name]]
    return _some(
        Span("headings", 0, 0, heading.descriptor)
        for heading in headings
        if (heading.major or not node.major)
        and (not node.qualifier or node.qualifier in map(key, heading.qualifiers))
    )


def _name(node: nodes.Name, document: Document, mesh: Mesh | None) -> Found:
    authors = document.record.authors
    if node.place != "any":
        authors = authors[:1] if node.place == "first" else authors[-1:]
    return _some(
        Span("authors", 0, 0, display(author)) for author in authors if _is_called(author, node)
    )


def _is_called(author: Author, node: nodes.Name) -> bool:
    asked = node.words
    if author.collective:
        forms = words(author.collective).forms
        return any(_continues(forms, at, list(asked)) for at in range(len(forms)))
    # Compared letter by letter, since O'Brien and Smith-Jones are also written in one.
    family, initials = _letters(author.family), _letters(author.initials)
    whole, last = "".join(asked), asked[-1]
    if "*" in whole:
        pattern = " ".join(part for part in (whole[: -len(last)], last) if part)
        return _matches(pattern, f"{family} {initials}")
    if whole in (family, family + initials + _letters(author.suffix)):
        return True
    agrees = initials == last if node.exact else initials.startswith(last)
    return (whole[: -len(last)] == family and agrees) or _is_called_in_full(asked, author)


def _is_called_in_full(asked: tuple[str, ...], author: Author) -> bool:
    """Family name and given names, either first; later given names may be left out."""
    family, given = words(author.family).forms, words(author.given).forms
    if not family:
        return False
    after, before = asked[len(family) :], asked[: -len(family)]
    return (asked == family + after and bool(after) and given[: len(after)] == after) or (
        asked == before + family and bool(before) and given[: len(before)] == before
    )


def _letters(text: str) -> str:
    return "".join(words(text).forms)


def _between(node: nodes.Between, document: Document, mesh: Mesh | None) -> Found:
    value: str = getattr(document.record, node.field)
    if not value:
        return None
    if node.field == "pmid":
        holds = value.isdecimal() and node.first <= value.zfill(len(node.first)) <= node.last
    else:
        holds = node.first <= day(value) <= node.last
    return (Span(node.field, 0, len(value), value),) if holds else None


def _filter(node: nodes.Filter, document: Document, mesh: Mesh | None) -> Found:
    return () if FILTERS[node.name](document.record) else None


def _and(node: nodes.And, document: Document, mesh: Mesh | None) -> Found:
    spans: tuple[Span, ...] = ()
    for part in node.parts:
        found = _find(part, document, mesh)
        if found is None:
            return None
        spans += found
    return spans


def _or(node: nodes.Or, document: Document, mesh: Mesh | None) -> Found:
    answers = [_find(part, document, mesh) for part in node.parts]
    holding = [found for found in answers if found is not None]
    return tuple(chain.from_iterable(holding)) if holding else None


def _not(node: nodes.Not, document: Document, mesh: Mesh | None) -> Found:
    kept = _find(node.kept, document, mesh)
    if kept is None:
        return None
    dropped = any(_find(part, document, mesh) is not None for part in node.dropped)
    return None if dropped else kept


def _ref(node: nodes.Ref, document: Document, mesh: Mesh | None) -> Found:
    return _block(node.query, document, mesh)


def _block_near(node: nodes.BlockNear, document: Document, mesh: Mesh | None) -> Found:
    left = _block(node.left.query, document, mesh)
    right = _block(node.right.query, document, mesh)
    if left is None or right is None:
        return None
    pairs = ((a, b) for a in left for b in right if _together(a, b, node.distance, document))
    return _some(chain.from_iterable(pairs))


def _together(a: Span, b: Span, distance: int, document: Document) -> bool:
    if a.field != b.field or a.field not in _BINDING:
        return False
    if a.field == "keywords":
        # Inside an element the places are not kept: it must be short enough for any two words.
        return a.text == b.text and len(words(a.text).forms) <= distance + 2
    if _between_them(a, b, document.running[a.field]) > distance:
        return False
    ends = (a.start, a.end - 1, b.start, b.end - 1)
    return len({document.sentence(a.field, offset) for offset in ends}) == 1


def _between_them(a: Span, b: Span, of: Words) -> int:
    """How many words start after the one span's end and before the other's start."""
    first, second = sorted((a, b), key=_PLACE)
    return bisect_left(of.starts, second.start) - bisect_left(of.starts, first.end)


_FINDERS: dict[type, Callable[[Any, Document, Mesh | None], Found]] = {
    nodes.Term: _term,
    nodes.Phrase: _phrase,
    nodes.Near: _near,
    nodes.Value: _value,
    nodes.Subject: _subject,
    nodes.Name: _name,
    nodes.Between: _between,
    nodes.Filter: _filter,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.Ref: _ref,
    nodes.BlockNear: _block_near,
}
