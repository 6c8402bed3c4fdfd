"""Rows that were acknowledged stay in their file, whatever a text editor saves over it.

An editor that loaded the file before a row was added knows nothing of the row, and its next save
drops it. The desk remembers, while it runs, how all rows stood on each record on which it added
one, and looks at the file again whenever it has changed. If a row of its own is no longer there in
that order, all from the first missing one on are added again, those of others among them, and then
what the editor had new: so that who spoke last still does. Several desks may do so: each writes
once, since what the one has added again, the other finds.

A file that is no table any more (half a merge, other columns) is left as it is: the rows are held
until it is mended, and no new ones are taken. Rows that others add are never a reason to write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from perennial import growing
from perennial.corrections import table as corrections
from perennial.corrections.correction import Correction
from perennial.decisions import table as decisions
from perennial.decisions.decision import Decision
from perennial.desk.fresh import Fresh
from perennial.errors import InputError
from perennial.growing import Table
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

    ``about`` says which record or statement a row is about: there the order of rows matters.
    Threads may share it.
    """

    def __init__(self, path: Path, table: Table[Row], about: Callable[[Row], Hashable]) -> None:
        self.path, self._table, self._about = path, table, about
        self._lock = Lock()
        self._own: set[str] = set()  # lines
        self._stood: dict[Hashable, Sequence[str]] = {}  # on each record of an own row
        self._file = Fresh(self._read, path)
        self._last: Held | None = None  # as ``_stood`` was made
        self._trouble: InputError | None = None
        self._told = (0.0, "")

    def keep(self, *rows: Row) -> None:
        """Add rows; they are on disk when this returns, and stay there while the desk runs.

        Raises InputError if they are not, at the line for which the file is no table any more.
        """
        with self._lock:
            self._add(rows)

    def look(self) -> None:
        """Mend the file if that is needed and can be; what cannot is told by ``noticed``.

        Returns at once while another thread mends or adds.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._mend()
            self._trouble = None
        except InputError as error:
            self._trouble = error
        finally:
            self._lock.release()

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

    def _mend(self) -> None:
        """Add again what was acknowledged and is gone; InputError if the file cannot be read."""
        if (now := self._file()) is self._last:
            return
        stood, missing = self._restored(now)
        if missing:
            self._add(())
        else:
            self._last, self._stood = now, stood

    def _add(self, rows: Sequence[Row]) -> None:
        """Add what is missing and then ``rows``: found, judged and written under one lock."""
        found: tuple[Held, dict[Hashable, Sequence[str]], list[str]]

        def wanted(text: str) -> Iterator[Row]:
            nonlocal found
            now = self._held(text)
            found = now, *self._restored(now)
            yield from map(self._row, found[2])
            yield from rows

        written = growing.grow(self.path, self._table, wanted)
        self._last, stood, missing = found
        for row in rows:
            line, about = self._line(row), self._about(row)
            stood[about] = [*stood.pop(about, self._last.lines.get(about, ())), line]  # the last
            self._own.add(line)
        self._last, self._stood = self._held(written), stood
        if back := sum(line in self._own for line in missing):
            self._told = time.monotonic(), _back(back, self.path.name)

    def _restored(self, now: Held) -> tuple[dict[Hashable, Sequence[str]], list[str]]:
        """How rows on each record have to stand, and the lines to be added for that."""
        before: Lines = self._last.lines if self._last else {}
        stood, missing = dict(self._stood), list[str]()
        for about, lines in self._stood.items():
            there, had = now.lines.get(about, ()), before.get(about, ())
            if there != had:
                stood[about], again = _in_order(lines, there, had, self._own)
                missing += again
        return stood, missing

    def _row(self, line: str) -> Row:
        cells = zip(self._table.layouts[0], line[:-1].split("\t"), strict=True)
        return self._table.row(dict(cells))

    def _line(self, row: Row) -> str:
        return growing.line(self._table.cells(row))

    def _read(self) -> Held:
        """The file's lines by what they are about, each as the desk would write it."""
        settle(self.path)
        if not self.path.exists():
            return self._held(growing.line(self._table.layouts[0]))
        return self._held(growing.read(self.path))

    def _held(self, text: str) -> Held:
        """What a text holds; of what was read before, nothing is read again."""
        if self._last and (added := growing.added(self._last.text, text)) is not None:
            with suppress(InputError):  # read whole, it is told at its line
                return Held(text, self._lines(added, self._last.lines))
        return Held(text, self._lines(text, {}))

    def _lines(self, text: str, before: Lines) -> Lines:
        """Those of rows that are right in themselves: others cannot be added again."""
        lines, columns = dict(before), self._table.layouts[0]
        for _, given in growing.rows(text, str(self.path), self._table.layouts):
            row = self._table.row(dict.fromkeys(columns, "") | given)
            if not any(True for _ in self._table.complaints(row)):
                about = self._about(row)
                lines[about] = (*lines.get(about, ()), self._line(row))
        return lines


def _in_order(
    stood: Sequence[str], there: Sequence[str], before: Sequence[str], own: Collection[str]
) -> tuple[list[str], list[str]]:
    """How the rows on a record have to stand, and those that are to be added for that.

    They ``stood`` so when the file had those ``before``; now it has those ``there``. What is new is
    what came after those before, or, in another copy, what nobody had known.
    """
    places, first = _places(stood, there, own)
    grew = there[: len(before)] == before
    new = {n for n, line in enumerate(there) if (n >= len(before) if grew else line not in stood)}
    if first is None:
        return [there[n] for n in sorted(new.union(places))], []
    after = max(places, default=-1)
    early = sorted(new.union(places) - {n for n in new if n > after})
    late = [*stood[first:], *(there[n] for n in sorted(new) if n > after)]
    return [*(there[n] for n in early), *late], late


def _places(
    stood: Sequence[str], there: Sequence[str], own: Collection[str]
) -> tuple[list[int], int | None]:
    """Where rows are found in their order, and the number of the first that is to be added.

    If no own one is missing, that is None. Else the places are those before it.
    """
    places, found, first = list[int](), 0, None
    for number, line in enumerate(stood):
        start = places[-1] + 1 if places else 0
        if line in there[start:]:
            places.append(there.index(line, start))
            continue
        if first is None:
            first, found = number, len(places)
        if line in own:
            return places[:found], first
    return places, None


def kept_decisions(path: Path) -> Kept[Decision]:
    """The decisions that were acknowledged, in the order in which they judge a record."""
    return Kept(path, decisions.TABLE, lambda row: (row.pmid, row.stage))


def kept_corrections(path: Path) -> Kept[Correction]:
    """The corrections that were acknowledged, in the order in which they judge a statement."""
    return Kept(path, corrections.TABLE, lambda row: row.id or row.pmid)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _back(count: int, name: str) -> str:
    """That rows were lost, and are there again."""
    was, it, they = ("was", "It", "stands") if count == 1 else ("were", "They", "stand")
    return (
        f"{_rows(count)} that the desk had kept {was} gone from {name}, over which an older copy"
        f" must have been saved. {it} {they} there again; load the file anew in your editor."
    )
