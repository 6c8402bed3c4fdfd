"""What stands near what, in all records at once: ``query.near``, over a concordance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from perennial.preview.concordance import Concordance, Marks, Numbers, Places


def stretches(
    concordance: Concordance, found: Mapping[str, Places], wanted: Mapping[str, int], distance: int
) -> Places:
    """The shortest stretches with all ``wanted`` words and at most ``distance`` others.

    ``found`` are the places of each word, ``wanted`` how often it has to stand there.
    """
    order = {word: rank for rank, word in enumerate(sorted(wanted))}
    # A place that several words fit is gone through once for each, as ``near.stretches`` does.
    rows = {word: found[word].first.astype(np.int64) * len(order) + order[word] for word in order}
    every: NDArray[np.int64] = np.sort(np.concatenate(list(rows.values())))
    begin = every.copy()
    complete = np.ones(len(every), np.bool_)
    for word, row in rows.items():
        back = np.searchsorted(row, every, "right") - wanted[word]
        complete &= back >= 0
        if len(row):
            begin = np.minimum(begin, row[np.maximum(back, 0)])
    first, last = begin // len(order), every // len(order)
    unit, widest = concordance.unit, sum(wanted.values()) + distance
    complete[complete] = unit[first[complete]] == unit[last[complete]]
    complete &= last - first < widest
    return Places.of([first[complete].astype(np.int32)], [last[complete].astype(np.int32)])


def bound(concordance: Concordance, left: Places, right: Places, distance: int) -> Places:
    """Of the places of ``left`` and of ``right`` those that the other is near, in one sentence."""
    sides = [_binding(concordance, side) for side in (left, right)]
    near = [
        side.only(_near(concordance, side, other, distance))
        for side, other in (sides, reversed(sides))
    ]
    return Places.of([side.first for side in near], [side.last for side in near])


def _binding(concordance: Concordance, side: Places) -> Places:
    """The places that anything can be near: not those that run over a full stop."""
    kept = side.only(concordance.binding[concordance.unit[side.first]])
    return kept.only(concordance.sentence[kept.first] == concordance.sentence[kept.last])


def _near(concordance: Concordance, side: Places, other: Places, distance: int) -> Marks:
    """Which of ``side`` the farthest reaching of ``other`` before it is near, or the next."""
    if not len(other.first):
        return np.zeros(len(side.first), np.bool_)
    before = np.searchsorted(other.first, side.first, "right") - 1
    after = np.searchsorted(other.first, side.first, "left")
    farthest = _farthest(other)[np.maximum(before, 0)]
    next_ = np.minimum(after, len(other.first) - 1)
    one, two = (Places(other.first[at], other.last[at]) for at in (farthest, next_))
    return ((before >= 0) & _within(concordance, one, side, distance)) | (
        (after < len(other.first)) & _within(concordance, side, two, distance)
    )


def _farthest(places: Places) -> NDArray[np.intp]:
    """Which place up to each reaches farthest."""
    reach = np.maximum.accumulate(places.last)
    at = np.arange(len(reach))
    return np.maximum.accumulate(np.where(places.last == reach, at, 0))


def _within(concordance: Concordance, one: Places, other: Places, distance: int) -> Marks:
    """Whether each of ``other`` stands near and behind the one of ``one`` beside it."""
    unit, sentence = concordance.unit[one.first], concordance.sentence
    # What is shown of an element is the whole: it must be short enough for any two words.
    close: Marks = np.where(
        concordance.listed[unit],
        concordance.size[unit] <= distance + 2,
        other.first - one.last - 1 <= distance,
    )
    last: Numbers = np.maximum(one.last, other.last)
    together = unit == concordance.unit[other.first]
    near: Marks = close & together & (sentence[one.first] == sentence[last])
    return near
