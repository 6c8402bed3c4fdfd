"""What waits for whom: records for reviewers, conflicts for an adjudicator, statements for a check.

With blinded double screening a reviewer must not learn what others answered on a record that they
have not judged, nor whether anybody did: what others are asked stays out, and ``Veil`` covers it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perennial.corrections.correction import APPLIED, CONFLICT, LOST, MOVED, STALE, Outcome
from perennial.decisions.agreement import Agreement, agreement
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import Desk, own, to_adjudicate, waiting_for
from perennial.decisions.verdicts import is_stale, person

AUDIT = "audit"  # why a record of the audit's sample waits

Desks = Mapping[str, Desk]  # by stage


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for one reviewer; every number counts records of one stage.

    ``audit`` of the records ``asked`` are in the audit's sample. ``stale`` are the reviewer's own
    answers whose criterion or text has changed since.
    """

    reviewer: str
    asked: Mapping[str, int]
    audit: Mapping[str, int]
    stale: Mapping[str, int]

    @property
    def nothing(self) -> bool:
        """Whether no record waits for them."""
        return not any(self.asked.values())


def waits(desks: Desks, decisions: Sequence[Decision], reviewer: str) -> Waits:
    """What waits for ``reviewer``, by what is decided now."""
    queues = {stage: waiting_for(desk, decisions, reviewer) for stage, desk in desks.items()}
    return Waits(
        reviewer,
        {stage: len(queue) for stage, queue in queues.items()},
        {stage: sum(w.why == AUDIT for w in queue) for stage, queue in queues.items()},
        {stage: _stale(desk, decisions, reviewer) for stage, desk in desks.items()},
    )


def _stale(desk: Desk, decisions: Sequence[Decision], reviewer: str) -> int:
    mine = own(decisions, desk.stage, reviewer).values()
    texts = desk.texts(mine)
    return sum(is_stale(row, desk.hashes, texts) for row in mine)


def of_all(desks: Desks, decisions: Sequence[Decision], you: str) -> tuple[Waits, ...]:
    """What waits for you, first, and for each other who ever decided, by name.

    Yours alone where screening is blind.
    """
    others = () if blind(desks) else _others(decisions, you)
    return tuple(waits(desks, decisions, reviewer) for reviewer in (you, *others))


def _others(decisions: Iterable[Decision], you: str) -> list[str]:
    """As each last wrote their name; who only adjudicated is asked no record."""
    names = {person(row.reviewer): row.reviewer for row in decisions if not row.role}
    return [names[key] for key in sorted(names) if key != person(you)]


def blind(desks: Desks) -> bool:
    """Whether reviewers must not learn of each other's answers."""
    return any(desk.blind for desk in desks.values())


def conflicts(desks: Desks, decisions: Sequence[Decision]) -> dict[str, int]:
    """Records that an adjudicator is asked for, by stage."""
    return {stage: len(to_adjudicate(desk, decisions)) for stage, desk in desks.items()}


def agreed(desks: Desks, decisions: Sequence[Decision], yours: Waits) -> tuple[Agreement, ...]:
    """The agreement at each stage with a comparison; none while blind, unless you are done."""
    if blind(desks) and not yours.nothing:
        return ()
    found = (agreement(decisions, stage) for stage in desks)
    return tuple(each for each in found if each.overall.n)


@dataclass(frozen=True)
class Veil:
    """What one reviewer may see of what others decided.

    Both sets hold (stage, PMID): what they have ``judged`` themselves, and what is ``asked`` of
    them or of an adjudicator.
    """

    reviewer: str
    blind: bool
    judged: frozenset[tuple[str, str]] = frozenset()
    asked: frozenset[tuple[str, str]] = frozenset()

    def lifted(self, stage: str, pmid: str) -> bool:
        """Whether others' answers on a record at a stage may be seen."""
        return not self.blind or (stage, pmid) in self.judged

    def open(self, stage: str, pmid: str) -> bool:
        """Whether a record is still to be judged unseen."""
        return (stage, pmid) in self.asked and not self.lifted(stage, pmid)


def veil(desks: Desks, decisions: Sequence[Decision], you: str) -> Veil:
    """What ``you`` may see."""
    if not blind(desks):
        return Veil(you, False)
    rows = [(stage, row) for stage in desks for row in own(decisions, stage, you).values()]
    waiting = [
        (stage, each.pmid)
        for stage, desk in desks.items()
        for each in (*waiting_for(desk, decisions, you), *to_adjudicate(desk, decisions))
    ]
    return Veil(
        you,
        True,
        frozenset((stage, row.pmid) for stage, row in rows if row.outcome != "human"),
        frozenset(waiting),
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far people have come with the evidence: statements by how many judged them, and rows
    of corrections.tsv that did not come to what they say. ``unbuilt`` rows came after the build.
    """

    statements: int
    unjudged: int
    once: int
    became: Mapping[str, int]
    unbuilt: int


TROUBLES = (CONFLICT, MOVED, STALE, LOST)


def evidence(statements: Iterable[str], outcomes: Sequence[Outcome], rows: int) -> Evidence:
    """``statements`` are the ids of those that stand, ``rows`` are those of corrections.tsv."""
    ids = list(statements)
    judged: dict[str, set[str]] = {}
    for outcome in outcomes:
        if outcome.became in (APPLIED, MOVED, CONFLICT):
            judged.setdefault(outcome.statement, set()).add(person(outcome.reviewer))
    by = Counter(len(judged.get(id_, ())) for id_ in ids)
    found = Counter(outcome.became for outcome in outcomes)
    became = {kind: found[kind] for kind in TROUBLES if found[kind]}
    return Evidence(len(ids), by[0], by[1], became, max(rows - len(outcomes), 0))


def stage_word(stage: str) -> str:
    """A stage as the pages call it."""
    return dict(zip(STAGES, ("titles and abstracts", "full texts"), strict=True))[stage]
