"""Decisions: what reviewers wrote into config/decisions.tsv, which outranks every rule.

The file only grows. ``verdicts`` says what its rows add up to, ``append`` writes one more.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from perennial import growing
from perennial.days import is_day
from perennial.decisions.decision import OUTCOMES, ROLES, STAGES, WITHDRAWN, Decision, Verdict
from perennial.decisions.judged import DIGITS, Judging, criterion_hash, text_hash, under
from perennial.decisions.verdicts import counted, verdicts
from perennial.errors import InputError, Place

__all__ = [
    "COLUMNS",
    "OUTCOMES",
    "Decision",
    "Verdict",
    "append",
    "criterion_hash",
    "load_decisions",
    "text_hash",
    "verdicts",
]

COLUMNS = tuple(field.name for field in dataclasses.fields(Decision))
FORMER = ("pmid", "outcome", "criterion", "reviewer", "date", "note")  # all about titles/abstracts
LAYOUTS = (COLUMNS, FORMER)

_NO_REASON = "an exclusion needs its criterion"
_TEXT = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_UNDER = re.compile(rf"([A-Za-z][A-Za-z0-9_-]*):{_TEXT.pattern}")


def load_decisions(
    path: str | Path, pmids: Iterable[str] | None, criteria: Iterable[Judging], as_of: str = ""
) -> list[Decision]:
    """The rows that count, in the order of the file: not what its reviewer has taken back.

    ``pmids`` are the records found (None: not known yet), ``criteria`` those of the protocol.
    With ``as_of``, a row of a later date was not written yet; one without a date always counts.
    A criterion that has left the protocol since is let pass if ``under`` shows that it was there.
    Raises InputError at the line of a row that cannot be right.
    """
    rows = decisions_in(growing.read(Path(path)), str(path), pmids, criteria, as_of)
    return counted(rows, as_of)


def decisions_in(
    text: str,
    file: str,
    pmids: Iterable[str] | None,
    criteria: Iterable[Judging],
    as_of: str = "",
) -> list[Decision]:
    """Every row of what a file named ``file`` holds, checked as ``load_decisions`` does.

    One without a stage is about title and abstract.
    """
    known, judged = None if pmids is None else set(pmids), tuple(criteria)
    rows = []
    for place, decision in _rows(text, file):
        later = bool(as_of) and decision.date > as_of
        for _, wrong, hint in complaints(decision, None if later else known, judged):
            raise InputError(wrong, place, hint)
        rows.append(decision)
    return rows


def append(path: str | Path, *decisions: Decision) -> None:
    """Add rows at the end of the file, all of them or none; they are on disk when this returns.

    One writer at a time, and the file is replaced whole, so that whoever is killed leaves the
    rows that were there. A file with the former columns gets the present ones. A missing file is
    begun. Raises InputError for a file that cannot be read as decisions, which is left as it is,
    and for a row that would be refused when it is read again.
    """
    growing.append(path, TABLE, *decisions)


def _in_present_columns(text: str, file: str) -> str:
    """What is held, ready for one more row; bytes that are rows already stay as they are."""
    growing.refuse_merge(text, file)
    if growing.header(text, file, LAYOUTS) == FORMER:
        rows = (dataclasses.astuple(row) for _, row in _rows(text, file))
        return "".join(map(growing.line, (COLUMNS, *rows)))
    return growing.ended(text)


def _rows(text: str, file: str) -> Iterator[tuple[Place, Decision]]:
    for place, cells in growing.rows(text, file, LAYOUTS):
        yield place, _row(cells)


def _row(cells: Mapping[str, str]) -> Decision:
    row = {**dict.fromkeys(COLUMNS, ""), **cells}
    return Decision(**row | {"stage": row["stage"] or STAGES[0]})


def complaints(
    row: Decision, known: Collection[str] | None, criteria: Sequence[Judging]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a row: the column, what it is, and what to write in its place.

    ``known`` are the records found (None: not known yet), ``criteria`` those of the protocol.
    """
    if known is not None and row.pmid not in known:
        hint = "only records that were found can be decided; name it under 'ids' in search.yaml"
        yield "pmid", f"decision on unknown record {row.pmid!r}", hint
    yield from _unknown_words(row)
    if wrong := _wrong_reason(row, criteria):
        exclude = row.outcome == "exclude"
        usable = [c.id for c in criteria if not exclude or excludes(c, row.stage)]
        yield "criterion", wrong, f"one of: {', '.join(usable)}"
    yield from _unsigned(row)


def _of_itself(row: Decision) -> Iterator[growing.Complaint]:
    """What is wrong with a row whatever the records and the protocol are."""
    yield from _unknown_words(row)
    if row.outcome == "exclude" and not row.criterion:
        yield "criterion", _NO_REASON, "name it"
    yield from _unsigned(row)


def _unsigned(row: Decision) -> Iterator[growing.Complaint]:
    """What is wrong with who, when, and on what."""
    if not row.reviewer:
        yield "reviewer", "the decision has no reviewer", "say who decided"
    if row.date and not is_day(row.date):
        hint = "write it as 2026-06-01, or leave it out"
        yield "date", f"{row.date!r} is not a date", hint
    yield from _malformed(row)


def excludes(criterion: Judging, stage: str) -> bool:
    """Whether a reviewer can exclude for a criterion at a stage.

    A requirement excludes by not being met, a tag never. At full text the criteria of title and
    abstract can still exclude; those of the full text can do so there alone.
    """
    return criterion.action != "tag" and _stage(criterion) in (STAGES[0], stage)


def cannot_exclude(criterion: Judging, stage: str) -> str:
    """Why not, as a sentence; "" if it can."""
    if excludes(criterion, stage):
        return ""
    if criterion.action == "tag":
        return f"{criterion.id} is a tag, which excludes nothing"
    return f"{criterion.id} excludes at {_stage(criterion)}, not at {stage}"


def _stage(criterion: Judging) -> str:
    return getattr(criterion, "stage", STAGES[0])


def _wrong_reason(row: Decision, criteria: Sequence[Judging]) -> str:
    """What is wrong with the criterion of a row.

    One that was decided on another version of its criterion is right: rows outlive an edit.
    """
    if not row.criterion:
        return _NO_REASON if row.outcome == "exclude" else ""
    named = next((c for c in criteria if c.id == row.criterion), None)
    if _id_of(row.under) == row.criterion and (named is None or row.under != under(named)):
        return ""
    if named is None:
        return f"unknown criterion {row.criterion!r}"
    return cannot_exclude(named, row.stage) if row.outcome == "exclude" else ""


def _unknown_words(row: Decision) -> Iterator[tuple[str, str, str]]:
    allowed: Mapping[str, tuple[str, ...]] = {
        "outcome": (*OUTCOMES, WITHDRAWN),
        "stage": STAGES,
        "role": ROLES,
    }
    for column, words in allowed.items():
        if getattr(row, column) not in words:
            hint = f"one of: {', '.join(word or 'nothing' for word in words)}"
            yield column, f"unknown {column} {getattr(row, column)!r}", hint


def _malformed(row: Decision) -> Iterator[tuple[str, str, str]]:
    hint = "perennial decide writes it; leave it empty in a row written by hand"
    if row.under and not _UNDER.fullmatch(row.under):
        yield "under", f"under: {row.under!r} is not a criterion and its hash", hint
    if row.text and not _TEXT.fullmatch(row.text):
        yield "text", f"text: {row.text!r} is not a hash of {DIGITS} digits", hint


def _id_of(under: str) -> str:
    match = _UNDER.fullmatch(under)
    return match[1] if match else ""


TABLE = growing.Table(LAYOUTS, _row, dataclasses.astuple, _of_itself, _in_present_columns)
