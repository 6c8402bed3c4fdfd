"""What the last rows of all reviewers on one statement come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from perennial.corrections.aim import Aim
from perennial.corrections.correction import (
    ADDED,
    CONFIRMED,
    CONFLICT,
    CORRECT,
    CORRECTED,
    LOST,
    MOVED,
    REJECT,
    REJECTED,
    STALE,
    SUPERSEDED,
    Correction,
    Outcome,
)
from perennial.corrections.revise import difference
from perennial.decisions.agreement import Agreement, agreement
from perennial.decisions.decision import Decision
from perennial.extract.statements import identity
from perennial.passage import Statement

EVIDENCE = "evidence"  # the stage that agreement is told of
WITHDRAWN = "withdrawn"  # added, and then rejected, by the same reviewers
CONFLICTS = "conflicts"


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, what it speaks of, and the statement that it comes to (None: it should not be)."""

    row: Correction
    aim: Aim
    comes_to: Statement | None


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a statement, and how it stands (None: not at all)."""

    reviewed: str  # confirmed | corrected | rejected | added | withdrawn | conflict
    stands: Statement | None
    reason: str = ""


def settle(judged: Iterable[Judged], drawn: Statement | None) -> Fate:
    """The fate of a statement by one row of each reviewer; ``drawn`` is None if people added it.

    Reviewers agree if they come to the same statement, whatever they wrote.
    """
    rows = sorted(judged, key=lambda j: j.row.reviewer)
    if len({j.comes_to for j in rows}) > 1:
        said = "; ".join(f"{j.row.reviewer}: {j.row.action}" for j in rows)
        kept = drawn and replace(drawn, reviewed=CONFLICT)
        return Fate(CONFLICT, kept, f"reviewers disagree: {said}")
    new = rows[0].comes_to
    if new is None:
        return Fate(REJECTED if drawn else WITHDRAWN, None)
    if drawn is None:
        return Fate(ADDED, replace(new, reviewed=ADDED))
    if new == drawn:
        return Fate(CONFIRMED, replace(drawn, reviewed=CONFIRMED))
    was = difference(drawn, new)
    return Fate(CORRECTED, replace(new, reviewed=CORRECTED, corrected_from=was))


def merged(fates: Mapping[str, Fate], untouched: Iterable[str]) -> dict[str, Fate]:
    """The fates, where a statement corrected into another one that stands does not stand twice."""
    as_drawn = (i for i, fate in fates.items() if fate.reviewed != CORRECTED and fate.stands)
    seen = {*untouched, *as_drawn}
    told = dict(fates)
    for id_, fate in fates.items():
        if fate.reviewed == CORRECTED and fate.stands:
            same = _identity(fate.stands)
            if same in seen:
                told[id_] = replace(fate, stands=None, reason=f"the same as {same}, which stands")
            seen.add(same)
    return told


def counts(fates: Iterable[Fate], outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Statements by their fate, rows by what became of them; every kind is named."""
    of_statements = Counter(fate.reviewed for fate in fates)
    of_rows = Counter(outcome.became for outcome in outcomes)
    return {
        **{kind: of_statements[kind] for kind in (CONFIRMED, CORRECTED, REJECTED, ADDED)},
        CONFLICTS: of_statements[CONFLICT],
        **{kind: of_rows[kind] for kind in (MOVED, STALE, LOST, SUPERSEDED)},
    }


def agreed(judged: Iterable[Judged], machine: Mapping[str, Statement]) -> Agreement:
    """How far reviewers agree whether a statement stands as it was drawn."""
    known = (j for j in judged if j.aim.statement and j.aim.statement.id in machine)
    return agreement((_decision(j, machine) for j in known), EVIDENCE)


def _decision(judged: Judged, machine: Mapping[str, Statement]) -> Decision:
    row, of = judged.row, judged.aim.statement
    id_ = of.id if of else ""
    right = judged.comes_to == machine[id_]
    why = "" if right else REJECT if judged.comes_to is None else CORRECT
    outcome = "include" if right else "exclude"
    return Decision(id_, EVIDENCE, outcome, why, row.reviewer, "", row.date, "", row.text, row.note)


def _identity(s: Statement) -> str:
    return identity(s.pmid, s.section, s.start, s.end, s.factor, s.direction)
