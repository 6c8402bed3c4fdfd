"""What lies before a reviewer: the records that wait, and what the rules alone say of each.

Nothing here depends on what other reviewers decided but the choice of records, so that a blinded
reviewer cannot read it off; nor does the choice, to them, until all that is asked anyhow is
answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow.parquet as pq

from perennial.building import building, built
from perennial.config import load
from perennial.decisions.decision import (
    ADJUDICATOR,
    CONFLICT,
    DECIDED,
    OUTCOMES,
    STAGES,
    WITHDRAWN,
    Decision,
    Verdict,
)
from perennial.decisions.judged import hashes, text_hash, under
from perennial.decisions.lookup import Lookup
from perennial.decisions.table import excludes
from perennial.decisions.verdicts import answers, by_record, is_stale, person, verdict
from perennial.errors import InputError, Place
from perennial.query import Mesh, Panel
from perennial.queue import audit
from perennial.record import Record
from perennial.screen import Bench, Criterion, load_criteria, panel_of
from perennial.screened import Integrity, Screened
from perennial.settings import Settings, settings
from perennial.tables import columns_of, read_parquet

SECOND = "second reviewer"
ASKED = ("undecided", "audit", SECOND)  # why a blinded reviewer is asked, in this order


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record in the queue, and why: undecided, second reviewer, conflict, stale or audit."""

    pmid: str
    why: str


@dataclass(frozen=True)
class Desk:
    """Everything that deciding at one stage needs; ``queue`` is in the order of its ranks."""

    stage: str
    records: Mapping[str, Record]
    notices: Sequence[Integrity]
    criteria: tuple[Criterion, ...]
    mesh: Mesh | None
    queue: tuple[Waiting, ...]
    conduct: Settings
    _asking: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The present hash of each criterion, in the order of the protocol."""
        return hashes(self.criteria)

    def texts(self, decisions: Iterable[Decision]) -> dict[str, str]:
        """The present hash of the text of each record that was decided on."""
        pmids = {row.pmid for row in decisions if row.stage == self.stage and row.text}
        return {pmid: self.text(pmid) for pmid in pmids}

    def text(self, pmid: str) -> str:
        """The present hash of the text of a record."""
        if pmid not in self._hashed:
            self._hashed[pmid] = text_hash(self.records[pmid])
        return self._hashed[pmid]

    @cached_property
    def _hashed(self) -> dict[str, str]:
        """What was asked for once: to build a record costs more than all else here."""
        return {}

    @cached_property
    def reasons(self) -> tuple[Criterion, ...]:
        """The criteria for which a reviewer can exclude at this stage."""
        return tuple(c for c in self.criteria if excludes(c, self.stage))

    @property
    def per_record(self) -> int:
        """How many reviewers must agree on a record."""
        return self.conduct.reviewers_per_record

    @property
    def blind(self) -> bool:
        """Whether a reviewer must not learn what others decided, nor whether they did."""
        return self.conduct.unseen

    def ruled(self, pmid: str) -> Screened:
        """What the rules say of a record, whatever people decided."""
        record = self.records[pmid]
        with self._asking:  # the panel learns the words that it meets
            found = self._panel.ask(record)
        return self._bench.settle(pmid, bool(record.abstract), found)

    def all_ruled(self, pmids: Sequence[str]) -> list[Screened]:
        """What the rules say of several records, in their order."""
        return [self.ruled(pmid) for pmid in pmids]

    @cached_property
    def _bench(self) -> Bench:
        return Bench.of(self.notices, self.criteria, {})

    @cached_property
    def _panel(self) -> Panel:
        return panel_of(self._bench.here, self.mesh)

    def verdicts(self, decisions: Iterable[Decision]) -> dict[str, Verdict]:
        """The verdict on every record decided at this stage, by PMID, in order of first row."""
        rows = by_record(decisions, self.stage)
        return {pmid: self._verdict(pmid, of_record) for pmid, of_record in rows.items()}

    def _verdict(self, pmid: str, rows: list[Decision]) -> Verdict:
        """Summed up anew only if the rows on the record are others than the last time."""
        known = self._summed.get(pmid)
        if known is None or known[0] != rows:
            found = verdict(rows, self.per_record, self.hashes, self.texts(rows))
            known = self._summed[pmid] = rows, found
        return known[1]

    @cached_property
    def _summed(self) -> dict[str, tuple[list[Decision], Verdict]]:
        return {}

    def notices_on(self, pmid: str) -> list[Integrity]:
        """The notices on a record, such as a retraction."""
        return [notice for notice in self.notices if notice.pmid == pmid]

    def struck(self, pmid: str) -> str:
        """The criterion by which a notice sets the record aside, "" if none does.

        To include such a study all the same, a decision has to name it.
        """
        kinds = {notice.kind for notice in self.notices_on(pmid)}
        by_notice = [c for c in self.criteria if c.action == "exclude" and kinds & set(c.integrity)]
        return by_notice[0].id if by_notice else ""

    def decision(
        self,
        pmid: str,
        outcome: str,
        criterion: str,
        reviewer: str,
        date: str,
        note: str = "",
        role: str = "",
    ) -> Decision:
        """A row with the hashes of the criterion and of the text that it is decided on."""
        judged = criterion or self.ruled(pmid).criterion
        by = next((under(c) for c in self.criteria if c.id == judged), "")
        text = self.text(pmid)
        return Decision(pmid, self.stage, outcome, criterion, reviewer, role, date, by, text, note)


def load_desk(results: Path, config: Path, stage: str) -> Desk:
    """Read what the stages wrote under ``results`` and the protocol in ``config``.

    The queue is that of ``results/3_screened/queue.parquet``. Without it, where Snakemake never
    was at work, it is every record that waits for a human (at full text: that is included): a
    queue that is being built anew is not replaced. InputError for what is missing.
    """
    protocol = load(config / "screening.yaml", "screening")
    mesh = config / "mesh.yaml"
    records = Lookup(built_table(results, "1_records/records"), Record)
    desk = Desk(
        stage,
        records,
        read_parquet(built_table(results, "2_linked/integrity"), Integrity),
        load_criteria(protocol),
        Mesh.found(mesh),
        (),
        settings(protocol),
    )
    queue = _queue(results, desk)
    for waiting in queue:
        if waiting.pmid not in records:
            wrong = f"the queue names {waiting.pmid}, which is not among the records"
            raise InputError(wrong, Place(str(results)), "build the review, then decide")
    return replace(desk, queue=queue)


def built_table(results: Path, name: str) -> Path:
    """A table of the review, such as ``1_records/records``; InputError if it is missing."""
    path = results / f"{name}.parquet"
    if not path.exists():
        raise _missing(results, path)
    return path


def _missing(results: Path, path: Path) -> InputError:
    if building(results.parent):
        wrong = f"the review is being built: there is no {path} yet"
        return InputError(wrong, None, "wait until Snakemake is done")
    return InputError(f"there is no {path}", None, "build the review up to screening first")


def screened_pmids(results: Path, *outcomes: str) -> list[str]:
    """The screened records by PMID, those of some outcomes or all."""
    table = pq.read_table(built_table(results, "3_screened/screened"), columns=["pmid", "outcome"])
    rows = table.to_pylist()
    return sorted(
        (r["pmid"] for r in rows if r["outcome"] in (outcomes or OUTCOMES)), key=by_number
    )


def _queue(results: Path, desk: Desk) -> tuple[Waiting, ...]:
    path = results / "3_screened/queue.parquet"
    if path.exists():
        rows = pq.read_table(path).to_pylist()
        return _unseen(results, desk, rows) if desk.blind else _ranked(rows, desk.stage)
    if built(results.parent):
        raise _missing(results, path)
    wanted = "human" if desk.stage == STAGES[0] else "include"
    return tuple(Waiting(pmid, "undecided") for pmid in screened_pmids(results, wanted))


def _ranked(rows: Iterable[Mapping[str, Any]], stage: str) -> tuple[Waiting, ...]:
    here = (row for row in rows if row["stage"] == stage)
    ordered = sorted(here, key=lambda row: (row["rank"], *by_number(row["pmid"])))
    return tuple(Waiting(row["pmid"], row["why"]) for row in ordered)


def _unseen(results: Path, desk: Desk, rows: Sequence[Mapping[str, Any]]) -> tuple[Waiting, ...]:
    """Ranks and reasons tell what somebody has seen already: a blinded queue goes by score alone.

    What waits for a second reviewer only because somebody judged it unasked comes last.
    """
    undecided, sample = _anyhow(results, desk, rows)
    why = dict.fromkeys(sample, 1) | dict.fromkeys(undecided, 0)

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        pmid = row["pmid"]
        return why.get(pmid, 2), -row["score"], *by_number(pmid), pmid

    here = (row for row in rows if row["stage"] == desk.stage or row["pmid"] in undecided)
    return tuple(Waiting(pmid, ASKED[at]) for at, *_, pmid in sorted(map(place, here)))


def _anyhow(
    results: Path, desk: Desk, rows: Iterable[Mapping[str, Any]]
) -> tuple[set[str], set[str]]:
    """What is asked at a stage whoever answered: the undecided, and the audit's sample."""
    names = ("pmid", "outcome", "decided_by", "set_aside")
    screened = list(columns_of(built_table(results, "3_screened/screened"), *names))
    if desk.stage != STAGES[0]:
        read = {pmid for pmid, outcome, _, aside in screened if outcome == "include" or aside}
        return (read if any(c.stage == desk.stage for c in desk.criteria) else set()), set()
    here = [row for row in rows if row["stage"] == desk.stage]
    excluding = {"", *(c.id for c in desk.criteria if c.action == "exclude")}
    undecided = {row["pmid"] for row in here if row["criterion"] not in excluding}
    return undecided, _sample(desk, screened)


def _sample(desk: Desk, screened: Iterable[tuple[str, str, str, bool]]) -> set[str]:
    """The audit's, drawn as if nobody had decided: of what people settled, rules are asked anew."""
    by_rule: dict[str, bool | None] = {
        pmid: None if by != "rule" or aside else outcome == "exclude"
        for pmid, outcome, by, aside in screened
    }
    drawn = audit.sample(
        (pmid for pmid, excluded in by_rule.items() if excluded is not False),
        len(by_rule),
        desk.conduct.seed,
    )
    excluded = (pmid for pmid in drawn if by_rule[pmid] or _excluded(desk.ruled(pmid)))
    return set(islice(excluded, desk.conduct.audit_sample))


def _excluded(row: Screened) -> bool:
    return row.outcome == "exclude" and not row.read


def by_number(pmid: str) -> tuple[int, str]:
    """Sorts PMIDs as numbers without reading them as such."""
    return len(pmid), pmid


def waiting_for(desk: Desk, decisions: Iterable[Decision], reviewer: str) -> list[Waiting]:
    """The queue of one reviewer: what is open and what they have not answered.

    What they were unsure of comes last. Conflicts are not among them: those are adjudicated. To who
    works unseen, what somebody has judged unasked is not among them while anything else is new.
    """
    rows = list(decisions)
    mine = own(rows, desk.stage, reviewer)
    sure = [row for row in mine.values() if row.outcome != "human"]
    texts = desk.texts(sure)
    done = {row.pmid for row in sure if not is_stale(row, desk.hashes, texts)}
    closed = done | _settled(desk, rows)
    open_ = [w for w in desk.queue if w.pmid not in closed]
    if desk.blind and any(w.pmid not in mine and w.why != SECOND for w in open_):
        open_ = [w for w in open_ if w.why != SECOND or w.pmid in mine]
    return sorted(open_, key=lambda waiting: waiting.pmid in mine)


def _settled(desk: Desk, rows: Sequence[Decision]) -> set[str]:
    """Records on which no further reviewer is asked for."""
    states = (DECIDED, CONFLICT)
    return {p for p, v in desk.verdicts(rows).items() if v.state in states and not v.stale}


def own(rows: Iterable[Decision], stage: str, reviewer: str, role: str = "") -> dict[str, Decision]:
    """By PMID the last row that somebody wrote at a stage in a role."""
    me = person(reviewer)
    return {
        row.pmid: row
        for row in rows
        if row.stage == stage and row.role == role and person(row.reviewer) == me
    }


def to_adjudicate(desk: Desk, decisions: Iterable[Decision]) -> list[Waiting]:
    """What the reviewers could not settle: they disagree, or all were heard and one is unsure.

    Also what an adjudicator settled under a criterion or on a text that has changed since.
    """
    every = list(decisions)
    rows, found = by_record(every, desk.stage), desk.verdicts(every)
    open_ = [pmid for pmid, v in found.items() if _unsettled(v, rows[pmid], desk.per_record)]
    return [Waiting(pmid, CONFLICT) for pmid in sorted(open_, key=by_number)]


def _unsettled(verdict: Verdict, rows: Sequence[Decision], per_record: int) -> bool:
    if verdict.state == DECIDED:
        return verdict.stale and rows[-1].role == ADJUDICATOR
    return verdict.state == CONFLICT or len(answers(rows)) >= max(per_record, 2)


def heard_on(desk: Desk, decisions: Iterable[Decision], pmid: str) -> list[Decision]:
    """The reviewers' last answers on a record, for the adjudicator."""
    return answers(row for row in decisions if row.pmid == pmid and row.stage == desk.stage)


def taken_back(row: Decision, date: str) -> Decision:
    """The row that undoes ``row``, the last word of its writer: as if neither had been written."""
    said = (row.pmid, row.stage, WITHDRAWN, "", row.reviewer, row.role)
    return Decision(*said, date, under="", text="", note="")


def role_of(adjudicate: bool) -> str:
    """The role in which a walk writes."""
    return ADJUDICATOR if adjudicate else ""
