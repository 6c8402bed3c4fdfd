"""A source of synthetic records that exist only as numbers: PMID, day of entry, author's rank.

It answers ESearch for one base term, ``x[ti]``, with ranges of PMIDs and of days of entry, and
keeps PubMed's cap in its three faces: a list that ends at it, an offset beyond it that is an
error inside a 200, and a history that gives no record beyond it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from perennial.complete import CAP
from perennial.eutils.answer import (
    EFETCH,
    EINFO,
    ESEARCH,
    Answer,
    Refusal,
    Request,
    document,
    page,
    refused,
)
from perennial.eutils.element import element, leaves

TODAY = date(2026, 11, 20)
NEWEST = 41_800_000
PER_DAY = 4_400  # PMIDs that a day takes up, about as in PubMed
CROWDS = (12_096, 9_702, 9_702)  # records of the three crowded days
SIZE = 60_000
BASE = "(x[ti])"
_RANGE = re.compile(r"(\S+):(\S+)\[(uid|edat)\]")


@dataclass
class Records:
    """Parallel arrays; ``days`` are proleptic ordinals, ``authors`` the order by first author."""

    pmids: np.ndarray
    days: np.ndarray
    authors: np.ndarray

    @property
    def ids(self) -> set[str]:
        return set(map(str, self.pmids.tolist()))


def crowded(seed: int, size: int = SIZE, crowds: tuple[int, ...] = CROWDS) -> Records:
    """``size`` records over twelve years, ``crowds`` of them on single days, some back-dated.

    A crowded day's records have neighbouring PMIDs, as after a bulk load. One in ten of all
    records has a PMID from any time: it was added late and dated back, or the reverse.
    """
    rng = np.random.default_rng(seed)
    today, span = TODAY.toordinal(), 12 * 365
    alone = today - (span * rng.random(size - sum(crowds)) ** 1.3).astype(int)
    busy = rng.choice(np.arange(today - span, today), len(crowds), replace=False)
    days = np.concatenate([alone, np.repeat(busy, crowds)])
    width = np.concatenate([np.full(len(alone), PER_DAY), np.repeat(3 * np.array(crowds), crowds)])
    pmids = NEWEST - (today - days) * PER_DAY + (width * rng.random(size)).astype(int)
    stray = rng.random(size) < 0.1
    pmids[stray] = rng.integers(NEWEST // 4, NEWEST, stray.sum())
    return Records(_distinct(pmids), days, rng.permutation(size))


def _distinct(pmids: np.ndarray) -> np.ndarray:
    """The same numbers, pushed up where they stand twice, in their old order."""
    order = np.argsort(pmids, kind="stable")
    steps = np.arange(len(pmids))
    apart = np.maximum.accumulate(pmids[order] - steps) + steps
    result = np.empty_like(apart)
    result[order] = apart
    return result


def least_by_uid(records: Records, cap: int = CAP) -> int:
    """The fewest requests by ranges of PMIDs: the first, and full slices."""
    return 1 + -(-len(records.pmids) // cap)


def least_by_day(records: Records, cap: int = CAP) -> int:
    """The fewest requests by ranges of days, cut by PMID within a day above the cap."""
    _, counts = np.unique(records.days, return_counts=True)
    slices, filled = 0, cap  # a slice that is full: the next day opens one
    for count in counts.tolist():
        if filled + count <= cap:
            filled += count
        else:
            slices += -(-count // cap)
            filled = count if count <= cap else cap
    return 1 + slices


@dataclass
class Server:
    """Answers requests from ``records``; ``change`` may alter them before each ESearch."""

    records: Records
    cap: int = CAP
    sorts: bool = True  # whether it heeds sort=Author; otherwise most recent first
    change: Callable[[Server], None] = lambda _: None
    asked: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, request: Request) -> Answer:
        with self.lock:
            self.asked.append(request)
            if request.utility == "einfo":
                return document(EINFO, element("DbInfo", element("DbName", "pubmed")))
            answers = {"esearch": self._search, "efetch": self._fetch}
            try:
                return answers[request.utility](request)
            except Refusal as refusal:
                return refused(EFETCH if request.utility == "efetch" else ESEARCH, refusal)
            except KeyError:
                return page(404, "Not Found")

    @property
    def searches(self) -> int:
        """How many ESearches were answered."""
        return sum(request.utility == "esearch" for request in self.asked)

    def _search(self, request: Request) -> Answer:
        self.change(self)
        start, most = request.number("retstart", 0), request.number("retmax", 20)
        if start >= self.cap:
            raise Refusal(f"'retstart' cannot be larger than {self.cap - 1}.")
        term = request.value("term")
        found = self._found(term, request.value("sort"))
        shown = found[start : min(start + most, self.cap)]
        told = {"Count": len(found), "RetMax": len(shown), "RetStart": start}
        return document(
            ESEARCH,
            *(element(name, str(number)) for name, number in told.items()),
            element("IdList", *leaves("Id", map(str, shown))),
            element("TranslationSet"),
            element("QueryTranslation", term),
        )

    def _fetch(self, request: Request) -> Answer:
        if request.number("retstart", 0) >= self.cap:
            raise Refusal("Unable to obtain query #1", 400)
        return document(EFETCH)

    def _found(self, term: str, sort: str) -> list[int]:
        rest = _RANGE.sub("", term).replace(" AND ", "").strip()
        if rest != BASE:
            raise Refusal(f"this server cannot search for {rest}")
        records = self.records
        held = np.ones(len(records.pmids), dtype=bool)
        for values, first, last in self._ranges(term):
            held &= (first <= values) & (values <= last)
        by_author = self.sorts and sort.lower() == "author"
        recent = (records.pmids[held], records.days[held])
        order = np.argsort(records.authors[held]) if by_author else np.lexsort(recent)[::-1]
        found: list[int] = records.pmids[held][order].tolist()
        return found

    def _ranges(self, term: str) -> Iterator[tuple[np.ndarray, int, int]]:
        for first, last, field_ in _RANGE.findall(term):
            if field_ == "uid":
                yield self.records.pmids, int(first), int(last)
            else:
                yield self.records.days, _ordinal(first), _ordinal(last)


def _ordinal(day: str) -> int:
    return date(*map(int, day.split("/"))).toordinal()
