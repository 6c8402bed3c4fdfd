"""Conduct: how far people have come with screening (conduct.json)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from perennial.decisions.agreement import Agreement, agreement
from perennial.decisions.decision import DECIDED, STAGES, Decision, Verdict
from perennial.decisions.judged import hashes, text_hash
from perennial.decisions.verdicts import verdicts
from perennial.queue import audit
from perennial.queue.audit import Bound
from perennial.queue.basis import Basis
from perennial.queue.stopping import Stopping, stopping
from perennial.record import Record
from perennial.screen import Criterion
from perennial.screened import Screened
from perennial.settings import Settings

ABSTRACT, FULL_TEXT = STAGES
_UNKNOWN = Basis()


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is known of the unique records: what rules say alone, and what people said."""

    records: tuple[Record, ...]
    ruled: Mapping[str, Screened]  # by the rules, as if nobody had decided
    screened: Mapping[str, Screened]  # by rules and people
    decisions: tuple[Decision, ...]
    verdicts: Mapping[str, Mapping[str, Verdict]]  # by stage, then by PMID in order of first row
    criteria: tuple[Criterion, ...]
    settings: Settings

    def labels(self) -> dict[str, bool]:
        """What people decided on title and abstract, True for an inclusion, first read first."""
        rows = self.verdicts[ABSTRACT].items()
        return {pmid: v.outcome == "include" for pmid, v in rows if v.state == DECIDED}

    def disputed(self) -> set[str]:
        """Records that people have judged and not settled, one of them at least not to exclude."""
        verdicts = self.verdicts[ABSTRACT]
        doubted = {d.pmid for d in self.decisions if d.stage == ABSTRACT and d.outcome != "exclude"}
        return {pmid for pmid, v in verdicts.items() if v.state != DECIDED and pmid in doubted}

    def begun(self) -> dict[str, str]:
        """The day of the first decision on a title and abstract, "" if it has none."""
        backwards = reversed([row for row in self.decisions if row.stage == ABSTRACT])
        return {row.pmid: row.date for row in backwards}

    def excluded(self) -> list[str]:
        """The records that rules exclude for what they are, not for a notice that came later."""
        return [p for p, row in self.ruled.items() if row.outcome == "exclude" and not row.read]

    def included(self) -> int:
        """How many records title and abstract let through."""
        return sum(row.read for row in self.screened.values())

    def sample(self) -> tuple[str, ...]:
        """The records excluded by rule that the audit asks a person to look at."""
        return audit.sample(self.excluded(), self.settings.audit_sample, self.settings.seed)


def standing(
    records: Iterable[Record],
    ruled: Iterable[Screened],
    screened: Iterable[Screened],
    decisions: Iterable[Decision],
    criteria: Sequence[Criterion],
    settings: Settings,
) -> Standing:
    """Put together what is known. ``ruled`` is what the rules make of each record alone.

    Records and decisions of which ``ruled`` knows nothing (duplicates of others) are left out.
    """
    rows = {row.pmid: row for row in ruled}
    held = tuple(record for record in records if record.pmid in rows)
    made = tuple(decision for decision in decisions if decision.pmid in rows)
    decided = {decision.pmid for decision in made}
    texts = {record.pmid: text_hash(record) for record in held if record.pmid in decided}
    asked = hashes(criteria)
    by_stage = {s: verdicts(made, settings.reviewers_per_record, s, asked, texts) for s in STAGES}
    both = {row.pmid: row for row in screened}
    return Standing(held, rows, both, made, by_stage, tuple(criteria), settings)


@dataclass(frozen=True, slots=True)
class Audit:
    """What people found among the records that rules excluded, and what that leaves open."""

    sample: int  # records asked for
    looked: int  # of these, judged by anybody
    disputed: int  # of those counted, not settled: taken for missed until they are
    bound: Bound  # counts the sample in the order drawn, up to the first that is not judged
    recall: float  # of the rules, at least: included / (included + the most still unseen)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How far people have come; every number is about unique records."""

    records: int
    by_rule: Mapping[str, int]  # outcome of the rules alone → records
    included: int  # on title and abstract, by rule or by people
    decided: Mapping[str, int]  # stage → records decided by people
    queue: Mapping[str, Mapping[str, int]]  # stage → why → records that wait
    ranking: str  # "decisions", or "protocol" until there is something to learn from
    agreement: tuple[Agreement, ...]  # of each stage
    stopping: Stopping
    audit: Audit
    finished: bool  # titles and abstracts: nobody is waited for, or the stopping rule spares them
    settings: Settings
    basis: Basis = _UNKNOWN  # what all this was made of


def conduct(known: Standing, queue: Mapping[str, Mapping[str, int]], ranking: str) -> Conduct:
    """``queue`` counts the records that wait. An audit need not end for screening to end."""
    state = stopped(known)
    owed = {why for why, n in queue[ABSTRACT].items() if n and why != "audit"}
    outcomes = Counter(row.outcome for row in known.ruled.values())
    return Conduct(
        records=len(known.records),
        by_rule={outcome: outcomes[outcome] for outcome in ("include", "exclude", "human")},
        included=known.included(),
        decided={s: sum(v.state == DECIDED for v in known.verdicts[s].values()) for s in STAGES},
        queue=queue,
        ranking=ranking,
        agreement=tuple(agreement(known.decisions, stage) for stage in STAGES),
        stopping=state,
        audit=audited(known),
        finished=not owed or (state.may_stop and owed == {"undecided"}),
        settings=known.settings,
    )


def stopped(known: Standing) -> Stopping:
    """The stopping rule over the records that rules leave to people, on title and abstract."""
    human = {pmid for pmid, row in known.ruled.items() if row.outcome == "human"}
    labels = {pmid: label for pmid, label in known.labels().items() if pmid in human}
    wanted = known.settings
    return stopping(
        list(labels.values()),
        len(human),
        wanted.target_recall,
        wanted.confidence,
        _comparable(known, list(labels), human - labels.keys()),
    )


def _comparable(known: Standing, read: Sequence[str], left: set[str]) -> int:
    """How many of those last read were begun after the last one now left had come to PubMed.

    A record or decision without a day shows nothing, so it ends the count.
    """
    days = [record.created or record.entered for record in known.records if record.pmid in left]
    newest, begun = max(days, default=""), known.begun()
    later = takewhile(lambda pmid: begun[pmid] > newest, reversed(read))
    return 0 if "" in days else sum(1 for _ in later)


def audited(known: Standing) -> Audit:
    """The audit's sample as far as people have judged it.

    The records counted are the first ones of the sample: which ones people would rather judge
    must not decide what is found. A dispute counts as missed, since a record that nobody can
    settle is likelier to be one than the rest.
    """
    sample, labels, open_ = known.sample(), known.labels(), known.disputed()
    judged = [pmid for pmid in sample if pmid in labels or pmid in open_]
    counted = list(takewhile(lambda pmid: pmid in judged, sample))
    missed = sum(labels.get(pmid, True) for pmid in counted)
    disputed = sum(pmid in open_ for pmid in counted)
    excluded, confidence = len(known.excluded()), known.settings.confidence
    limit = audit.bound(len(counted), missed, excluded, confidence)
    recall = audit.recall(known.included(), limit)
    return Audit(len(sample), len(judged), disputed, limit, recall)
