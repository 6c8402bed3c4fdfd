"""A table of tab-separated rows that people write and that only grows.

Rows are read with their places, so that a mistake is told at its line; new rows are appended whole
or not at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from perennial.errors import InputError, Place
from perennial.lock import locked
from perennial.swap import digest_of, settle, swap

Columns = tuple[str, ...]
Complaint = tuple[str, str, str]  # the column, what is wrong, what to write in its place
Row = TypeVar("Row")

PATIENCE = 30.0  # seconds until another writer is complained of; one row takes milliseconds
_TIMES = 5  # that an editor may get in between, each by a save in the same moment

_MERGE = re.compile(r"^(?:<{7}|>{7}|={7}|\|{7})(?: |\r?$)", re.MULTILINE)
_UNPRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Table(Generic[Row]):
    """What a kind of file holds.

    ``layouts`` are the headers that it may have, the present one first; ``row`` makes a row of
    its cells by present column, ``cells`` are those of a row in their order, and ``complaints``
    says what is wrong with a row whatever else is known. ``held_as`` gives the text to write
    before new rows, from what the file holds and its name; it may raise InputError.
    """

    layouts: Sequence[Columns]
    row: Callable[[Mapping[str, str]], Row]
    cells: Callable[[Row], Iterable[str]]
    complaints: Callable[[Row], Iterable[Complaint]]
    held_as: Callable[[str, str], str]


def rows(
    text: str, file: str, layouts: Sequence[Columns]
) -> Iterator[tuple[Place, dict[str, str]]]:
    """Each row with its place, its cells by column; ``layouts`` are the headers that may be.

    Blank lines are passed over, short rows are filled up. Raises InputError at its line for
    another header, a row with too many cells, or what git leaves of a merge.
    """
    refuse_merge(text, file)
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        columns = _columns(next(reader, []), file, layouts)
        for cells in reader:
            if any(cells):
                place = Place(file, reader.line_num)
                yield place, _row(cells, columns, place)
    except csv.Error as error:
        raise InputError(f"cannot be read: {error}", Place(file, reader.line_num)) from None


def header(text: str, file: str, layouts: Sequence[Columns]) -> Columns:
    """The columns of the first line; InputError if they are none of ``layouts``."""
    first = io.StringIO(text.removeprefix("\ufeff")).readline().rstrip("\r\n").split("\t")
    return _columns(first, file, layouts)


def read(path: Path) -> str:
    """The text of the file; InputError if it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Place(str(path))) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", Place(str(path), line), "save it as UTF-8") from None


def append(path: str | Path, table: Table[Row], *rows: Row) -> None:
    """Add rows at the end of the file, all of them or none; they are on disk when this returns.

    A missing file is begun. Raises InputError as ``grow`` does.
    """
    grow(path, table, lambda _: rows)


def grow(path: str | Path, table: Table[Row], wanted: Callable[[str], Iterable[Row]]) -> str:
    """Add the rows that are wanted after what the file holds; what it holds when this returns.

    One writer at a time, and the file is replaced whole, so that whoever is killed leaves the
    rows that were there; what an editor saves at the same moment is grown likewise. ``wanted`` is
    given the text (of a missing file, the header) while nobody else of Perennial writes. It is
    called anew if an editor gets in between. Raises InputError, and leaves the file as it is, for
    a row that would be refused when it is read again.
    """
    target = Path(path).resolve()
    try:
        with locked(target.with_name(f".{target.name}.lock"), PATIENCE):
            for _ in range(_TIMES):
                if (text := _grown(target, path, table, wanted)) is not None:
                    return text
    except OSError as error:
        wrong = f"cannot be written: {error.strerror}; the last answer is not kept"
        raise InputError(wrong, Place(str(path))) from None
    raise InputError(
        "somebody else keeps writing to it; the last answer is not kept", Place(str(path))
    )


def _grown(
    target: Path, path: str | Path, table: Table[Row], wanted: Callable[[str], Iterable[Row]]
) -> str | None:
    """What the file holds once it is grown; None if an editor got in between."""
    settle(target)
    there = target.exists()
    text = read(target) if there else line(table.layouts[0])
    grown = table.held_as(text, str(path)) + _new(str(path), table, wanted(text))
    if there and grown == text:
        return text
    held = text if there else ""
    return grown if swap(target, digest_of(held.encode()), grown.encode()) else None


def _new(file: str, table: Table[Row], added: Iterable[Row]) -> str:
    """The lines of new rows, read again before they are written."""
    columns = table.layouts[0]
    new = "".join(line(table.cells(row)) for row in added)
    try:
        again = [table.row(cells) for _, cells in rows(line(columns) + new, file, (columns,))]
    except InputError as error:
        wrong = f"a row that could not be read again ({error.message})"
        raise InputError(wrong, Place(file), "nothing was written") from None
    for row in again:
        for _, wrong, hint in table.complaints(row):
            raise InputError(wrong, Place(file), f"nothing was written; {hint}")
    return new


def line(cells: Iterable[str]) -> str:
    """Cells as a line; blanks of any kind inside a cell become one blank."""
    return "\t".join(_UNPRINTED.sub(" ", cell).strip() for cell in cells) + "\n"


def ended(text: str) -> str:
    """The text, ready for one more line."""
    return text if text.endswith("\n") else text + "\n"


def added(before: str, now: str) -> str | None:
    """The lines by which a file only grew, under its header; None if it did not only grow."""
    if not before.endswith("\n") or not now.startswith(before):
        return None
    return before[: before.index("\n") + 1] + now[len(before) :]


def refuse_merge(text: str, file: str) -> None:
    """Raise InputError where git has left two versions of the file in one."""
    if mark := _MERGE.search(text):
        place = Place(file, text.count("\n", 0, mark.start()) + 1)
        wrong = f"{mark[0].strip()!r}: git left two versions of the file in one"
        raise InputError(wrong, place, "keep the rows of both, remove git's own lines")


def _columns(cells: list[str], file: str, layouts: Sequence[Columns]) -> Columns:
    if tuple(cells) not in layouts:
        hint = f"the first line, with tabs: {' '.join(layouts[0])}"
        raise InputError("the columns are not as expected", Place(file, 1), hint)
    return tuple(cells)


def _row(cells: list[str], columns: Columns, place: Place) -> dict[str, str]:
    if len(cells) > len(columns):
        wrong = f"{len(cells)} cells in a row of {len(columns)} columns"
        raise InputError(wrong, place, "is there a stray tab in the note?")
    padded = [cell.strip() for cell in cells] + [""] * (len(columns) - len(cells))
    return dict(zip(columns, padded, strict=True))
