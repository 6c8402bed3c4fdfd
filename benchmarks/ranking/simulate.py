"""Screening simulated with Perennial's ranking: read a batch, train anew, read on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labelled import Labelled, batch, priors
from perennial.queue.rank import features, learned, text_of
from perennial.record import Record


def words_of(data: Labelled) -> Any:
    """The features of a set's records."""
    pairs = zip(data.titles, data.abstracts, strict=True)
    return features([text_of(Record("", title=t, abstract=a)) for t, a in pairs])


def screened(data: Labelled, words: Any, seed: int) -> list[int]:
    """The rows in the order in which they would be read; the two priors come first."""
    begun = priors(data.included, seed)
    return read_on(data, words, seed, begun, set(range(len(data.included))) - set(begun))


def read_on(
    data: Labelled, words: Any, seed: int, read: Sequence[int], waiting: set[int]
) -> list[int]:
    """Rows ``read`` already, then those ``waiting`` as the ranking brings them."""
    order, left = list(read), set(waiting)
    while left:
        scores = learned(words, {row: data.included[row] for row in order}, seed)
        best = sorted(left, key=lambda row: (-scores[row], row))[: batch(len(order))]
        order += best
        left -= set(best)
    return order
