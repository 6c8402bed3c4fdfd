"""Corrections as reviewers write them into config/corrections.tsv, which only grows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from perennial import growing
from perennial.corrections.correction import (
    ACTIONS,
    ADD,
    COLUMNS,
    CONTEXT,
    CORRECT,
    EMPTIED,
    STANDINGS,
    VALUES,
    Correction,
)
from perennial.corrections.names import alike, meant, unknown
from perennial.days import is_day
from perennial.decisions.judged import DIGITS
from perennial.errors import InputError, Place
from perennial.extract.vocabulary import Vocabulary
from perennial.growing import Complaint

_HASH = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_OFFSET = re.compile(r"[0-9]{1,9}")
_BY_COMMAND = "perennial corrections import writes it; leave it empty in a row written by hand"


def load_corrections(
    path: str | Path, pmids: Iterable[str] | None, vocabulary: Vocabulary, as_of: str = ""
) -> list[Correction]:
    """Every row, in the order of the file, each with its line.

    ``pmids`` are the records found (None: not known yet). With ``as_of``, a correction of a later
    date was not made yet; one without a date always counts. A name that has left the vocabulary
    since is let pass if ``text`` shows that a command wrote the row. Raises InputError at the line
    of a row that cannot be right.
    """
    known = None if pmids is None else set(pmids)
    kept = []
    text = growing.read(Path(path))
    for place, cells in growing.rows(text, str(path), (COLUMNS,)):
        row = correction(cells, place.line)
        later = bool(as_of) and row.date > as_of
        for column, wrong, hint in complaints(row, None if later else known, vocabulary):
            raise InputError(wrong, _at(place, column, text), hint)
        kept += [] if later else [row]
    return kept


def _at(place: Place, column: str, text: str) -> Place:
    """Where a column's cell begins in its line; after its end, if the line is shorter."""
    cells = io.StringIO(text, newline="").readlines()[place.line - 1].rstrip("\r\n").split("\t")
    before = cells[: COLUMNS.index(column)]
    return Place(place.file, place.line, sum(len(cell) + 1 for cell in before) + 1)


def append(path: str | Path, *corrections: Correction) -> None:
    """Add rows at the end of the file, all of them or none; a missing file is begun.

    Raises InputError for a file that cannot be read as corrections, which is left as it is, and
    for a row that would be refused when it is read again.
    """
    growing.append(path, TABLE, *corrections)


def correction(cells: Mapping[str, str], line: int = 0) -> Correction:
    """A row of cells by column, every column of ``COLUMNS``."""
    given: dict[str, Any] = {name: cells[name] for name in COLUMNS}
    return Correction(**given, line=line)


def cells_of(row: Correction) -> tuple[str, ...]:
    """The cells of a row in the order of ``COLUMNS``."""
    return tuple(getattr(row, name) for name in COLUMNS)


def complaints(
    row: Correction, known: set[str] | None, vocabulary: Vocabulary
) -> Iterator[Complaint]:
    """What is wrong with a row: the column, what it is, and what to write in its place."""
    if known is not None and row.pmid and row.pmid not in known:
        hint = "only what was read of a record that was found can be corrected"
        yield "pmid", f"correction on unknown record {row.pmid!r}", hint
    yield from _of_itself(row)
    yield from _unknown_names(row, vocabulary)


def _of_itself(row: Correction) -> Iterator[Complaint]:
    """What is wrong with a row whatever the records and the vocabulary are."""
    if row.action not in ACTIONS:
        yield "action", f"unknown action {row.action!r}", f"one of: {', '.join(ACTIONS)}"
    yield from (_added if row.action == ADD else _judged)(row)
    yield from _offsets(row)
    yield from _standing(row)
    if not row.reviewer:
        yield "reviewer", "the correction has no reviewer", "say who made it"
    if row.date and not is_day(row.date):
        yield "date", f"{row.date!r} is not a date", "write it as 2026-06-01, or leave it out"
    if row.text and not _HASH.fullmatch(row.text):
        yield "text", f"text: {row.text!r} is not a hash of {DIGITS} digits", _BY_COMMAND


def _held(text: str, file: str) -> str:
    growing.refuse_merge(text, file)
    growing.header(text, file, (COLUMNS,))
    return growing.ended(text)


def _added(row: Correction) -> Iterator[Complaint]:
    if row.id:
        yield "id", f"an added statement has no id yet, not {row.id!r}", "leave it empty"
    for column in ("pmid", "section", "factor", "direction"):
        if not getattr(row, column):
            yield column, f"an added statement needs its {column}", "fill it in"
    if not (row.quote or row.span):
        yield "quote", "an added statement needs its quote, or start and end", "copy the words"


def _judged(row: Correction) -> Iterator[Complaint]:
    if not _HASH.fullmatch(row.id):
        hint = "evidence.csv and perennial corrections export give the ids of statements"
        yield "id", f"{row.id!r} is not the id of a statement", hint
    changed = [name for name in VALUES if getattr(row, name)]
    if row.action == CORRECT and not (changed or row.quote or row.span):
        yield "action", "the correction corrects nothing", "fill in what is to be otherwise"
    for name in changed if row.action != CORRECT else ():
        if name not in ("factor", "direction"):  # these say what was judged
            hint = f"to change a statement, the action is {CORRECT}"
            yield name, f"to {row.action} changes nothing, but {name} is filled in", hint


def _offsets(row: Correction) -> Iterator[Complaint]:
    for name in ("start", "end"):
        if (cell := getattr(row, name)) and not _OFFSET.fullmatch(cell):
            yield name, f"{name}: {cell!r} is not an offset", "count characters from 0"
            return
    if bool(row.start) != bool(row.end):
        yield "start", "start and end go together", "give both, or neither"
    elif row.span and row.span[0] >= row.span[1]:
        yield "end", f"the quote ends at {row.end}, before it starts", "end is after start"


def _unknown_names(row: Correction, vocabulary: Vocabulary) -> Iterator[Complaint]:
    for column in VALUES[:-1]:
        for name in unknown(column, getattr(row, column), vocabulary):
            emptied = name == EMPTIED
            if (emptied and column not in CONTEXT) or not (emptied or row.text):
                yield column, f"unknown {column} {name!r}", meant(column, name, vocabulary)


def _standing(row: Correction) -> Iterator[Complaint]:
    if row.standing and row.standing not in STANDINGS:
        hint = alike(row.standing, STANDINGS) or f"one of: {', '.join(STANDINGS)}"
        yield "standing", f"unknown standing {row.standing!r}", hint
    for column in ("pmid", "section", "quote"):
        if getattr(row, column) == EMPTIED:
            hint = f"only these may be emptied: {', '.join(CONTEXT)}"
            yield column, f"a statement cannot be without its {column}", hint


TABLE = growing.Table((COLUMNS,), correction, cells_of, _of_itself, _held)
