"""The decisions of a file that grows: of what was read before, nothing is read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from perennial import growing
from perennial.decisions.decision import Decision
from perennial.decisions.desk import Desk
from perennial.decisions.table import decisions_in
from perennial.decisions.verdicts import counted
from perennial.errors import InputError


@dataclass(frozen=True)
class Grown:
    """What a file held, and its rows, held against protocol and records of ``desk``.

    A row of a later day than ``as_of`` may be about a record that is not held by then; such rows
    are not among them.
    """

    desk: Desk
    as_of: str
    text: str
    rows: tuple[Decision, ...]

    @cached_property
    def counted(self) -> tuple[Decision, ...]:
        """Those that count: what was taken back is not among them."""
        return tuple(counted(self.rows))


def grown(path: Path, desk: Desk, before: Grown | None = None, as_of: str = "") -> Grown:
    """The file as it is now; the rows of ``before`` are the same objects if it only grew."""

    def rows(text: str) -> Iterator[Decision]:
        held = decisions_in(text, str(path), desk.records, desk.criteria, as_of)
        return (row for row in held if row.pmid in desk.records)

    text = growing.read(path)
    same = before and before.desk is desk and before.as_of == as_of
    if before and same and (added := growing.added(before.text, text)) is not None:
        with suppress(InputError):  # read whole, it is told at its line
            return Grown(desk, as_of, text, (*before.rows, *rows(added)))
    return Grown(desk, as_of, text, tuple(rows(text)))
