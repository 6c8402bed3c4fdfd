"""The decisions of a file that grows: of what was read before, nothing is read again."""

from __future__ import annotations

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
    """What a file held, and all its rows, held against protocol and records of ``desk``."""

    desk: Desk
    text: str
    rows: tuple[Decision, ...]

    @cached_property
    def counted(self) -> tuple[Decision, ...]:
        """Those that count: what was taken back is not among them."""
        return tuple(counted(self.rows))


def grown(path: Path, desk: Desk, before: Grown | None) -> Grown:
    """The file as it is now; the rows of ``before`` are the same objects if it only grew."""
    text = growing.read(path)
    if before and before.desk is desk and (added := growing.added(before.text, text)) is not None:
        try:
            rows = decisions_in(added, str(path), desk.records, desk.criteria)
            return Grown(desk, text, (*before.rows, *rows))
        except InputError:
            pass  # read whole, it is told at its line
    return Grown(desk, text, tuple(decisions_in(text, str(path), desk.records, desk.criteria)))
