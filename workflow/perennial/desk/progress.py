"""How far one reviewer has come, and the stopping rule over what all have decided by now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from perennial.canonical import from_json
from perennial.days import duration
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import Desk, built_table
from perennial.decisions.sitting import Sitting
from perennial.decisions.verdicts import is_stale
from perennial.desk.fresh import Fresh
from perennial.desk.review import Review
from perennial.queue.basis import Basis
from perennial.queue.behind import behind, undecided
from perennial.queue.conduct import Conduct, Standing, stopped
from perennial.queue.stopping import Stopping
from perennial.record import Record
from perennial.render.wording import counted
from perennial.screened import Screened
from perennial.tables import columns_of

# Seconds for a title and abstract, as `perennial preview` has it, until this sitting has shown how
# long they take. For a full text nothing is assumed.
ASSUMED = 30.0
SHORT = 100  # seconds; longer times are told in minutes
ENOUGH = 5  # answers after which it has


@dataclass
class Pace:
    """How long each record took in one sitting, in seconds."""

    taken: list[float] = field(default_factory=list)
    _since: tuple[str, float] = ("", 0.0)

    def shows(self, pmid: str) -> None:
        """A record is shown; if it was already, its time goes on."""
        if self._since[0] != pmid:
            self._since = pmid, time.monotonic()

    def answered(self, pmid: str) -> None:
        """It is answered."""
        if self._since[0] == pmid:
            self.taken.append(time.monotonic() - self._since[1])
        self._since = "", 0.0

    @property
    def assumed(self) -> bool:
        """Whether too few were answered to know."""
        return len(self.taken) < ENOUGH

    @property
    def each(self) -> float:
        """Seconds that a record takes."""
        return ASSUMED if self.assumed else median(self.taken)


@dataclass(frozen=True)
class Progress:
    """One reviewer's queue: what is done of it, what is left, and how long that may take."""

    done: int
    left: int
    sitting: int  # answered in this sitting
    each: str
    assumed: bool
    remaining: str  # "" where nothing is known of it

    @property
    def whole(self) -> int:
        """All of it, of which ``done`` is part."""
        return self.done + self.left


def progress(sitting: Sitting, pace: Pace) -> Progress:
    """By this reviewer's own answers alone: what others said does not show in it."""
    left, desk = sitting.waiting(), sitting.desk
    waits = {waiting.pmid for waiting in left}
    mine, texts = sitting.own(), {w.pmid: "" for w in desk.queue}
    sure = [row for pmid, row in mine.items() if pmid in texts and pmid not in waits]
    fresh = [row for row in sure if row.outcome != "human" and not _stale(row, desk)]
    here = sum(step.row is not None for step in sitting.steps)
    known = desk.stage == STAGES[0] or not pace.assumed
    remaining = duration(len(left) * pace.each) if known else ""
    return Progress(len(fresh), len(left), here, _each(pace.each), pace.assumed, remaining)


def _each(seconds: float) -> str:
    return counted(max(round(seconds), 1), "second") if seconds < SHORT else duration(seconds)


def _stale(row: Decision, desk: Desk) -> bool:
    return is_stale(row, desk.hashes, {row.pmid: desk.text(row.pmid)})


@dataclass(frozen=True)
class Built:
    """What the last build says that no decision changes: days and outcomes, by rules alone."""

    desk: Desk
    records: tuple[Record, ...]  # with nothing but the days on which they came
    ruled: dict[str, Screened]


class State:
    """The stopping rule over the present decisions, and how far the queue is behind them."""

    def __init__(self, review: Review) -> None:
        self.review = review
        results = review.results
        told = results / "3_screened/conduct.json"
        names = ("1_records/records", "2_linked/integrity", "3_screened/screened")
        tables = [results / f"{name}.parquet" for name in names]
        self._built = Fresh(partial(_built, review), *tables, *review.protocol)
        self._edited = Fresh(
            lambda: behind(results, review.screening, None), told, *review.protocol
        )
        self._basis = Fresh(partial(_basis, told), told)

    def decisions(self) -> Sequence[Decision]:
        """Those that count by the day that config.yaml sets, if it does."""
        return self.review.decisions(self.review.as_of())

    def stopping(self) -> Stopping:
        """The stopping rule, as a build would find it now."""
        built, rows = self._built(), self.decisions()
        made = tuple(row for row in rows if row.pmid in built.ruled)
        wanted, desk, stage = self.review.conduct(), built.desk, STAGES[0]
        by_stage = {stage: desk.verdicts(made), STAGES[1]: {}}
        return stopped(
            Standing(built.records, built.ruled, {}, made, by_stage, desk.criteria, wanted)
        )

    def behind(self, blind: bool) -> list[str]:
        """What the queue does not know yet, each as a phrase.

        A blinded reviewer is not told how many decisions there are: they would see others' too.
        """
        phrases, basis = list(self._edited()), self._basis()
        if basis is not None and not blind:
            phrases += undecided(basis, self.decisions())
        return phrases


def _basis(told: Path) -> Basis | None:
    """What the queue was built of; None if it does not tell."""
    if not told.exists():
        return None
    basis = from_json(told.read_bytes(), Conduct, str(told)).basis
    return None if basis == Basis() else basis


def _built(review: Review) -> Built:
    """A decision hides what the rules say of a record: such records are judged again."""
    desk, results = review.desk(), review.results
    names = ("pmid", "outcome", "criterion", "decided_by", "set_aside")
    rows = list(columns_of(built_table(results, "3_screened/screened"), *names))
    hidden = [pmid for pmid, _, _, by, aside in rows if by != "rule" or aside]
    ruled = {p: Screened(p, o, c, "", "rule", (), ()) for p, o, c, *_ in rows}
    ruled |= {row.pmid: row for row in desk.all_ruled(hidden)}
    days = columns_of(built_table(results, "1_records/records"), "pmid", "created", "entered")
    kept = (Record(p, created=c, entered=e) for p, c, e in days if p in ruled)
    return Built(desk, tuple(kept), ruled)
