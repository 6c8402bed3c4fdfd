"""What lies before a reviewer: the records that wait, and what the rules alone say of each.

Nothing here depends on what other reviewers decided but the choice of records, so that a blinded
reviewer cannot read it off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
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
from perennial.decisions.table import excludes, load_decisions
from perennial.decisions.verdicts import answers, by_record, is_stale, person, verdict
from perennial.errors import InputError, Place
from perennial.query import Mesh, Panel
from perennial.record import Record
from perennial.screen import Bench, Criterion, load_criteria, panel_of
from perennial.screened import Integrity, Screened
from perennial.settings import Settings, settings
from perennial.tables import read_parquet


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


def decisions_of(desk: Desk, file: Path) -> list[Decision]:
    """The rows of ``decisions.tsv`` held against this protocol and these records."""
    return load_decisions(file, desk.records, desk.criteria)


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
        rows = [row for row in pq.read_table(path).to_pylist() if row["stage"] == desk.stage]
        return _unseen(desk, rows) if desk.blind else _ranked(rows)
    if built(results.parent):
        raise _missing(results, path)
    wanted = "human" if desk.stage == STAGES[0] else "include"
    return tuple(Waiting(pmid, "undecided") for pmid in screened_pmids(results, wanted))


def _ranked(rows: Iterable[Mapping[str, Any]]) -> tuple[Waiting, ...]:
    ordered = sorted(rows, key=lambda row: (row["rank"], *by_number(row["pmid"])))
    return tuple(Waiting(row["pmid"], row["why"]) for row in ordered)


def _unseen(desk: Desk, rows: Iterable[Mapping[str, Any]]) -> tuple[Waiting, ...]:
    """Ranks and reasons tell what somebody has seen already: a blinded queue goes by score alone.

    What rules excluded on title and abstract is there for the audit, and comes last.
    """
    acts = {c.id: c.action for c in desk.criteria if desk.stage == STAGES[0]}

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return acts.get(row["criterion"]) == "exclude", -row["score"], *by_number(row["pmid"])

    ordered = sorted((*place(row), row["pmid"]) for row in rows)
    return tuple(Waiting(pmid, "audit" if audit else "undecided") for audit, *_, pmid in ordered)


def by_number(pmid: str) -> tuple[int, str]:
    """Sorts PMIDs as numbers without reading them as such."""
    return len(pmid), pmid


def waiting_for(desk: Desk, decisions: Iterable[Decision], reviewer: str) -> list[Waiting]:
    """The queue of one reviewer: what is open and what they have not answered.

    What they were unsure of comes last. Conflicts are not among them: those are adjudicated.
    """
    rows = list(decisions)
    mine = own(rows, desk.stage, reviewer)
    sure = [row for row in mine.values() if row.outcome != "human"]
    texts = desk.texts(sure)
    done = {row.pmid for row in sure if not is_stale(row, desk.hashes, texts)}
    closed = done | _settled(desk, rows)
    open_ = [w for w in desk.queue if w.pmid not in closed]
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
