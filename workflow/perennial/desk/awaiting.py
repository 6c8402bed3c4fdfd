"""What waits for whom: records for reviewers, conflicts for an adjudicator, statements for a check.

To who works unseen (``veil``), only what waits for themselves is told.
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
from perennial.desk.veil import Desks, blind, theirs

AUDIT = "audit"  # why a record of the audit's sample waits


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


def conflicts(desks: Desks, decisions: Sequence[Decision], yours: Waits) -> int | None:
    """How many records an adjudicator is asked for; None while blind, unless you are done."""
    if blind(desks) and not yours.nothing:
        return None
    return sum(len(to_adjudicate(desk, decisions)) for desk in desks.values())


def agreed(desks: Desks, decisions: Sequence[Decision], yours: Waits) -> tuple[Agreement, ...]:
    """The agreement at each stage with a comparison; none while blind, unless you are done."""
    if blind(desks) and not yours.nothing:
        return ()
    found = (agreement(decisions, stage) for stage in desks)
    return tuple(each for each in found if each.overall.n)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far people have come with the evidence: statements by how many judged them by now, and
    rows of corrections.tsv that did not come to what they say when they were built in.
    ``unbuilt`` rows came after the build.
    With ``alone`` all of it is as if one reviewer alone had judged any.
    """

    alone: bool
    statements: int
    unjudged: int
    once: int
    became: Mapping[str, int]
    unbuilt: int


TROUBLES = (CONFLICT, MOVED, STALE, LOST)


def evidence(
    statements: Iterable[str],
    every: Sequence[Outcome],
    rows: Sequence[tuple[str, str]],
    alone: str = "",
) -> Evidence:
    """``statements`` are ids, ``rows`` those of corrections.tsv: statement ("" if new), reviewer.

    ``alone`` names who must not learn what others said, "" if that is no secret.
    """
    ids, me = list(statements), person(alone)
    outcomes = theirs(every, alone) if alone else every
    made = [row for row in rows if not alone or person(row[1]) == me]
    judged: dict[str, set[str]] = {}
    for outcome in outcomes:
        if outcome.became in (APPLIED, MOVED, CONFLICT):
            judged.setdefault(outcome.statement, set()).add(person(outcome.reviewer))
    for statement, reviewer in (unbuilt := made[len(outcomes) :]):  # rows are only added
        judged.setdefault(statement, set()).add(person(reviewer))
    by = Counter(len(judged.get(id_, ())) for id_ in ids)
    found = Counter(outcome.became for outcome in outcomes)
    became = {kind: found[kind] for kind in TROUBLES if found[kind]}
    return Evidence(bool(alone), len(ids), by[0], by[1], became, len(unbuilt))


def stage_word(stage: str) -> str:
    """A stage as the pages call it."""
    return dict(zip(STAGES, ("titles and abstracts", "full texts"), strict=True))[stage]
