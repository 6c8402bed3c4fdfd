"""Rows that were acknowledged stay in their file, whatever a text editor saves over it.

An editor that loaded the file before a row was added knows nothing of the row, and its next save
drops it. The desk remembers, while it runs, how all rows stood on each record on which it added
one, and looks at the file again whenever it has changed. If a row of its own is no longer there in
that order, rows are added until just that counts which counted, those of others among it, and then
what the editor had new: so that who spoke last still does, and what was taken back stays so. What
counts in another order is for this taken back by a row that says so, and said anew. Several desks
may do so: each writes once, since what the one has added again, the other finds.

A file that is no table any more (half a merge, other columns) is left as it is: the rows are held
until it is mended, and no new ones are taken. Rows that others add are never a reason to write.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import eq
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from perennial import growing
from perennial.corrections import table as corrections
from perennial.corrections.correction import Correction
from perennial.decisions import table as decisions
from perennial.decisions.decision import Decision
from perennial.decisions.desk import taken_back
from perennial.decisions.verdicts import counted
from perennial.desk.fresh import Fresh
from perennial.desk.veil import veiled
from perennial.errors import InputError
from perennial.growing import Table
from perennial.swap import settle

TOLD = 600.0  # seconds that pages tell of rows that were added again
AGAIN = "said again in its order"  # the note of a row that takes another back for that alone

Row = TypeVar("Row")
Said = TypeVar("Said")
Lines = Mapping[Hashable, Sequence[str]]  # of each record, in the order of the file


@dataclass(frozen=True)
class Held:
    """What a file was read as; its ``text`` is kept to see whether it only grew."""

    text: str
    lines: Lines


class Kept(Generic[Row]):
    """The rows of one file that were acknowledged since the desk began.

    ``about`` says which record or statement a row is about: there the order of rows matters.
    ``counts`` gives those of its rows that count, ``back`` takes one of them back, if that can be.
    Threads may share it.
    """

    def __init__(
        self,
        path: Path,
        table: Table[Row],
        about: Callable[[Row], Hashable],
        counts: Callable[[Sequence[Row]], list[Row]],
        back: Callable[[Row], Iterable[Row]],
    ) -> None:
        self.path, self._table, self._about = path, table, about
        self._counts, self._back = counts, back
        self._lock = Lock()
        self._own: set[str] = set()  # lines
        self._of: dict[Hashable, None] = {}  # what own rows are about, last what was said last
        self._file = Fresh(self._read, path)
        self._last: Held | None = None  # as the rows stood
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

    def noticed(self, unseen: bool = False) -> Iterator[str]:
        """What people have to know of the file, in sentences.

        Nothing in them tells how many rows there are; to who works ``unseen``, no line either.
        """
        if trouble := self._trouble:
            wrong = veiled(trouble) if unseen else trouble
            yield f"{wrong.place}: {wrong.message}. Until it is mended, nothing is added to it."
            yield "Let the desk run: it holds the rows that it has kept."
        when, said = self._told
        if said and time.monotonic() - when < TOLD:
            yield said

    def _mend(self) -> None:
        """Add again what was acknowledged and is gone; InputError if the file cannot be read."""
        if (now := self._file()) is self._last:
            return
        if self._missing(now):
            self._add(())
        else:
            self._last = now

    def _add(self, rows: Sequence[Row]) -> None:
        """Add what is missing and then ``rows``: found, judged and written under one lock."""
        missing: list[Row] = []

        def wanted(text: str) -> Sequence[Row]:
            nonlocal missing
            missing = self._missing(self._held(text))
            return [*missing, *rows]

        written = growing.grow(self.path, self._table, wanted)
        self._last = self._held(written)
        for row in rows:
            self._of.pop(about := self._about(row), None)
            self._of[about] = None
            self._own.add(self._line(row))
        if missing:
            self._told = time.monotonic(), _BACK.format(self.path.name)

    def _missing(self, now: Held) -> list[Row]:
        """The rows to be added for all that was acknowledged to count as it did."""
        before: Lines = self._last.lines if self._last else {}
        pairs = ((before.get(about, ()), now.lines.get(about, ())) for about in self._of)
        return [row for stood, there in pairs for row in self._again(stood, there)]

    def _again(self, stood: Sequence[str], there: Sequence[str]) -> Sequence[Row]:
        """The rows to be added on a record for all that was kept to be there and to count."""
        if there[: len(stood)] == stood:
            return ()
        held, aim, gone = map(self._rows, (there, *self._wanted(stood, there)))
        least = self._settled(held, aim)
        if not Counter(gone) - Counter(least):
            return least
        return [*gone, *self._settled([*held, *gone], aim)]

    def _settled(self, held: Sequence[Row], aim: Sequence[Row]) -> list[Row]:
        """The rows after which of ``held`` just that counts which counts of ``aim``.

        From the first that differs, all that counts is taken back, the last first, and said anew.
        """
        have, want = self._counts(held), self._counts(aim)
        same = sum(1 for _ in takewhile(bool, map(eq, have, want)))
        return [*(b for row in reversed(have[same:]) for b in self._back(row)), *want[same:]]

    def _wanted(
        self, stood: Sequence[str], there: Sequence[str]
    ) -> tuple[Sequence[str], Sequence[str]]:
        """What is to be as if it alone stood there, and what of that is gone.

        If no own row is missing in its order, all is right but for own ones that somebody doubled.
        Else that is what stood, and then what nobody had known.
        """
        places = _places(stood, there, self._own)
        backs = {self._line(b) for row in self._rows(there) for b in self._back(row)}
        if places is None:
            new = _said_last([line for line in there if line not in {*stood, *backs}])
            return [*stood, *new], list(_gone(stood, there))
        if backs.difference(stood).intersection(there):  # another desk has put it in order
            return there, ()
        doubled = {n for n, line in enumerate(there) if line in self._own}.difference(places)
        return [line for n, line in enumerate(there) if n not in doubled], ()

    def _rows(self, lines: Iterable[str]) -> list[Row]:
        return [*map(self._row, lines)]

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


def _said_last(rows: Sequence[Said]) -> list[Said]:
    """Each once, where it stands last."""
    return [*dict.fromkeys(reversed(rows))][::-1]


def _gone(stood: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    left = list(there)
    for line in stood:
        if line in left:
            left.remove(line)
        else:
            yield line


def _places(stood: Sequence[str], there: Sequence[str], own: Collection[str]) -> list[int] | None:
    """Where rows are found in their order; None if an own one is missing there."""
    places = list[int]()
    for line in stood:
        start = places[-1] + 1 if places else 0
        if line in there[start:]:
            places.append(there.index(line, start))
        elif line in own:
            return None
    return places


def kept_decisions(path: Path) -> Kept[Decision]:
    """The decisions that were acknowledged, in the order in which they judge a record."""
    return Kept(path, decisions.TABLE, lambda row: (row.pmid, row.stage), counted, _taken_back)


def _taken_back(row: Decision) -> Iterator[Decision]:
    yield replace(taken_back(row, row.date), note=AGAIN)


def kept_corrections(path: Path) -> Kept[Correction]:
    """The corrections that were acknowledged, in the order in which they judge a statement.

    None takes another back: of what anybody said, the last counts.
    """
    return Kept(path, corrections.TABLE, lambda row: row.id or row.pmid, _said_last, lambda _: ())


_BACK = (
    "Rows that the desk had kept were gone from {0} or stood otherwise, as when an older copy is"
    " saved over it. They stand there again; load the file anew in your editor."
)
