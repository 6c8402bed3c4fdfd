"""An edited protocol previewed at every stroke of a key.

Says what ``preview`` says. All queries are asked of all records at once; records that are alike
in all that settles them are settled together, by the function that screens them; and only the
flips that are listed are asked for their words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from perennial.decisions.decision import Verdict
from perennial.preview.concordance import Marks, Numbers
from perennial.preview.everywhere import Everywhere
from perennial.preview.flips import (
    Fate,
    Heard,
    Preview,
    Shift,
    Standing,
    Version,
    compared,
    counting,
    heard,
)
from perennial.preview.held import Held
from perennial.query import Result
from perennial.screen import NOT_MET, Bench, Criterion
from perennial.screened import TITLE_ABSTRACT

_MET = (NOT_MET, Result(True, ()))


@dataclass(frozen=True, slots=True)
class Told:
    """A preview, its flips, clashes and stale decisions cut short; and how many there are.

    ``held_by`` says in how many records the query, or the notice, of a criterion is met before
    and after, by the criterion's id: 0 in a version without it, and for what is judged by people
    or on the full text. A record without abstract counts, though no words may exclude it.
    """

    preview: Preview
    flipped: int
    clashing: int
    staled: int
    held_by: Mapping[str, tuple[int, int]]


class Live:
    """Previews of edits of one version, one after the other; threads may share it.

    Made in seconds (about 5 for 10,000 records, beside which it then holds some 50 MB), it tells
    what an edit does in some hundredths of a second. What it remembers is found by what it
    means, so that it holds of whatever is asked next; at most 128 MB of it.
    """

    def __init__(
        self,
        held: Held,
        before: Version,
        gold: Mapping[str, str] | None = None,
        minutes: float = 0.5,
        against: str = "",
    ) -> None:
        self._lock = Lock()
        self._records, self._integrity = held.screened, held.integrity
        self._gold, self._minutes, self._against = gold, minutes, against
        self._titles = {record.pmid: record.title for record in self._records}
        self._row = {record.pmid: at for at, record in enumerate(self._records)}
        self._kinds = Bench.of(held.integrity, (), {}).kinds
        self._noticed = [self._kinds.get(record.pmid, frozenset()) for record in self._records]
        self._notices = _numbered(self._noticed)
        self._abstract = np.array([bool(record.abstract) for record in self._records], np.bool_)
        self._everywhere = Everywhere(self._records)
        self._before = before
        self._heard = heard(before)
        self._stood = self._judged(before, self._heard)
        self.told(before)  # what it needs to import takes longer than any edit

    def told(self, after: Version, listed: int = 50, files: Sequence[str] = ()) -> Told:
        """What replacing the version before by ``after`` does; ``listed`` items of each kind.

        ``files`` are phrases on files that differ and are no part of a version.
        """
        with self._lock:
            new = heard(after)
            return self._told(after, new, self._judged(after, new), listed, files)

    def _told(
        self, after: Version, new: Heard, stands: _Judged, listed: int, files: Sequence[str]
    ) -> Told:
        old = self._stood
        flipped = np.flatnonzero(old.final.differs(stands.final))
        preview = compared(
            self._titles,
            self._integrity,
            (self._before, after),
            (self._heard, new, self._heard_anew(after)),
            (Standing(old.by_rule, old.final), Standing(stands.by_rule, stands.final)),
            self._shift(flipped[:listed], old.final, stands.final),
            self._gold,
        )
        return Told(
            replace(
                preview,
                clashes=preview.clashes[:listed],
                stale=preview.stale[:listed],
                against=self._against,
                minutes_per_record=self._minutes,
                besides=(*preview.besides, *files),
            ),
            len(flipped),
            len(preview.clashes),
            len(preview.stale),
            {
                id_: (old.held_by.get(id_, 0), stands.held_by.get(id_, 0))
                for id_ in {**old.held_by, **stands.held_by}
            },
        )

    def _heard_anew(self, after: Version) -> Heard:
        """What the decisions after come to under the protocol before."""
        if after.decisions == self._before.decisions:
            return self._heard
        return heard(Version(self._before.protocol, after.decisions))

    def _shift(self, listed: NDArray[np.intp], old: Fates, new: Fates) -> Shift:
        human = old.are("human"), new.are("human")
        return Shift(
            [self._records[at] for at in listed],
            (old.counts(), new.counts()),
            int(np.count_nonzero(human[1] & ~human[0])),
            int(np.count_nonzero(human[0] & ~human[1])),
        )

    def _judged(self, version: Version, opinions: Heard) -> _Judged:
        """The fate of every record, worked out once for all that are alike."""
        protocol, said = version.protocol, counting(opinions)
        bench = Bench(protocol.criteria, self._kinds, {})
        asked = self._everywhere.asked(protocol.mesh)
        met = {c.id: asked.met(c.query) for c in bench.here if c.query}
        every = np.arange(len(self._records))
        by_rule = self._settled(every, bench, met, self._notices)
        decided = np.array([self._row[p] for p in said if p in self._row], np.intp)
        bench = replace(bench, verdicts=said)
        told = [_told_by(said[self._records[at].pmid], self._noticed[at]) for at in decided]
        final = by_rule.with_(decided, self._settled(decided, bench, met, _numbered(told)))
        return _Judged(by_rule, final, {c.id: self._holding(c, met) for c in protocol.criteria})

    def _settled(
        self,
        rows: NDArray[np.intp],
        bench: Bench,
        met: Mapping[str, Marks],
        besides: Numbers,
    ) -> Fates:
        """The fates of some rows; ``besides`` numbers what bears on each but its own words."""
        first, alike = _patterns([self._abstract[rows], *(m[rows] for m in met.values())], besides)
        fates = []
        for at in rows[first]:
            record = self._records[at]
            found = {id_: _MET[bool(marks[at])] for id_, marks in met.items()}
            settled = bench.settle(record.pmid, bool(record.abstract), found)
            fates.append(Fate(settled.outcome, settled.criterion))
        return Fates(self._row, fates, alike)

    def _holding(self, criterion: Criterion, met: Mapping[str, Marks]) -> int:
        if criterion.stage != TITLE_ABSTRACT:
            return 0
        if criterion.query:
            return int(np.count_nonzero(met[criterion.id]))
        wanted = set(criterion.integrity)
        return sum(not wanted.isdisjoint(kinds) for kinds in self._noticed) if wanted else 0


class Fates(Mapping[str, Fate]):
    """The fate of every record by its PMID, in arrays: ``which`` of ``fates`` it is, by row."""

    def __init__(
        self, row: Mapping[str, int], fates: Sequence[Fate], which: NDArray[np.intp]
    ) -> None:
        self._row, self._fates, self._which = row, fates, which

    def __getitem__(self, pmid: str) -> Fate:
        """The fate of a record."""
        return self._fates[int(self._which[self._row[pmid]])]

    def __iter__(self) -> Iterator[str]:
        """The PMIDs, in the order of the records."""
        return iter(self._row)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._row)

    def with_(self, rows: NDArray[np.intp], other: Fates) -> Fates:
        """These, but for ``rows``, which are those of ``other``, one after the other."""
        which = self._which.copy()
        which[rows] = other._which + len(self._fates)
        return Fates(self._row, [*self._fates, *other._fates], which)

    def are(self, outcome: str) -> Marks:
        """The records with an outcome."""
        return np.array([fate.outcome == outcome for fate in self._fates], np.bool_)[self._which]

    def differs(self, other: Fates) -> Marks:
        """The records that have another fate there."""
        numbers: dict[Fate, int] = {}
        one, two = (
            np.array([numbers.setdefault(f, len(numbers)) for f in each._fates], np.intp)
            for each in (self, other)
        )
        found: Marks = one[self._which] != two[other._which]
        return found

    def counts(self) -> Counter[tuple[str, str]]:
        """How many records have each outcome and criterion."""
        found: Counter[tuple[str, str]] = Counter()
        for fate, number in zip(self._fates, np.bincount(self._which).tolist(), strict=False):
            found[fate.outcome, fate.criterion] += number
        return found


@dataclass(frozen=True)
class _Judged:
    by_rule: Fates
    final: Fates
    held_by: Mapping[str, int]


def _told_by(verdict: Verdict, notices: Hashable) -> Hashable:
    """All of a verdict that counts, but who gave it, and the notices beside it."""
    return verdict.outcome, verdict.criterion, notices


def _numbered(values: Iterable[Hashable]) -> Numbers:
    """A number for each value, the same for the same."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)


def _patterns(
    marks: Sequence[Marks], besides: Numbers
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first row of each kind, and of each row the kind: alike in all ``marks`` and besides."""
    packed = np.packbits(np.stack(marks, axis=1), axis=1)
    rows = np.concatenate([packed, besides.view(np.uint8).reshape(len(besides), 4)], axis=1)
    kinds = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, alike = np.unique(kinds, return_index=True, return_inverse=True)
    return first, alike
