"""What reviewers' decisions add up to: one verdict for each record that anybody decided on.

What was taken back is as if it had never been said (``counted``); ``load_decisions`` has left it
out, and everything else here is given what is left.

Of a reviewer's rows on a record the last one counts. An adjudicator's row settles the record if
it stands after every row that it judges; a reviewer who writes a new row opens the matter again.
``human`` is "unsure": it is no judgement, and the record waits for one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from perennial.decisions.decision import (
    ADJUDICATOR,
    AWAITS,
    CONFLICT,
    DECIDED,
    WITHDRAWN,
    Decision,
    Verdict,
)


def counted(rows: Iterable[Decision], as_of: str = "") -> list[Decision]:
    """The rows that count on a day, all days if it is "", in their order.

    A ``withdrawn`` row takes back the last row of the same person on the same record at the same
    stage in the same role that stands by then; what they had said before counts again. One with
    nothing to take back does nothing.
    """
    every = list(rows)
    stand: dict[tuple[str, str, str, str], list[int]] = {}
    gone: set[int] = set()
    for at, row in enumerate(every):
        theirs = stand.setdefault((row.pmid, row.stage, row.role, person(row.reviewer)), [])
        if row.outcome != WITHDRAWN:
            theirs.append(at)
            continue
        gone.add(at)
        if theirs and not _later(row, as_of):
            gone.add(theirs.pop())
    return [row for at, row in enumerate(every) if at not in gone and not _later(row, as_of)]


def _later(row: Decision, as_of: str) -> bool:
    return bool(as_of) and row.date > as_of


def verdicts(
    decisions: Iterable[Decision],
    per_record: int,
    stage: str,
    criteria: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> dict[str, Verdict]:
    """The verdict on every record with a decision at ``stage``, by PMID, in order of first row.

    ``per_record`` is how many reviewers must agree, 1 or 2. ``criteria`` gives the present hash
    of each criterion in the order of the protocol, ``texts`` that of each record's text; without
    them nothing is stale, and of two criteria the one that sorts first counts.
    """
    return {
        pmid: verdict(rows, per_record, criteria, texts)
        for pmid, rows in by_record(decisions, stage).items()
    }


def verdict(
    rows: Sequence[Decision],
    per_record: int,
    criteria: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict on one record from all its rows at one stage, at least one; see ``verdicts``."""
    return _verdict(grounds(rows, per_record), per_record, criteria, texts)


def by_record(decisions: Iterable[Decision], stage: str) -> dict[str, list[Decision]]:
    """The rows of a stage by PMID, in order of first row."""
    rows: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.stage == stage:
            rows.setdefault(decision.pmid, []).append(decision)
    return rows


@lru_cache(maxsize=1024)
def person(name: str) -> str:
    """A reviewer's name for comparison: ``Ada`` and ``ada`` are no two reviewers."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def answers(rows: Iterable[Decision]) -> list[Decision]:
    """The last row of each reviewer (adjudicators aside), in the order of their first rows."""
    last: dict[str, Decision] = {}
    for row in rows:
        if row.role != ADJUDICATOR:
            last[person(row.reviewer)] = row
    return list(last.values())


def is_stale(
    decision: Decision,
    criteria: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> bool:
    """Whether its criterion is gone or judges otherwise now, or its record reads otherwise."""
    id_, _, hash_ = decision.under.partition(":")
    of_criterion = criteria is not None and bool(id_) and criteria.get(id_) != hash_
    text = decision.text if texts is None else texts.get(decision.pmid, decision.text)
    return of_criterion or (bool(decision.text) and text != decision.text)


def grounds(rows: Sequence[Decision], per_record: int) -> list[Decision]:
    """The rows of a record that its verdict rests on, of all of them at one stage, at least one:
    the last one, the adjudicator's, or each reviewer's.
    """
    last = rows[-1]
    settled = last.role == ADJUDICATOR and last.outcome != "human"
    if per_record == 1 or settled:
        return [last]
    return answers(rows) or [last]


def _verdict(
    rows: Sequence[Decision],
    per_record: int,
    criteria: Mapping[str, str] | None,
    texts: Mapping[str, str] | None,
) -> Verdict:
    state, outcome = _state(rows, per_record)
    if outcome == "exclude" and criteria is not None and not _named_by(rows) & set(criteria):
        return _reasonless(rows)
    named = [row.criterion for row in rows if row.outcome == outcome and row.criterion]
    return Verdict(
        rows[0].pmid,
        rows[0].stage,
        outcome,
        _first(named, criteria),
        "; ".join(row.reviewer for row in rows),
        max(row.date for row in rows),
        _note(rows, state, per_record),
        state,
        any(is_stale(row, criteria, texts) for row in rows),
        len(rows) >= per_record and any(row.outcome == "human" for row in rows),
    )


def _named_by(rows: Iterable[Decision]) -> set[str]:
    return {row.criterion for row in rows if row.outcome == "exclude"}


def _reasonless(rows: Sequence[Decision]) -> Verdict:
    """An exclusion for a criterion that the protocol has no more has no reason to be told."""
    gone = ", ".join(sorted(_named_by(rows)))
    note = f"was excluded for {gone}, which the protocol no longer has"
    names, day = "; ".join(row.reviewer for row in rows), max(row.date for row in rows)
    who = (rows[0].pmid, rows[0].stage, "human", "", names, day, note)
    return Verdict(*who, AWAITS, stale=True, sent_back=True)


def _state(rows: Sequence[Decision], per_record: int) -> tuple[str, str]:
    sure = [row for row in rows if row.outcome != "human"]
    needed = 1 if any(row.role == ADJUDICATOR for row in sure) else per_record
    if len({row.outcome for row in sure}) > 1:
        return CONFLICT, "human"
    if len(sure) < needed:
        return AWAITS, "human"
    return DECIDED, sure[0].outcome


def _first(ids: Iterable[str], criteria: Mapping[str, str] | None) -> str:
    """Of several criteria the first of the protocol; one that has left it comes last."""
    order = list(criteria or ())
    ranked = sorted(ids, key=lambda id_: (order.index(id_) if id_ in order else len(order), id_))
    return ranked[0] if ranked else ""


def _note(rows: Sequence[Decision], state: str, per_record: int) -> str:
    """What tables say; while a second reviewer is awaited, not what the first one decided."""
    if state == CONFLICT:
        said = "; ".join(f"{row.reviewer}: {said_by(row)}" for row in rows)
        return f"reviewers disagree: {said}"
    notes = "; ".join(dict.fromkeys(row.note for row in rows if row.note))
    if state == AWAITS and per_record > 1:
        return AWAITS
    if len(_named_by(rows)) > 1:
        both = "; ".join(f"{row.reviewer}: {row.criterion or said_by(row)}" for row in rows)
        return f"excluded for different criteria: {both}" + (f" ({notes})" if notes else "")
    return notes


def said_by(decision: Decision) -> str:
    """A decision in words: ``include``, ``exclude X3`` or ``unsure``."""
    if decision.outcome == "human":
        return "unsure"
    return f"{decision.outcome} {decision.criterion}".strip()
