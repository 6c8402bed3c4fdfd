"""Does a record satisfy a query, and by which words?

Every kind of node has one function from (node, reading) to the hits found: ``None`` when
the node does not hold, a list (perhaps empty) when it does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count
from typing import Any, TypeAlias

from perennial.query import nodes
from perennial.query.compile import Query
from perennial.query.dates import day
from perennial.query.document import Document, Hit, Span, Unit, display
from perennial.query.filters import FILTERS
from perennial.query.lexicon import Lexicon
from perennial.query.mesh import Mesh
from perennial.query.words import forms, key, matches
from perennial.record import Author, Record

Found: TypeAlias = list[Hit] | None  # never changed once found
# Where words stand in sentences; in a journal's name or a date nothing is bound to anything.
_BINDING = ("title", "abstract", "vernacular_title", "keywords")
_SENTENCE_END = re.compile("[.!?…]")  # without one of these nupunkt ends no sentence


@dataclass(frozen=True)
class Result:
    """Whether a query holds, and the words that made it so: sorted, each once.

    No spans when it does not hold, nor for what a NOT or a filter settled.
    """

    holds: bool
    spans: tuple[Span, ...]


_NOT_HELD = Result(False, ())


def evaluate(query: Query, document: Document, mesh: Mesh | None = None) -> Result:
    """Ask ``query`` of ``document``. Without ``mesh`` a heading stands for itself alone."""
    return Reading(document, query.lexicon, mesh).result(query)


class Reading:
    """A document seen through a lexicon: its text gone through once for many queries.

    ``found`` are the hits of a node, by its id; ``blocks`` the answers of blocks, ``standing``
    their hits by the field in which they stand, ``bound`` what NEAR found between two of them.
    """

    __slots__ = ("blocks", "bound", "document", "found", "mesh", "standing")

    def __init__(self, document: Document, lexicon: Lexicon, mesh: Mesh | None) -> None:
        self.document, self.mesh = document, mesh
        self.found: defaultdict[int, list[Hit]] = defaultdict(list)
        self.standing: dict[Query, dict[str, list[Hit]]] = {}
        self.bound: dict[tuple[Query, Query, int], Found] = {}
        self.blocks = document.blocks.setdefault(mesh, {})
        for field in lexicon.fields:
            for unit in document.units(field):
                self._note(unit, lexicon)

    def result(self, query: Query) -> Result:
        """The answer to a query all of whose words the lexicon has."""
        found = _find(query.root, self)
        if found is None:
            return _NOT_HELD
        return Result(True, tuple(sorted({span for span, _, _ in found})))

    def _note(self, unit: Unit, lexicon: Lexicon) -> None:
        """Find what the lexicon seeks in ``unit``, and give it to those who ask for it."""
        answers = list(map(lexicon.__getitem__, unit.words))
        if not any(answers):
            return
        for at, start, word in unit.hits(list(compress(count(), answers))):
            for one in answers[at]:
                if unit.field not in one.fields:
                    continue
                hit = word
                if one.rest:
                    if not _continues(unit.words, at + 1, one.rest):
                        continue
                    hit = unit.hit(at, at + len(one.rest), start)
                for owner in one.owners:
                    self.found[owner].append(hit)


def _block(query: Query, reading: Reading) -> Found:
    blocks = reading.blocks
    if query not in blocks:
        found = _find(query.root, reading)
        # Blocks built on one another must not double what they find at each step.
        blocks[query] = list(dict.fromkeys(found)) if found and query.blocks else found
    return blocks[query]


def _find(node: nodes.Node, reading: Reading) -> Found:
    # A table by type: the same choice as singledispatch makes, at a tenth of its cost.
    return _FINDERS[type(node)](node, reading)


def _some(spans: Iterable[Span]) -> Found:
    return [(span, 0, 0) for span in spans] or None


def _phrase(node: nodes.Phrase, reading: Reading) -> Found:
    return reading.found.get(id(node))


def _continues(words: Sequence[str], at: int, rest: Sequence[str]) -> bool:
    return at + len(rest) <= len(words) and all(map(matches, rest, words[at : at + len(rest)]))


def _near(node: nodes.Near, reading: Reading) -> Found:
    if any(id(part) not in reading.found for part in node.parts):
        return None
    wanted = Counter(part.words[0] for part in node.parts)
    here: dict[tuple[str, str], set[tuple[int, str, Span]]] = {}
    for part in dict.fromkeys(node.parts):
        for span, at, _ in reading.found[id(part)]:
            # An element of a list is told by its text; a field is one stretch.
            unit = (span.field, "" if span.end else span.text)
            here.setdefault(unit, set()).add((at, part.words[0], span))
    record = reading.document.record
    return [
        (_stretch(record, first, last), at, to)
        for standing in here.values()
        for (at, _, first), (to, _, last) in _windows(sorted(standing), wanted, node.distance)
    ] or None


def _windows(
    standing: list[tuple[int, str, Span]], wanted: Counter[str], distance: int
) -> Iterator[tuple[tuple[int, str, Span], tuple[int, str, Span]]]:
    """First and last of the shortest stretches with all ``wanted`` and ``distance`` others."""
    inside: Counter[str] = Counter()
    left = held = 0
    for last in standing:
        word = last[1]
        inside[word] += 1
        held += inside[word] <= wanted[word]
        while inside[standing[left][1]] > wanted[standing[left][1]]:
            inside[standing[left][1]] -= 1
            left += 1
        if held == wanted.total() and last[0] - standing[left][0] < held + distance:
            yield standing[left], last


def _stretch(record: Record, first: Span, last: Span) -> Span:
    """From the one span to the other in one field; an element of a list is one whole."""
    if not first.end:
        return first
    text: str = getattr(record, first.field)
    return Span(first.field, first.start, last.end, text[first.start : last.end])


def _value(node: nodes.Value, reading: Reading) -> Found:
    found: list[Span] = []
    for field in node.fields:
        values = reading.document.values(field)
        for folded in _named(node.wanted, values, reading.mesh if node.explode else None):
            found += values[folded]
    return _some(found) if found else None


def _named(wanted: str, present: Mapping[str, object], mesh: Mesh | None) -> Iterable[str]:
    """Which of the names present are wanted; with ``mesh`` narrower ones too."""
    if "*" in wanted:
        return [name for name in present if matches(wanted, name)]
    if mesh:
        return mesh.keys_under(wanted) & present.keys()
    return (wanted,) if wanted in present else ()


def _subject(node: nodes.Subject, reading: Reading) -> Found:
    present = reading.document.headings
    names = _named(node.wanted, present, reading.mesh if node.explode else None)
    headings = [reading.document.record.headings[at] for name in names for at in present[name]]
    return _some(
        Span("headings", 0, 0, heading.descriptor)
        for heading in headings
        if (heading.major or not node.major)
        and (not node.qualifier or node.qualifier in map(key, heading.qualifiers))
    )


def _name(node: nodes.Name, reading: Reading) -> Found:
    authors = reading.document.record.authors
    if node.place != "any":
        authors = authors[:1] if node.place == "first" else authors[-1:]
    return _some(
        Span("authors", 0, 0, display(author)) for author in authors if _is_called(author, node)
    )


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


def _between(node: nodes.Between, reading: Reading) -> Found:
    value: str = getattr(reading.document.record, node.field)
    if not value:
        return None
    if node.field == "pmid":
        holds = value.isdecimal() and node.first <= value.zfill(len(node.first)) <= node.last
    else:
        holds = node.first <= day(value) <= node.last
    return [(Span(node.field, 0, len(value), value), 0, 0)] if holds else None


def _filter(node: nodes.Filter, reading: Reading) -> Found:
    return [] if FILTERS[node.name](reading.document.record) else None


def _and(node: nodes.And, reading: Reading) -> Found:
    hits: list[Hit] = []
    for part in node.parts:
        found = _find(part, reading)
        if found is None:
            return None
        hits += found
    return hits


def _or(node: nodes.Or, reading: Reading) -> Found:
    found = reading.found.get(id(node))
    if not node.others:
        return found
    hits, holds = list(found or ()), found is not None
    for part in node.others:
        other = _find(part, reading)
        if other is not None:
            hits += other
            holds = True
    return hits if holds else None


def _not(node: nodes.Not, reading: Reading) -> Found:
    # What is dropped is as a rule a block that was asked already.
    for part in node.dropped:
        if _find(part, reading) is not None:
            return None
    return _find(node.kept, reading)


def _ref(node: nodes.Ref, reading: Reading) -> Found:
    return _block(node.query, reading)


def _block_near(node: nodes.BlockNear, reading: Reading) -> Found:
    left, right = node.left.query, node.right.query
    if not _block(left, reading) or not _block(right, reading):
        return None
    pair = (left, right, node.distance)
    if pair not in reading.bound:
        these, those = _standing(left, reading), _standing(right, reading)
        found: list[Hit] = []
        for field in these.keys() & those.keys():
            find = _in_one_keyword if field == "keywords" else _in_one_sentence
            found += find(these[field], those[field], node.distance, reading.document)
        reading.bound[pair] = found or None
    return reading.bound[pair]


def _standing(query: Query, reading: Reading) -> dict[str, list[Hit]]:
    """What a block found in running text, by field; what runs over a full stop binds nothing."""
    if query not in reading.standing:
        by_field = reading.standing[query] = {}
        for hit in _block(query, reading) or ():
            alone = hit[1] == hit[2]
            if hit[0].field in _BINDING and (alone or _one_sentence(hit, hit, reading.document)):
                by_field.setdefault(hit[0].field, []).append(hit)
    return reading.standing[query]


def _in_one_keyword(
    these: Iterable[Hit], those: Iterable[Hit], distance: int, _: Document
) -> list[Hit]:
    # Inside an element the places are not kept: it must be short enough for any two words.
    both = {span for span, _, _ in these} & {span for span, _, _ in those}
    return [(span, 0, 0) for span in both if len(forms(span.text)) <= distance + 2]


def _in_one_sentence(
    these: Iterable[Hit], those: Iterable[Hit], distance: int, document: Document
) -> list[Hit]:
    """The hits with one of the other side near: of all before it the one that reaches
    farthest, or the next after it; if neither is near in its sentence, no other can be.
    """
    row = sorted((hit[1], hit[2], side, hit) for side, hits in enumerate((these, those))
                 for hit in hits)  # fmt: skip
    bound: list[Hit] = []
    farthest: list[Hit | None] = [None, None]
    waiting: list[list[Hit]] = [[], []]
    for _, last, side, hit in row:
        other, before = 1 - side, farthest[1 - side]
        if before and _together(before, hit, distance, document):
            bound.append(hit)
        else:
            waiting[side].append(hit)
        bound += [one for one in waiting[other] if _together(one, hit, distance, document)]
        waiting[other] = []
        mine = farthest[side]
        farthest[side] = hit if mine is None or last >= mine[2] else mine
    return bound


def _together(first: Hit, second: Hit, distance: int, document: Document) -> bool:
    return second[1] - first[2] - 1 <= distance and _one_sentence(first, second, document)


def _one_sentence(a: Hit, b: Hit, document: Document) -> bool:
    field, start, end, _ = a[0]
    if field == "keywords":
        return True
    start, end = min(start, b[0].start), max(end, b[0].end)
    if not _SENTENCE_END.search(getattr(document.record, field), start, end):
        return True
    return document.sentence(field, start) == document.sentence(field, end - 1)


_FINDERS: dict[type, Callable[[Any, Reading], Found]] = {
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
