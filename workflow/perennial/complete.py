"""Complete: a result larger than PubMed gives out at once, cut into slices that tile it.

A slice is a range of PMIDs. A record has one PMID for ever, so that ranges of PMIDs cannot
overlap, cannot be too crowded to be cut again, and cannot lose a record that changes while it
is asked for; a day of entry can do all three. What proves that nothing is missing:

* the ranges tile all numbers from 1 to ``CEILING``;
* every slice lists exactly as many ids as it counts, all of them within its range;
* the counts of the slices add up to the count of the whole.

If records come and go meanwhile, the sums disagree, and the result is sliced again. Whatever
comes and goes, a record that holds from the first request to the last is in the result, and
nothing is in it that did not hold at some time between. If records only come, or only go, the
sums make the result exact for one moment.

The least possible number of requests is 1 + ⌈count/cap⌉: the first, which finds that the result
is too large, and one for each slice, all full but the last. A cut falls near that because an
answer that is too large is asked for in the order of authors' names, which has little to do
with PMIDs: the ids it lists are a fair sample, and their quantiles are the cuts. A source that
heeds no order is asked about twice as often.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt

from perennial.errors import SourceError
from perennial.ledger import Slice

# PubMed gives at most this many ids of one query, whatever retmax says (seen 2024-2026).
CAP = 9_999
# A PMID has at most 8 digits (the field's size in NLM's DTDs); a ninth costs nothing, and the
# sum over the slices would tell if a record lay beyond.
CEILING = 999_999_999
NEARBY = 0.85  # of a list in an order of its own, so much is trusted to be one neighbourhood
ROUNDS = 3  # how often a result that changes meanwhile is sliced


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: how many records it counts, the ids it lists, its SHA-256."""

    count: int
    ids: tuple[str, ...]
    answer: str


# What is added to the query ("" or "1:2345[uid]") → the answer, asked for as many ids as the
# cap allows, in the order of authors' names.
Asked = Callable[[str], Given]


@dataclass(frozen=True, slots=True)
class Complete:
    """All ids, newest PMID first, and the slices that gave them."""

    ids: tuple[str, ...]
    slices: tuple[Slice, ...]


def complete(asked: Asked, whole: Given, cap: int = CAP) -> Complete:
    """Everything that a query finds, of which ``whole`` is the answer to ``asked("")``.

    No more requests if that is within ``cap``, otherwise as few as it can (see above). Raises
    SourceError if it cannot be shown that nothing is missing.
    """
    told: list[str] = []
    for _ in range(ROUNDS):
        parts = list(_parts_of(asked, whole, cap))
        if _add_up(parts, whole):
            return _joined(parts)
        told.append(f"{sum(part.given.count for part in parts):,} of {whole.count:,}")
        whole = asked("")
        if _add_up(parts, whole):  # what came or went did so before its slice was asked for
            return _joined(parts)
    raise SourceError(
        f"the slices do not add up to the whole: {', then '.join(told)} records",
        hint="the source changes while it is asked; run the search again later",
    )


@dataclass(frozen=True, slots=True)
class _Part:
    narrowed: str
    given: Given


def _parts_of(asked: Asked, whole: Given, cap: int) -> Iterator[_Part]:
    if whole.count <= cap:
        _check(whole)
        yield _Part("", whole)
    else:
        yield from _parts(asked, _View(whole, cap), CEILING, cap)


def _check(given: Given, low: int = 1, high: int = CEILING) -> None:
    if given.count != len(set(given.ids)) or len(given.ids) != given.count:
        raise SourceError(f"{given.count} records announced, {len(set(given.ids))} ids given")
    for pmid in given.ids:
        if not low <= int(pmid) <= high:
            raise SourceError(f"asked for PMIDs from {low} to {high}, the source gave {pmid}")


def _add_up(parts: list[_Part], whole: Given) -> bool:
    return sum(part.given.count for part in parts) == whole.count == len(_ids(parts))


def _ids(parts: list[_Part]) -> set[str]:
    return {pmid for part in parts for pmid in part.given.ids}


def _joined(parts: list[_Part]) -> Complete:
    slices = (Slice(part.narrowed, part.given.count, (part.given.answer,)) for part in parts)
    return Complete(tuple(sorted(_ids(parts), key=int, reverse=True)), tuple(slices))


def _parts(asked: Asked, view: _View, high: int, cap: int) -> Iterator[_Part]:
    """From the highest PMIDs down, one slice after the other, to the bottom of the view."""
    while high >= view.bottom:
        low = view.cut(high)
        narrowed = f"{low}:{high}[uid]"
        given = asked(narrowed)
        if given.count <= cap:
            _check(given, low, high)
            yield _Part(narrowed, given)
            view.sliced(low, given)
        elif low > view.bottom and given.count > 2 * view.aim and not _is_recent(given):
            # As wrong as that, it is a whole of its own, and the count of the rest is known.
            yield from _parts(asked, view.split(low, given), high, cap)
        else:
            view.too_large(low, given)
            continue
        high = low - 1


class _View:
    """What is known of the records not yet sliced; it decides where the next slice begins.

    A wrong view costs requests, never records.
    """

    def __init__(self, given: Given, cap: int, bottom: int = 1, density: float = 0.0) -> None:
        self.cap, self.bottom = cap, bottom
        self.left = given.count
        self.recent = _is_recent(given)  # the last list had the newest ids, not a fair sample
        self.sample = _weighted(given)
        self.density = density  # records per PMID in the last slice
        self.aim = 0.0
        self._anew()

    def _anew(self) -> None:
        self.floor = self.bottom - 1  # a slice from here is known to be too large
        self.tries = 0

    def cut(self, high: int) -> int:
        """The first PMID of the slice that ends with ``high``."""
        if self.left <= self.cap and not self.tries:
            self.aim = self.left
            return self.bottom
        self.aim = self.left / ceil(self.left / self._full()) * 0.7**self.tries
        low = self._quantile(high) if self.tries < 4 else 0  # a view as wrong as that: halve
        if self.tries and not self.floor < low <= high:
            low = (self.floor + high) // 2 + 1
        if low > high:
            raise SourceError(f"more than {self.cap:,} records are said to have PMID {high}")
        return max(low, self.bottom)

    def _full(self) -> float:
        """What a slice may aim at: twice the error of a quantile below the cap."""
        weight = self.sample[-1][1] if self.sample else 1.0
        return max(self.cap - 2 * sqrt(self.cap * max(weight - 1, 0.0)), self.cap / 2, 1.0)

    def _quantile(self, high: int) -> int:
        """Where as many records as aimed at are expected above, counted from ``high``."""
        aim = self.aim
        if self.recent:  # what is not in the list lies below it, but for a few stragglers
            known = NEARBY * sum(weight for _, weight in self.sample)
            if known < aim / 2 and self.density:
                return int(high - aim * NEARBY / self.density)
            aim = min(aim, known)
        mass = 0.0
        for pmid, weight in reversed(self.sample):
            mass += weight
            if mass >= aim:
                return pmid
        return self.bottom

    def too_large(self, low: int, given: Given) -> None:
        """A slice was too large: its answer is a closer look at its range."""
        self.left = max(self.left, given.count)
        self.recent = _is_recent(given)
        self.sample = self._below(low, self.left - given.count) + _weighted(given)
        self.floor, self.tries = low, self.tries + 1

    def split(self, low: int, given: Given) -> _View:
        """The view of an answer that is far too large; what is left is what lies below it."""
        inner = _View(given, self.cap, low, self.density)
        self._leave(low, given.count)
        return inner

    def sliced(self, low: int, given: Given) -> None:
        """A slice was given whole; what is left stands for what is left."""
        self.density = _density(given) if given.count * 4 > self.aim else 0.0
        self._leave(low, given.count)

    def _leave(self, low: int, count: int) -> None:
        self.left -= count
        self.sample = self._below(low, self.left)
        self._anew()

    def _below(self, low: int, mass: float) -> _Sample:
        """The sample below ``low``, which stands for ``mass`` records if it is fair."""
        sample = self.sample[: bisect_left(self.sample, (low, 0.0))]
        known = sum(weight for _, weight in sample)
        if self.recent or not known:
            return sample
        return [(pmid, weight * max(mass, 0.0) / known) for pmid, weight in sample]


_Sample = list[tuple[int, float]]


def _weighted(given: Given) -> _Sample:
    """Each id listed, and how many records it stands for."""
    weight = 1.0 if _is_recent(given) else given.count / max(len(given.ids), 1)
    return [(pmid, weight) for pmid in sorted(map(int, given.ids))]


def _is_recent(given: Given) -> bool:
    """Whether a source that does not heed the order asked for lists the newest records first."""
    pmids = list(map(int, given.ids))
    falling = sum(after < before for before, after in pairwise(pmids))
    return falling > 0.75 * len(pmids)


def _density(given: Given) -> float:
    """Records per PMID in the middle half of a slice: a few stragglers do not count."""
    pmids = sorted(map(int, given.ids))
    middle = pmids[len(pmids) // 4 : len(pmids) * 3 // 4 + 1]
    return len(middle) / (middle[-1] - middle[0] + 1) if middle else 0.0
