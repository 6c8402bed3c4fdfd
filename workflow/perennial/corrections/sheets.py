"""Corrections made in a spreadsheet: statements go out with their quotes, the filled sheet returns.

A sheet shows statements as they were drawn, whatever others said of them, so that reviewers judge
without knowing of each other; and those that people added. It carries the hash of each text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from perennial import spreadsheet
from perennial.corrections.anchor import Spot, anchor
from perennial.corrections.correction import (
    ACTIONS,
    ADD,
    COLUMNS,
    CORRECT,
    EMPTIED,
    STANDINGS,
    VALUES,
    Correction,
)
from perennial.corrections.names import as_known
from perennial.corrections.table import cells_of, complaints, correction
from perennial.decisions.judged import DIGITS
from perennial.decisions.verdicts import person
from perennial.errors import InputError, Place
from perennial.extract.vocabulary import Vocabulary
from perennial.passage import Passage, Statement
from perennial.printable import printable
from perennial.spreadsheet import LONGEST_CELL, Line, Rows, read_sheet

NEW = tuple(f"new {name}" for name in (*VALUES, "quote"))
SHOWN = ("id", "pmid", "title", "section", "quote", *VALUES)
ADDRESS = ("start", "end", "text")
FILLED = ("action", *NEW, "note")
HEADER = (*SHOWN, *FILLED, *ADDRESS)
NEEDED = tuple(name for name in HEADER if name != "title")
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


@dataclass(frozen=True)
class Desk:
    """What a sheet is made of, and read against; ``texts`` are passages by PMID and section."""

    statements: Mapping[str, Statement]  # as drawn, and added, by id
    texts: Mapping[str, Mapping[str, Passage]]
    titles: Mapping[str, str]  # of every record found, by PMID
    vocabulary: Vocabulary


def sheet_rows(desk: Desk, ids: Iterable[str]) -> list[tuple[str, ...]]:
    """One row for each statement, in order, with the columns of ``HEADER``."""
    return [_shown(desk.statements[id_], desk.titles) for id_ in ids]


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The sheet as CSV."""
    return spreadsheet.as_csv(HEADER, rows)


def as_xlsx(desk: Desk, rows: Sequence[Sequence[str]]) -> bytes:
    """The sheet as XLSX, with lists to choose actions and names from; same rows, same bytes."""
    factors, directions = list(desk.vocabulary.factors), list(desk.vocabulary.directions.values())
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
    path: Path, desk: Desk, held: Iterable[Correction], reviewer: str, date: str
) -> Taken:
    """The corrections of a filled sheet that ``reviewer`` has not written already, in its order.

    InputError names the cell of a value that cannot be right; then nothing is imported.
    """
    own = [row for row in held if person(row.reviewer) == person(reviewer)]
    last = {_subject(row): row for row in own}
    found: dict[tuple[str, ...], tuple[int, Correction]] = {}
    every = read_sheet(path, NEEDED, HEADER)[0]
    blank = {line.number for line in every if not any(line.cells[name] for name in FILLED)}
    for line in (line for line in every if line.number not in blank):
        row = _placed(_row(line, desk, reviewer, date, path), line, desk, path)
        unseen = replace(row, text="")  # with a text, names that have gone would be let pass
        for column, wrong, hint in complaints(unseen, set(desk.titles), desk.vocabulary):
            raise InputError(wrong, _cell(line, column, path), hint)
        if _subject(row) in found:
            wrong = f"{row.id or 'the same statement'} is judged twice in this sheet"
            raise InputError(wrong, _cell(line, "action", path), "keep one of the rows")
        found[_subject(row)] = line.number, row
    new = {n: row for key, (n, row) in found.items() if _said(row) != _said(last.get(key))}
    told = {
        BLANK: blank,
        KNOWN: [number for number, _ in found.values() if number not in new],
        DRAWN: [number for number, row in new.items() if _as_drawn(row, desk)],
        GONE: [n for n, row in new.items() if row.id and row.id not in desk.statements],
    }
    return Taken(tuple(new.values()), {why: tuple(sorted(at)) for why, at in told.items() if at})


def _as_drawn(row: Correction, desk: Desk) -> bool:
    """Whether a correction fills in nothing but what its statement says as it is."""
    of = desk.statements.get(row.id)
    if of is None or row.action != CORRECT:
        return False
    filled = {name: cell for name in VALUES if (cell := getattr(row, name))}
    place = row.quote in ("", of.quote) and row.span in (None, (of.start, of.end))
    return place and all((getattr(of, n) or EMPTIED) == cell for n, cell in filled.items())


def judged_by(rows: Iterable[Correction], reviewer: str) -> set[str]:
    """The ids of statements on which a reviewer has written a row."""
    return {row.id for row in rows if person(row.reviewer) == person(reviewer)}


def _shown(s: Statement, titles: Mapping[str, str]) -> tuple[str, ...]:
    values = (getattr(s, name) for name in VALUES)
    shown = (s.id, s.pmid, titles.get(s.pmid, ""), s.section, s.quote, *values)
    address = (str(s.start), str(s.end), s.text_sha256[:DIGITS])
    cells = (*shown, *[""] * len(FILLED), *address)
    return tuple(printable(cell)[:LONGEST_CELL] for cell in cells)


def _row(line: Line, desk: Desk, reviewer: str, date: str, path: Path) -> Correction:
    cells = {name: " ".join(printable(line.cells[name]).split()) for name in NEEDED}
    action = cells["action"].casefold()
    new = {name: as_known(name, cells[f"new {name}"], desk.vocabulary) for name in VALUES}
    _refuse(line, action, [name for name in NEW if cells[name]], path)
    if action == ADD:
        values = {name: new[name] or cells[name] for name in VALUES}
        cells |= {"quote": cells["new quote"] or cells["quote"], "start": "", "end": "", "text": ""}
    elif action == CORRECT:
        values = new | {"factor": new["factor"] or cells["factor"]}
    else:
        values = dict.fromkeys(VALUES, "") | {n: cells[n] for n in ("factor", "direction")}
    said = {"action": action, "reviewer": reviewer, "date": date}
    given = {name: cells.get(name, "") for name in COLUMNS} | values | said
    return correction(given)


def _refuse(line: Line, action: str, filled: Sequence[str], path: Path) -> None:
    """Raise what the columns of new values tell of a row that means something else."""
    if action == CORRECT and not filled:
        wrong, hint = "the correction corrects nothing", "fill in one of the columns “new …”"
        raise InputError(wrong, _cell(line, "action", path), hint)
    if action not in (CORRECT, ADD) and filled:
        wrong = f"{filled[0]} is filled in, but the action is {action or 'empty'}"
        hint = f"to change a statement, the action is {CORRECT}"
        raise InputError(wrong, _cell(line, filled[0], path), hint)


def _placed(row: Correction, line: Line, desk: Desk, path: Path) -> Correction:
    """The row with the address and the very words of its quote, as the text has them."""
    new = " ".join(line.cells["new quote"].split())
    if row.action == ADD or new:
        quote = replace(row, quote=new or row.quote, start="", end="", text="")
        spot = anchor(quote, desk.texts.get(row.pmid, {})) if quote.quote else None
        if spot is None and quote.quote and row.pmid in desk.titles:
            wrong, hint = "the study has no such words", "copy them from its text"
            raise InputError(wrong, _cell(line, "quote", path), hint)
        return _at(row, spot) if spot else row
    held = desk.statements.get(row.id)  # its words are those of the text, the sheet's printable
    return replace(row, quote=held.quote) if held and _as_shown(held, row) else row


def _as_shown(statement: Statement, row: Correction) -> bool:
    return bool(row.text) and statement.text_sha256.startswith(row.text)


def _at(row: Correction, spot: Spot) -> Correction:
    place = spot.passage
    return replace(
        row,
        section=place.section,
        start=str(spot.start),
        end=str(spot.end),
        quote=spot.quote,
        text=place.sha256[:DIGITS],
    )


def _cell(line: Line, column: str, path: Path) -> Place:
    new = f"new {column}"
    at = new if line.cells.get(new) or column not in line.letters else column
    return Place(line.place(str(path), at if at in line.letters else "action"))


def _subject(row: Correction) -> tuple[str, ...]:
    if row.action != ADD:
        return (row.id,)
    return (row.pmid, row.section, " ".join(row.quote.split()), row.factor, row.direction)


def _said(row: Correction | None) -> tuple[str, ...]:
    """A correction but for who made it when."""
    if row is None:
        return ()
    cells = dict(zip(COLUMNS, cells_of(row), strict=True))
    return tuple(" ".join(cells[n].split()) for n in COLUMNS if n not in ("reviewer", "date"))
