"""Corrections applied: statements as drawn and rows of people in, statements as they stand out.

Of a reviewer's rows on a statement the last one counts. Where reviewers differ the statement
stands as it was drawn, flagged, and one that a person added does not stand yet. No row is dropped:
each has an outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from perennial.corrections.aim import NO_PLACE, NO_QUOTE, NOT_READ, Aim, Texts, aim, moved_to
from perennial.corrections.anchor import anchor
from perennial.corrections.correction import (
    ADD,
    APPLIED,
    CONFIRM,
    CONFLICT,
    CONTEXT,
    EMPTIED,
    LOST,
    MOVED,
    REJECT,
    STALE,
    SUPERSEDED,
    Correction,
    Corrections,
    Outcome,
)
from perennial.corrections.names import unknown
from perennial.corrections.revise import added, corrected, difference, told
from perennial.corrections.settle import Fate, Judged, agreed, counts, merged, settle
from perennial.decisions.verdicts import person
from perennial.errors import LedgerError
from perennial.extract.vocabulary import Vocabulary
from perennial.passage import Passage, Statement

Statements = Mapping[str, Statement]


def apply(
    drawn: Sequence[Statement],
    passages: Iterable[Passage],
    corrections: Sequence[Correction],
    studies: Iterable[str],
    vocabulary: Vocabulary,
) -> tuple[list[Statement], Corrections]:
    """The statements as they stand: those ``drawn``, in their order, then those that people add.

    ``corrections`` are in the order of the file, ``studies`` the PMIDs of studies that are read.
    Raises LedgerError if a quote is not in its passage.
    """
    texts = _by_study(passages, studies)
    machine = {statement.id: statement for statement in drawn}
    judged = _judge(corrections, machine, texts, vocabulary)
    counting = _last(judged)
    fates = _fates(counting, machine)
    last = set(map(id, counting))  # two rows may say the same
    outcomes = [_outcome(j, fates, id(j) in last) for j in judged]
    new = [fate.stands for id_, fate in fates.items() if id_ not in machine and fate.stands]
    kept = [_standing(statement, fates) for statement in drawn]
    statements = [*filter(None, kept), *sorted(new, key=_place)]
    check(statements, texts)
    of_all = counts(fates.values(), outcomes)
    return statements, Corrections(tuple(outcomes), of_all, agreed(counting, machine))


def check(statements: Iterable[Statement], texts: Texts) -> None:
    """Raise LedgerError for a statement whose quote does not stand where it says."""
    for s in statements:
        passage = texts.get(s.pmid, {}).get(s.section)
        if passage is None or s.quote != passage.text[s.start : s.end] or not s.quote:
            raise LedgerError(f"statement {s.id} of record {s.pmid} is without its quote")


def _by_study(passages: Iterable[Passage], studies: Iterable[str]) -> Texts:
    read: dict[str, dict[str, Passage]] = {pmid: {} for pmid in studies}
    for passage in passages:
        if passage.pmid in read:
            read[passage.pmid][passage.section] = passage
    return read


def _judge(
    rows: Sequence[Correction], machine: Statements, texts: Texts, vocabulary: Vocabulary
) -> list[Judged]:
    new = {id(row): _add(row, texts, vocabulary) for row in rows if row.action == ADD}
    pool = _added_by_people(rows, new) | dict(machine)
    return [
        _judged(row, new.get(id(row)) or aim(row, pool, texts), machine, vocabulary) for row in rows
    ]


def _added_by_people(rows: Iterable[Correction], new: Mapping[int, Aim]) -> dict[str, Statement]:
    """What people add, by id. Of several who add the same, the first by name lends the cells."""
    adding = sorted((row for row in rows if id(row) in new), key=lambda r: person(r.reviewer))
    of_each: dict[tuple[str, str], Statement] = {}
    for row in adding:
        if statement := new[id(row)].statement:
            of_each[statement.id, person(row.reviewer)] = statement
    pool: dict[str, Statement] = {}
    for (id_, _), statement in of_each.items():
        pool.setdefault(id_, statement)
    return pool


def _add(row: Correction, texts: Texts, vocabulary: Vocabulary) -> Aim:
    if row.pmid not in texts:
        return Aim(None, None, STALE, NOT_READ)
    if gone := _gone(row, vocabulary):
        return Aim(None, None, STALE, gone)
    spot = anchor(row, texts[row.pmid])
    if spot is None:
        return Aim(None, None, LOST, NO_PLACE if row.quote else NO_QUOTE)
    moved = moved_to(row, spot)
    return Aim(added(row, spot, vocabulary), spot, MOVED if moved else APPLIED, moved)


def _judged(row: Correction, found: Aim, machine: Statements, vocabulary: Vocabulary) -> Judged:
    of = found.statement
    if of is None or row.action == REJECT:
        return Judged(row, found, None)
    if row.action == CONFIRM or (row.action == ADD and of.id not in machine):
        return Judged(row, found, of)
    if gone := _gone(row, vocabulary):
        return Judged(row, Aim(None, None, STALE, gone), None)
    spot = found.spot if row.quote or row.span else None
    return Judged(row, found, corrected(row, machine.get(of.id, of), spot, vocabulary))


def _gone(row: Correction, vocabulary: Vocabulary) -> str:
    for column in ("factor", "direction", *CONTEXT):
        if gone := [n for n in unknown(column, getattr(row, column), vocabulary) if n != EMPTIED]:
            return f"the vocabulary has no {column} {gone[0]!r} any more"
    return ""


def _last(judged: Iterable[Judged]) -> list[Judged]:
    """The last row of each reviewer on each statement."""
    last: dict[tuple[str, ...], Judged] = {}
    for j in judged:
        last[person(j.row.reviewer), *_subject(j)] = j
    return list(last.values())


def _subject(judged: Judged) -> tuple[str, ...]:
    row, of = judged.row, judged.aim.statement
    if of or row.id:
        return (of.id if of else row.id,)
    return (row.pmid, row.section, row.start, row.quote, row.factor, row.direction)


def _fates(counting: Iterable[Judged], machine: Statements) -> dict[str, Fate]:
    of_each: dict[str, list[Judged]] = {}
    for j in counting:
        if j.aim.statement:
            of_each.setdefault(j.aim.statement.id, []).append(j)
    fates = {id_: settle(of_each[id_], machine.get(id_)) for id_ in sorted(of_each)}
    return merged(fates, machine.keys() - fates.keys())


def _standing(statement: Statement, fates: Mapping[str, Fate]) -> Statement | None:
    return fates[statement.id].stands if statement.id in fates else statement


def _place(statement: Statement) -> tuple[str, str, int, str]:
    return statement.pmid, statement.section, statement.start, statement.id


def _outcome(judged: Judged, fates: Mapping[str, Fate], counts_: bool) -> Outcome:
    row, of, new = judged.row, judged.aim.statement, judged.comes_to
    became, reason = _became(judged, fates, counts_)
    shown = new or of
    start, end = (shown.start, shown.end) if shown else row.span or (0, 0)
    return Outcome(
        line=row.line,
        action=row.action,
        reviewer=row.reviewer,
        date=row.date,
        note=row.note,
        became=became,
        reason=reason,
        id=row.id,
        statement=of.id if of else "",
        pmid=shown.pmid if shown else row.pmid,
        section=shown.section if shown else row.section,
        start=start,
        end=end,
        quote=shown.quote if shown else row.quote,
        was=told(of) if of and new is None else difference(of, new) if of and new else "",
    )


def _became(judged: Judged, fates: Mapping[str, Fate], counts_: bool) -> tuple[str, str]:
    if not counts_:
        return SUPERSEDED, "a later row of the same reviewer counts"
    found = judged.aim
    if found.statement is None:
        return found.became, found.reason
    fate = fates[found.statement.id]
    if fate.reviewed == CONFLICT:
        return CONFLICT, fate.reason
    return found.became, "; ".join(filter(None, (found.reason, fate.reason)))
