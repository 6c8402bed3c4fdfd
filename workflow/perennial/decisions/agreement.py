"""How far reviewers agree who judged the same records without knowing of each other.

A reviewer's answer is the last one given before an adjudicator touched the record: what is
settled afterwards says nothing about agreement. Only records that both judged are compared. Where
one of the two was unsure there is no judgement to compare; those are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, takewhile

import numpy as np

from perennial.decisions.decision import ADJUDICATOR, Decision
from perennial.decisions.verdicts import answers, person, said_by

PLACES = 6  # decimal places kept
SIDES = ("include", "exclude")
NOT_DEFINED = "not defined"


@dataclass(frozen=True, slots=True)
class Crossed:
    """How many records the first reviewer excluded under ``first``, the second under ``second``."""

    first: str
    second: str
    n: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record on which two reviewers differ, and what each said: ``include``, ``exclude X3``."""

    pmid: str
    reviewers: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Agreement on inclusion over ``n`` comparisons; a measure is empty where it is not defined.

    ``table`` counts include-include, include-exclude, exclude-include, exclude-exclude, the first
    reviewer's answer first. ``raw`` and ``pabak`` hold one number, ``kappa`` Cohen's kappa and,
    if there is one, the ends of its 95 % interval. ``unsure`` more records were not compared.
    """

    n: int
    unsure: int
    table: tuple[int, ...]
    raw: tuple[float, ...]
    kappa: tuple[float, ...]
    pabak: tuple[float, ...]
    criteria: tuple[Crossed, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers, in order of their names, and how far they agree."""

    reviewers: tuple[str, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Agreement:
    """One stage: each pair of reviewers with a record in common, all of them, and the conflicts.

    ``overall`` adds the tables of all pairs up, each with the name that sorts first as its first
    reviewer: a record judged by three counts as three comparisons.
    """

    stage: str
    pairs: tuple[Pair, ...]
    overall: Figures
    conflicts: tuple[Conflict, ...]


Compared = tuple[Decision, Decision]


def agreement(decisions: Iterable[Decision], stage: str) -> Agreement:
    """The agreement of reviewers at ``stage``; pairs by name, conflicts by PMID."""
    by_pair: dict[tuple[str, str], list[Compared]] = {}
    for independent in _independent(decisions, stage):
        for one, two in combinations(independent, 2):
            by_pair.setdefault((person(one.reviewer), person(two.reviewer)), []).append((one, two))
    pairs = [Pair(_names(rows), _figures(rows)) for _, rows in sorted(by_pair.items())]
    every = [compared for _, rows in sorted(by_pair.items()) for compared in rows]
    conflicts = sorted(map(_conflict, filter(_differ, every)), key=_by_pmid)
    return Agreement(stage, tuple(pairs), _figures(every), tuple(conflicts))


def told(measure: Sequence[float]) -> str:
    """A measure in words: ``0.61``, ``0.61 (0.40 to 0.82)`` or ``not defined``."""
    shown = [f"{number:.2f}" for number in measure]
    if len(shown) == 3:
        return f"{shown[0]} ({shown[1]} to {shown[2]})"
    return shown[0] if shown else NOT_DEFINED


def _independent(decisions: Iterable[Decision], stage: str) -> list[list[Decision]]:
    """Per record the reviewers' answers before any adjudication, by reviewer."""
    rows: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.stage == stage:
            rows.setdefault(decision.pmid, []).append(decision)
    before = ([*takewhile(_is_reviewer, of_record)] for of_record in rows.values())
    return [
        sorted(answers(of_record), key=lambda row: person(row.reviewer)) for of_record in before
    ]


def _is_reviewer(row: Decision) -> bool:
    return row.role != ADJUDICATOR


def _names(rows: Sequence[Compared]) -> tuple[str, ...]:
    return rows[0][0].reviewer, rows[0][1].reviewer


def _figures(rows: Sequence[Compared]) -> Figures:
    sure = [(one, two) for one, two in rows if "human" not in (one.outcome, two.outcome)]
    counts = Counter((one.outcome, two.outcome) for one, two in sure)
    table = tuple(counts[a, b] for a in SIDES for b in SIDES)
    both = Counter(
        (a.criterion, b.criterion) for a, b in sure if a.outcome == b.outcome == "exclude"
    )
    crossed = tuple(Crossed(*criteria, n) for criteria, n in sorted(both.items()))
    raw = (table[0] + table[3]) / len(sure) if sure else None
    return Figures(
        len(sure),
        len(rows) - len(sure),
        table,
        () if raw is None else (round(raw, PLACES),),
        _kappa(table),
        () if raw is None else (round(2 * raw - 1, PLACES),),
        crossed,
    )


def _kappa(table: tuple[int, ...]) -> tuple[float, ...]:
    """Cohen's kappa and its 95 % interval; empty if chance alone would agree on everything.

    Without the interval where the variance is 0, as when one reviewer always says the same:
    an interval without width would claim a certainty that so few answers cannot give.
    """
    a, b, c, d = table
    if (a + b == 0 and a + c == 0) or (c + d == 0 and b + d == 0):
        return ()
    from statsmodels.stats.inter_rater import cohens_kappa  # noqa: PLC0415 - seconds to import

    with np.errstate(all="ignore"):  # it also divides by a standard error that may be 0
        found = cohens_kappa([[a, b], [c, d]])
    value = float(found.kappa)
    # At full agreement the variance is 0, which floating point may take for less than 0.
    half = 1.959963984540054 * max(float(found.var_kappa), 0.0) ** 0.5  # 97.5 % point of the normal
    wide = round(half, PLACES) > 0
    ends = (max(value - half, -1.0), min(value + half, 1.0)) if wide else ()
    return tuple(round(number, PLACES) + 0.0 for number in (value, *ends))


def _differ(compared: Compared) -> bool:
    return {row.outcome for row in compared} == set(SIDES)


def _conflict(compared: Compared) -> Conflict:
    one, two = compared
    return Conflict(one.pmid, (one.reviewer, two.reviewer), (said_by(one), said_by(two)))


def _by_pmid(conflict: Conflict) -> tuple[int, str, tuple[str, ...]]:
    return len(conflict.pmid), conflict.pmid, conflict.reviewers
