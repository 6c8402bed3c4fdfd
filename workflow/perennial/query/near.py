"""What stands near what: words within one unit, and the hits of two blocks in one sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from perennial.query.reading import Hit, Reading

# Where words stand in sentences; in a journal's name or a date nothing is bound to anything.
BINDING = frozenset({"title", "abstract", "vernacular_title", "keywords"})
SENTENCE_END = re.compile(r"[.!?…](?!\w)")  # without one of these nupunkt ends no sentence


def stretches(
    found: Iterable[tuple[Hit, str]], wanted: Counter[str], distance: int, reading: Reading
) -> Iterator[tuple[int, int, int]]:
    """The shortest stretches with all ``wanted`` words and at most ``distance`` others.

    ``found`` are hits of wanted words, each with its word. Yields unit, start, end.
    """
    for unit, here in groupby(sorted(found), lambda one: one[0][0]):
        standing = list(here)
        places = _places(reading.units[unit].folded, [start for (_, start, *_), _ in standing])
        row = [(place, word, hit) for place, (hit, word) in zip(places, standing, strict=True)]
        for first, last in _windows(row, wanted, distance):
            yield unit, first[1], last[2]


def _places(folded: str, starts: Iterable[int]) -> Iterator[int]:
    """How many words of a unit stand before each of ``starts``, which ascend."""
    at = place = 0
    for start in starts:
        place += len(folded[at:start].split())
        at = start
        yield place


def _windows(
    standing: Sequence[tuple[int, str, Hit]], wanted: Counter[str], distance: int
) -> Iterator[tuple[Hit, Hit]]:
    inside: Counter[str] = Counter()
    left = held = 0
    for place, word, last in standing:
        inside[word] += 1
        held += inside[word] <= wanted[word]
        while inside[standing[left][1]] > wanted[standing[left][1]]:
            inside[standing[left][1]] -= 1
            left += 1
        if held == wanted.total() and place - standing[left][0] < held + distance:
            yield standing[left][2], last


def bound(left: int, right: int, distance: int, reading: Reading) -> list[int]:
    """Of the hits with bits of ``left`` or of ``right`` those, by place, that the other is near.

    A hit is held against the one of the other side that reaches farthest of all before it, and
    against the next after it: if neither is near in its sentence, no other can be.
    """
    row = sorted(reading.under(left | right))
    if not _within_reach(row, left, right, distance, reading):
        return []
    found: list[int] = []
    farthest: list[Hit | None] = [None, None]
    waiting: list[list[tuple[Hit, int]]] = [[], []]
    for hit, at in row:
        if not _binds(hit, reading):
            continue
        for side, other, bits in ((0, 1, left), (1, 0, right)):
            if not hit[3] & bits:
                continue
            before = farthest[other]
            if before and not _within(distance, before, hit, reading):
                # What follows is farther still, and the others of that side reach less far.
                before = farthest[other] = None
                waiting[other] = []
            if before and _one_sentence(before, hit, reading):
                found.append(at)
            else:
                waiting[side].append((hit, at))
            found += [
                there
                for one, there in waiting[other]
                if _within(distance, one, hit, reading) and _one_sentence(one, hit, reading)
            ]
            waiting[other] = []
            farthest[side] = _farther(farthest[side], hit)
    return found


def _within_reach(
    row: Iterable[tuple[Hit, int]], left: int, right: int, distance: int, reading: Reading
) -> bool:
    """Whether any hits of two sides are near, sentences aside: as a rule none are."""
    one: Hit | None = None
    other: Hit | None = None
    for hit, _ in row:
        if hit[3] & left:
            if hit[3] & right or (other and _within(distance, other, hit, reading)):
                return True
            one, other = _farther(one, hit), None
        else:
            if one and _within(distance, one, hit, reading):
                return True
            one, other = None, _farther(other, hit)
    return False


def _farther(before: Hit | None, hit: Hit) -> Hit:
    """Which of the two reaches farther; ``hit`` does not begin before the other."""
    return before if before and before[0] == hit[0] and before[2] > hit[2] else hit


def _within(distance: int, one: Hit, other: Hit, reading: Reading) -> bool:
    """Whether at most so many words stand between one hit and another after it."""
    if one[0] != other[0]:
        return False
    unit = reading.units[one[0]]
    if unit.listed:
        # What is shown of an element is the whole: it must be short enough for any two words.
        return len(unit.folded.split()) <= distance + 2
    return len(unit.folded[one[2] + 1 : other[1] + 1].split(None, distance)) <= distance


def _binds(hit: Hit, reading: Reading) -> bool:
    """Whether anything can be near: not to words that run over a full stop."""
    words = reading.units[hit[0]].folded[hit[1] + 1 : hit[2] + 1]
    return " " not in words or _one_sentence(hit, hit, reading)


def _one_sentence(one: Hit, other: Hit, reading: Reading) -> bool:
    unit = reading.units[one[0]]
    if unit.field not in BINDING or unit.listed:
        return unit.field in BINDING
    first, last = one[1], max(one[2], other[2])
    # Behind the sign that ends a sentence stands a blank or another sign: two blanks, folded.
    if "  " not in unit.folded[first + 1 : last + 1]:
        return True
    _, start, end, text = unit.span(first, last)
    if not SENTENCE_END.search(text):
        return True
    sentence = reading.document.sentence
    return sentence(unit.field, start) == sentence(unit.field, end - 1)
