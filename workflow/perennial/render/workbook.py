"""The tables as one workbook (XLSX), for people: every text cell is text, and none a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from perennial.render.dictionary import BOOLEAN, INTEGER, Column
from perennial.render.sheets import Table
from perennial.render.wording import visible
from perennial.spreadsheet import EPOCH, LONGEST_CELL, timeless

DICTIONARY = ("table", "column", "type", "description", "unit or values")
# What a formula or an error value begins with, or becomes one by when somebody edits it.
_SIGNS = frozenset("=+-@#\t")
_BOLD = Font(name="Calibri", size=11, bold=True)  # openpyxl's own, but bold
_FOLDED = Alignment(wrap_text=True, vertical="top")
_CUT = " … (cut here; the CSV has all)"
# XLSX writes a character as _x0041_; where these letters stand in a text, they must not be one.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Width in characters, by what a column holds; wide ones are folded.
_NARROW, _MIDDLE, _WIDE = 11, 22, 60
_LONG = {"title", "quote", "reason", "matched", "shown", "description", "unit or values"}


def as_xlsx(tables: Sequence[Table], lines: Iterable[Sequence[str]]) -> bytes:
    """A sheet for each table, then the dictionary (``lines``, under ``DICTIONARY``).

    The head stays in sight and filters; the same tables give the same bytes.
    """
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created = "Perennial", EPOCH
    for table in tables:
        widths = [_width(column) for column in table.columns]
        _sheet(book, table.name, [c.name for c in table.columns], widths, table.rows)
    widths = [_WIDE if name in _LONG else _MIDDLE for name in DICTIONARY]
    _sheet(book, "dictionary", DICTIONARY, widths, lines, folded=True)
    sink = io.BytesIO()
    book.save(sink)
    return timeless(sink.getvalue())


def _width(column: Column) -> int:
    if column.name in _LONG:
        return _WIDE
    return _NARROW if column.kind in (INTEGER, BOOLEAN) or column.name == "pmid" else _MIDDLE


def _sheet(
    book: Any,
    name: str,
    header: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Any],
    folded: bool = False,
) -> None:
    sheet = book.create_sheet(name)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([_head(sheet, text) for text in header])
    written = 1
    for row in rows:
        sheet.append([(_folded if folded else _cell)(sheet, value) for value in row])
        written += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{written}"


def _folded(sheet: Any, text: str) -> Any:
    cell = _as_text(sheet, text)
    cell.alignment = _FOLDED
    return cell


def _head(sheet: Any, text: str) -> Any:
    cell = _as_text(sheet, text)
    cell.font, cell.alignment = _BOLD, _FOLDED
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """Numbers and truth as such; everything else as text, whatever it looks like."""
    if isinstance(value, (bool, int)):
        return value
    text = str(visible("; ".join(value) if isinstance(value, tuple) else value))
    text = _ESCAPE.sub("_x005F_", _fitting(text))
    return _as_text(sheet, text) if text[:1] in _SIGNS else text or None


def _as_text(sheet: Any, text: str) -> Any:
    """A cell of its own; only where it is needed, since it takes three times as long."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # the type last: setting a value guesses it
    cell.number_format = "@"  # stays text when somebody edits it
    return cell


def _fitting(text: str) -> str:
    """As much as a cell can hold; Excel counts UTF-16 units, and so twice what is beyond them."""
    if 2 * len(text) <= LONGEST_CELL or len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return text
    room = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - 2 * len(_CUT))]
    return room.decode("utf-16-le", errors="ignore") + _CUT
