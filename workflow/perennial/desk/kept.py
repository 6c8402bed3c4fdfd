"""Rows that were acknowledged stay in their file, whatever a text editor saves over it.

An editor that loaded the file before a row was added knows nothing of the row, and its next save
drops it. The desk remembers, while it runs, how the rows on each record stood when it added one,
and looks at the file again whenever it has changed. What it had acknowledged and is no longer
there in that order is added again; the rows of the editor stay as well.

A file that is no table any more (half a merge, other columns) is left as it is: the rows are held
until it is mended, and no new ones are taken. Rows that others add are never a reason to write.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Generic, TypeVar

from perennial import growing
from perennial.corrections import table as corrections
from perennial.corrections.correction import COLUMNS, Correction
from perennial.decisions import table as decisions
from perennial.decisions.decision import STAGES, Decision
from perennial.desk.fresh import Fresh
from perennial.errors import InputError
from perennial.growing import Columns
from perennial.swap import settle

TOLD = 600.0  # seconds that pages tell of rows that were added again

Row = TypeVar("Row")
Lines = Mapping[Hashable, Sequence[str]]  # of each record, in the order of the file


@dataclass(frozen=True)
class Held:
    """What a file was read as; its ``text`` is kept to see whether it only grew."""

    text: str
    lines: Lines


class Kept(Generic[Row]):
    """The rows of one file that were acknowledged since the desk began.

    ``about`` says from the cells of a row, by column, which record or statement it is about: there
    the order of rows matters. ``layouts`` are the headers that the file may have, the present one
    first. Threads may share it.
    """

    def __init__(
        self,
        path: Path,
        layouts: Sequence[Columns],
        append: Callable[..., None],
        cells: Callable[[Row], Sequence[str]],
        about: Callable[[Mapping[str, str]], Hashable],
    ) -> None:
        self.path, self._layouts, self._append = path, layouts, append
        self._cells, self._about = cells, about
        self._lock = RLock()
        self._own: dict[str, Row] = {}  # by its line
        self._stood: dict[Hashable, list[str]] = {}  # rows on a record, as the last was added
        self._added: dict[Hashable, list[str]] = {}  # since the file was read
        self._file = Fresh(self._read, path)
        self._last: Held | None = None
        self._trouble: InputError | None = None
        self._told = (0.0, "")

    def keep(self, *rows: Row) -> None:
        """Add rows; they are on disk when this returns, and stay there while the desk runs.

        Raises InputError if they are not, at the line for which the file is no table any more.
        """
        with self._lock:
            self.mend()
            self._add(rows)

    def look(self) -> None:
        """Mend the file if that is needed and can be; what cannot is told by ``noticed``."""
        with self._lock:
            try:
                self.mend()
                self._trouble = None
            except InputError as error:
                self._trouble = error

    def mend(self) -> None:
        """Add again what was acknowledged and is gone; InputError if the file cannot be read."""
        with self._lock:
            if (now := self._file()) is self._last:
                return
            gone = [self._own[line] for line in self._gone(now.lines)]
            self._last, self._added = now, {}
            if gone:
                self._add(gone)
                self._told = time.monotonic(), _back(len(gone), self.path.name)

    def noticed(self) -> Iterator[str]:
        """What people have to know of the file, in sentences."""
        if trouble := self._trouble:
            name = self.path.name
            yield f"{trouble.place}: {trouble.message}. Until it is mended, nothing is added to it."
            if self._own:
                yield f"The desk holds {_rows(len(self._own))} for {name}: let it run."
        when, said = self._told
        if said and time.monotonic() - when < TOLD:
            yield said

    def _add(self, rows: Sequence[Row]) -> None:
        there = self._last.lines if self._last else {}
        try:
            self._append(self.path, *rows)
        except InputError:
            self._last = None  # what is missing is looked for again
            raise
        for row in rows:
            line = growing.line(self._cells(row))
            about = self._about(dict(zip(self._layouts[0], line[:-1].split("\t"), strict=True)))
            self._own[line] = row
            self._added.setdefault(about, []).append(line)
            self._stood.pop(about, None)  # the last one added to comes last
            self._stood[about] = [*there.get(about, ()), *self._added[about]]

    def _gone(self, there: Lines) -> list[str]:
        """The lines to add again.

        From the first that is not found in its order on, all of its record: so that what was said
        last is what counts, whoever said it.
        """
        stood = self._stood.items()
        return [
            line
            for about, lines in stood
            for line in self._from_missing(lines, there.get(about, ()))
        ]

    def _from_missing(self, stood: Sequence[str], there: Sequence[str]) -> list[str]:
        at = 0
        for number, line in enumerate(stood):
            if line in there[at:]:
                at = there.index(line, at) + 1
            elif line in self._own:
                return [line for line in stood[number:] if line in self._own]
        return []

    def _read(self) -> Held:
        """The file's lines by what they are about, each as the desk would write it."""
        settle(self.path)
        text = growing.read(self.path) if self.path.exists() else ""
        before = self._last.text if self._last else ""
        if self._last and before.endswith("\n") and text.startswith(before):
            head = before[: before.index("\n") + 1]  # of what was read, nothing is read again
            with suppress(InputError):  # read whole, it is told at its line
                return Held(text, self._lines(head + text[len(before) :], self._last.lines))
        return Held(text, self._lines(text, {}) if text or self.path.exists() else {})

    def _lines(self, text: str, before: Lines) -> Lines:
        lines = dict(before)
        for _, given in growing.rows(text, str(self.path), self._layouts):
            cells = dict.fromkeys(self._layouts[0], "") | given
            about = self._about(cells)
            lines[about] = (*lines.get(about, ()), growing.line(cells.values()))
        return lines


def kept_decisions(path: Path) -> Kept[Decision]:
    """The decisions that were acknowledged, in the order in which they judge a record."""

    def about(cells: Mapping[str, str]) -> Hashable:
        return cells["pmid"], cells["stage"] or STAGES[0]

    return Kept(path, decisions.LAYOUTS, decisions.append, dataclasses.astuple, about)


def kept_corrections(path: Path) -> Kept[Correction]:
    """The corrections that were acknowledged, in the order in which they judge a statement."""

    def about(cells: Mapping[str, str]) -> Hashable:
        return cells["id"] or cells["pmid"]

    return Kept(path, (COLUMNS,), corrections.append, corrections.cells_of, about)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _back(count: int, name: str) -> str:
    """That rows were lost, and are there again."""
    was, it, they = ("was", "It", "stands") if count == 1 else ("were", "They", "stand")
    return (
        f"{_rows(count)} that the desk had kept {was} gone from {name}, over which an older copy"
        f" must have been saved. {it} {they} there again; load the file anew in your editor."
    )
