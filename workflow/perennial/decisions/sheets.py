"""Decisions made in a spreadsheet: the queue goes out as a sheet, the filled sheet comes back.

A sheet carries the hashes of what it shows, so that an answer given weeks later still says on
which text it was given. Every cell is text: nothing in it runs as a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from perennial.decisions.decision import OUTCOMES, STAGES, Decision
from perennial.decisions.desk import Desk, own
from perennial.decisions.judged import text_hash
from perennial.decisions.table import COLUMNS as KEPT
from perennial.decisions.table import complaints
from perennial.errors import InputError, Place
from perennial.printable import printable
from perennial.tables import csv_bytes

COLUMNS = (
    *("pmid", "title", "year", "journal", "abstract", "rule", "rule criterion", "rule reason"),
    *("outcome", "criterion", "note", "stage", "under", "text"),
)
FILLED = ("outcome", "criterion", "note")
NEEDED = ("pmid", *FILLED, "stage", "under", "text")
MOST = 10  # mistakes that are named at once
LONGEST_CELL = 32_767  # characters in a cell of XLSX, by Excel's own limit
LARGEST = 500_000_000  # bytes of an unpacked XLSX; 100,000 records with abstracts have half of that
EPOCH = datetime(1980, 1, 1)  # the first day that a ZIP file can tell
_WIDTHS = {"title": 50, "abstract": 100, "rule reason": 30, "note": 40}
_WRAPPED, _BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_DEFUSED = re.compile(r"'(?=[=+\-@\t\r])")

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet: its number from 1, its cells by column, its columns' letters."""

    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def cell(self, column: str) -> str:
        """``B7``; a column that the sheet lacks stands for the record as a whole."""
        return f"{self.letters.get(column, self.letters['pmid'])}{self.number}"


def sheet_rows(desk: Desk, pmids: Sequence[str]) -> list[tuple[str, ...]]:
    """One row for each record, in order, with the columns of ``COLUMNS``; ``FILLED`` are empty."""
    return [
        _row(desk, pmid, ruled) for pmid, ruled in zip(pmids, desk.all_ruled(pmids), strict=True)
    ]


def _row(desk: Desk, pmid: str, ruled: Any) -> tuple[str, ...]:
    record, hash_ = desk.records[pmid], desk.hashes.get(ruled.criterion, "")
    shown = (record.title, str(record.year or ""), record.journal, record.abstract)
    rule = (ruled.outcome, ruled.criterion, ruled.reason)
    under = f"{ruled.criterion}:{hash_}" if hash_ else ""
    cells = (pmid, *shown, *rule, *[""] * len(FILLED), desk.stage, under, text_hash(record))
    return tuple(printable(cell)[:LONGEST_CELL] for cell in cells)


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The sheet as CSV, with the mark at its beginning by which Excel knows UTF-8."""
    return b"\xef\xbb\xbf" + csv_bytes(COLUMNS, rows)


def as_xlsx(desk: Desk, rows: Sequence[Sequence[str]]) -> bytes:
    """The sheet as XLSX, with lists to choose outcomes and criteria from; same rows, same bytes."""
    book = Workbook()
    book.properties.creator, book.properties.created = "Perennial", EPOCH
    sheet: Any = book.active
    sheet.title = "records"
    _fill(sheet, [COLUMNS, *rows])
    known = [(c.id, printable(c.label), desk.hashes[c.id]) for c in desk.reasons]
    _fill(book.create_sheet("criteria"), [("criterion", "asks", "hash"), *known])
    last = len(rows) + 1
    _offer(sheet, "outcome", f'"{",".join(OUTCOMES)}"', last)
    _offer(sheet, "criterion", f"criteria!$A$2:$A${len(known) + 1}", last)
    sink = io.BytesIO()
    book.save(sink)
    return _timeless(sink.getvalue())


def _fill(sheet: Any, rows: Iterable[Sequence[str]]) -> None:
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if text:
                cell.value, cell.data_type = text, "s"  # the type last: setting a value guesses it
            cell.number_format = "@"  # stays text when somebody edits it
            cell.alignment = _WRAPPED
            if number == 1:
                cell.font = _BOLD
                sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(text, 14)
    sheet.freeze_panes = "B2"


def _offer(sheet: Any, column: str, values: str, last: int) -> None:
    letter = get_column_letter(COLUMNS.index(column) + 1)
    choice = DataValidation(type="list", formula1=values, allow_blank=True)
    choice.error, choice.errorTitle = "Choose one from the list.", column
    choice.showErrorMessage = True
    choice.add(f"{letter}2:{letter}{max(last, 2)}")
    sheet.add_data_validation(choice)


def _timeless(packed: bytes) -> bytes:
    """The same archive without the clock: a fixed day on every part, and inside the properties."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(sink, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + f"{EPOCH:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
            info = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return sink.getvalue()


def read_sheet(path: Path) -> tuple[list[Line], dict[str, str]]:
    """The rows of a sheet (the first one of an XLSX), and the criteria's hashes as it has them.

    Only rows with something in ``FILLED`` are given. Raises InputError for a file that is no
    sheet, or that lacks a column.
    """
    grid, hashes = (_xlsx if path.suffix.lower() == ".xlsx" else _csv)(path)
    header = [cell.strip().casefold() for cell in next(grid, [])]
    letters = {name: get_column_letter(at) for at, name in enumerate(header, 1) if name}
    if missing := [name for name in NEEDED if name not in letters]:
        wrong = f"the sheet has no column {', '.join(map(repr, missing))}"
        raise InputError(wrong, Place(str(path), 1), "keep the columns of the exported sheet")
    lines = [
        Line(number, dict(zip(header, [*cells, *[""] * len(header)], strict=False)), letters)
        for number, cells in enumerate(grid, 2)
    ]
    return [line for line in lines if any(line.cells[name] for name in FILLED)], hashes


def _csv(path: Path) -> tuple[Iterator[list[str]], dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text", Place(str(path)), "save it as “CSV UTF-8”") from None
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)  # Excel's choice depends on the country
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        grid = [[_DEFUSED.sub("", cell, count=1).strip() for cell in row] for row in rows]
    except csv.Error as error:
        raise InputError(f"not a CSV: {error}", Place(str(path), rows.line_num)) from None
    return iter(grid), {}


def _xlsx(path: Path) -> tuple[Iterator[list[str]], dict[str, str]]:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise InputError(f"more than {LARGEST:,} bytes when unpacked", Place(str(path)))
        book = load_workbook(path, read_only=True)
        grids = {sheet.title: _grid(sheet) for sheet in book.worksheets}
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError) as error:
        raise InputError(f"not an XLSX file: {error}", Place(str(path))) from None
    criteria = grids.get("criteria", [])
    hashes = {row[0]: row[2] for row in criteria[1:] if len(row) > 2}
    return iter(next(iter(grids.values()), [])), hashes


def _grid(sheet: Any) -> list[list[str]]:
    return [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def decided_in(
    path: Path, desk: Desk, decisions: Iterable[Decision], reviewer: str, date: str
) -> list[Decision]:
    """The decisions of a filled sheet that ``reviewer`` has not written already, in its order.

    InputError names the cells whose values cannot be right; then nothing is imported.
    """
    lines, hashes = read_sheet(path)
    rows = list(decisions)
    last = {stage: own(rows, stage, reviewer) for stage in STAGES}
    found: dict[tuple[str, str], Decision] = {}
    wrong: list[tuple[str, str, str]] = []
    for line in lines:
        decision = _decision(line, desk, desk.hashes | hashes, reviewer, date)
        wrong += _wrong(line, decision, desk)
        if (decision.pmid, decision.stage) in found:
            said = f"{decision.pmid} is decided twice in this sheet"
            wrong.append((line.cell("pmid"), said, "keep one of the rows"))
        found[decision.pmid, decision.stage] = decision
    if wrong:
        raise _refusal(wrong, str(path))
    return [d for d in found.values() if _said(d) != _said(last[d.stage].get(d.pmid))]


def _decision(
    line: Line, desk: Desk, hashes: Mapping[str, str], reviewer: str, date: str
) -> Decision:
    cells = {name: " ".join(printable(line.cells[name]).split()) for name in NEEDED}
    ids = {criterion.id.casefold(): criterion.id for criterion in desk.criteria}
    criterion = ids.get(cells["criterion"].casefold(), cells["criterion"])
    under = f"{criterion}:{hashes[criterion]}" if criterion in hashes else cells["under"]
    return Decision(
        cells["pmid"],
        cells["stage"] or STAGES[0],
        cells["outcome"].casefold(),
        criterion,
        reviewer,
        "",
        date,
        under,
        cells["text"],
        cells["note"],
    )


def _wrong(line: Line, decision: Decision, desk: Desk) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a row: the cell, what it is, and what to write in its place."""
    for column, wrong, hint in complaints(decision, desk.records, desk.criteria):
        yield line.cell(column), wrong, hint


def _refusal(wrong: Sequence[tuple[str, str, str]], file: str) -> InputError:
    if len(wrong) == 1:
        cell, said, hint = wrong[0]
        return InputError(said, Place(f"{file}, {cell}"), hint)
    lines = [f"{cell}: {said} ({hint})" for cell, said, hint in wrong[:MOST]]
    lines += [f"and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
    listed = "".join(f"\n  {line}" for line in lines)
    hint = "nothing was imported: mend them, then import the sheet again"
    return InputError(f"{len(wrong)} cells cannot be right:{listed}", Place(file), hint)


def _said(decision: Decision | None) -> tuple[str, ...]:
    """A decision but for who made it when."""
    if decision is None:
        return ()
    row = dict(zip(KEPT, astuple(decision), strict=True))
    return tuple(row[name] for name in KEPT if name not in ("reviewer", "date"))
