"""Corrections made in a spreadsheet: statements go out with their quotes, the filled sheet returns.

A sheet shows statements as they were drawn, whatever others said of them, so that reviewers judge
without knowing of each other; and those that people added. It carries the hash of each text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from perennial import spreadsheet
from perennial.corrections.correction import ACTIONS, STANDINGS, Correction
from perennial.corrections.filled import (
    FILLED,
    HEADER,
    NEEDED,
    Said,
    as_drawn,
    filled_row,
    said_last,
    says_again,
    shown,
    subject,
)
from perennial.corrections.material import Material
from perennial.decisions.verdicts import person
from perennial.errors import InputError, Place
from perennial.spreadsheet import Line, Rows, read_sheet

_WIDTHS = {"title": 40, "quote": 80, "new quote": 40, "note": 40}


# What is told of the rows of a sheet that change nothing, or that may come to nothing.
BLANK = "nothing is filled in"
KNOWN = "said already, and not appended again"
DRAWN = "what was drawn already, so the correction confirms it"
GONE = "no statement has this id now; its quote will be looked for"


@dataclass(frozen=True)
class Taken:
    """What a filled sheet comes to; ``told``: numbers of rows, from 1, by what there is to tell."""

    rows: tuple[Correction, ...]
    told: Mapping[str, tuple[int, ...]]


def sheet_rows(material: Material, ids: Iterable[str]) -> list[tuple[str, ...]]:
    """One row for each statement, in order, with the columns of ``HEADER``."""
    return [tuple(shown(material.statements[id_], material.titles).values()) for id_ in ids]


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The sheet as CSV."""
    return spreadsheet.as_csv(HEADER, rows)


def as_xlsx(material: Material, rows: Sequence[Sequence[str]]) -> bytes:
    """The sheet as XLSX, with lists to choose actions and names from; same rows, same bytes."""
    factors, directions = (
        list(material.vocabulary.factors),
        list(material.vocabulary.directions.values()),
    )
    grids: dict[str, Rows] = {
        "statements": [HEADER, *rows],
        "factors": [("factor",), *((name,) for name in factors)],
        "directions": [("direction", "meaning"), *((d.code, d.meaning) for d in directions)],
    }
    choices = {
        "action": f'"{",".join(ACTIONS)}"',
        "new factor": f"factors!$A$2:$A${len(factors) + 1}",
        "new direction": f"directions!$A$2:$A${len(directions) + 1}",
        "new standing": f'"{",".join(STANDINGS)}"',
    }
    return spreadsheet.as_xlsx(grids, _WIDTHS, choices)


def corrected_in(
    path: Path, material: Material, held: Iterable[Correction], reviewer: str, date: str
) -> Taken:
    """The corrections of a filled sheet that ``reviewer`` has not written already, in its order.

    InputError names the cell of a value that cannot be right; then nothing is imported.
    """
    last = said_last(held, reviewer)
    found: dict[Said, tuple[int, Correction]] = {}
    every = read_sheet(path, NEEDED, HEADER)[0]
    blank = {line.number for line in every if not any(line.cells[name] for name in FILLED)}
    for line in (line for line in every if line.number not in blank):
        where = partial(_cell, line, path)
        row = filled_row(line.cells, material, reviewer, date, where)
        if subject(row) in found:
            wrong = f"{row.id or 'the same statement'} is judged twice in this sheet"
            raise InputError(wrong, where("action"), "keep one of the rows")
        found[subject(row)] = line.number, row
    new = {number: row for number, row in found.values() if not says_again(row, last)}
    told = {
        BLANK: blank,
        KNOWN: [number for number, _ in found.values() if number not in new],
        DRAWN: [number for number, row in new.items() if as_drawn(row, material)],
        GONE: [n for n, row in new.items() if row.id and row.id not in material.statements],
    }
    return Taken(tuple(new.values()), {why: tuple(sorted(at)) for why, at in told.items() if at})


def judged_by(rows: Iterable[Correction], reviewer: str) -> set[str]:
    """The ids of statements on which a reviewer has written a row."""
    return {row.id for row in rows if person(row.reviewer) == person(reviewer)}


def _cell(line: Line, path: Path, column: str) -> Place:
    new = f"new {column}"
    at = new if line.cells.get(new) or column not in line.letters else column
    return Place(line.place(str(path), at if at in line.letters else "action"))
