"""A sheet for people to fill in, as XLSX or CSV, and the filled sheet read back.

Every cell is text: nothing in it runs as a formula. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from perennial.errors import InputError, Place
from perennial.tables import csv_bytes

LONGEST_CELL = 32_767  # characters in a cell of XLSX, by Excel's own limit
LARGEST = 500_000_000  # bytes of an unpacked XLSX; 100,000 records with abstracts have half of that
EPOCH = datetime(1980, 1, 1)  # the first day that a ZIP file can tell
_WRAPPED, _BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_DEFUSED = re.compile(r"'(?=[=+\-@\t\r])")

Rows = Sequence[Sequence[str]]
Grid = list[list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet: its number from 1, its cells by column, its columns' letters."""

    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def place(self, file: str, column: str) -> str:
        """``sheet.xlsx, B7``."""
        return f"{file}, {self.cell(column)}"

    def cell(self, column: str) -> str:
        """``B7``; a column that the sheet lacks stands for the row as a whole."""
        return f"{self.letters.get(column, next(iter(self.letters.values())))}{self.number}"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The sheet as CSV, with the mark at its beginning by which Excel knows UTF-8."""
    return b"\xef\xbb\xbf" + csv_bytes(header, rows)


def as_xlsx(
    grids: Mapping[str, Rows], widths: Mapping[str, int], choices: Mapping[str, str]
) -> bytes:
    """The sheets of ``grids`` (title → header and rows) as XLSX; ``widths`` in characters.

    ``choices`` gives columns of the first sheet a list to choose from: a quoted list or a range.
    """
    book = Workbook()
    book.properties.creator, book.properties.created = "Perennial", EPOCH
    book.remove(book.active)
    for title, rows in grids.items():
        _fill(book.create_sheet(title), rows, widths)
    first = next(iter(grids.values()))
    for column, values in choices.items():
        _offer(book.worksheets[0], first[0].index(column) + 1, values, len(first))
    sink = io.BytesIO()
    book.save(sink)
    return timeless(sink.getvalue())


def _fill(sheet: Any, rows: Rows, widths: Mapping[str, int]) -> None:
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if text:
                cell.value, cell.data_type = text, "s"  # the type last: setting a value guesses it
            cell.number_format = "@"  # stays text when somebody edits it
            cell.alignment = _WRAPPED
            if number == 1:
                cell.font = _BOLD
                sheet.column_dimensions[get_column_letter(column)].width = widths.get(text, 14)
    sheet.freeze_panes = "B2"


def _offer(sheet: Any, column: int, values: str, last: int) -> None:
    letter, title = get_column_letter(column), sheet.cell(1, column).value
    choice = DataValidation(type="list", formula1=values, allow_blank=True)
    choice.error, choice.errorTitle = "Choose one from the list.", title
    choice.showErrorMessage = True
    choice.add(f"{letter}2:{letter}{max(last, 2)}")
    sheet.add_data_validation(choice)


def timeless(packed: bytes) -> bytes:
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


def check_suffix(file: Path) -> None:
    """Raise InputError for a file that is named as no kind of sheet."""
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError("not a kind of sheet", Place(str(file)), "name it .xlsx or .csv")


def read_sheet(
    path: Path, needed: Iterable[str], filled: Iterable[str]
) -> tuple[list[Line], dict[str, Grid]]:
    """The rows of a sheet (the first one of an XLSX), and the XLSX's sheets by title.

    Only rows with something in a column of ``filled`` are given. Raises InputError for a file
    that is no sheet, or that lacks a ``needed`` column.
    """
    asked = tuple(filled)
    grid, others = (_xlsx if path.suffix.lower() == ".xlsx" else _csv)(path)
    header = [cell.strip().casefold() for cell in next(grid, [])]
    letters = {name: get_column_letter(at) for at, name in enumerate(header, 1) if name}
    if missing := [name for name in needed if name not in letters]:
        wrong = f"the sheet has no column {', '.join(map(repr, missing))}"
        raise InputError(wrong, Place(str(path), 1), "keep the columns of the exported sheet")
    lines = [
        Line(number, dict(zip(header, [*cells, *[""] * len(header)], strict=False)), letters)
        for number, cells in enumerate(grid, 2)
    ]
    return [line for line in lines if any(line.cells[name] for name in asked)], others


def spans(numbers: Iterable[int]) -> list[str]:
    """Numbers in order, those that follow one another as one: 2–5, 9."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    ends = [(each[0][1], each[-1][1]) for each in (list(run) for _, run in runs)]
    return [f"{first}" if first == last else f"{first}–{last}" for first, last in ends]


def _csv(path: Path) -> tuple[Iterator[list[str]], dict[str, Grid]]:
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


def _xlsx(path: Path) -> tuple[Iterator[list[str]], dict[str, Grid]]:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise InputError(f"more than {LARGEST:,} bytes when unpacked", Place(str(path)))
        book = load_workbook(path, read_only=True)
        grids = {sheet.title: _grid(sheet) for sheet in book.worksheets}
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError) as error:
        raise InputError(f"not an XLSX file: {error}", Place(str(path))) from None
    return iter(next(iter(grids.values()), [])), grids


def _grid(sheet: Any) -> Grid:
    return [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
