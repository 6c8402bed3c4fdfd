"""The rows of decisions.tsv beside a protocol that is another at every stroke of a key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from perennial.decisions.decision import Decision
from perennial.decisions.judged import Judging
from perennial.decisions.table import complaints, load_decisions
from perennial.desk.fresh import Mark, mark


@dataclass(frozen=True)
class _Held:
    of: tuple[Mark, str]
    rows: tuple[Decision, ...]
    pmids: frozenset[str]
    kinds: tuple[Decision, ...]  # a row of each kind that a protocol may make wrong


class Decided:
    """The file is read, and held whole against a protocol, once for as long as it is the same.

    Against another protocol only one row is held of each kind, of which there are few. ``as_of``
    gives the day up to which rows count, "" for all. Threads may share it.
    """

    def __init__(self, path: Path, as_of: Callable[[], str] = str) -> None:
        self.path, self._as_of = path, as_of
        self._held: _Held | None = None

    def __call__(
        self, criteria: Sequence[Judging], pmids: Collection[str] | None = None
    ) -> tuple[Decision, ...]:
        """Every row; InputError at the line of one that cannot be right, as ``load_decisions``."""
        held, until = self._held, self._as_of()
        now = mark(self.path), until
        if held is None or held.of != now or not _right(held, criteria, pmids):
            exist = self.path.exists()
            rows = load_decisions(self.path, pmids, criteria, until) if exist else []
            held = self._held = _Held(
                now, tuple(rows), frozenset(r.pmid for r in rows), _kinds(rows)
            )
        return held.rows


def _right(held: _Held, criteria: Sequence[Judging], pmids: Collection[str] | None) -> bool:
    if pmids is not None and not held.pmids.issubset(pmids):
        return False
    return not any(wrong for row in held.kinds for wrong in complaints(row, None, criteria))


def _kinds(rows: Sequence[Decision]) -> tuple[Decision, ...]:
    kinds = {(row.outcome, row.stage, row.criterion, row.under): row for row in rows}
    return tuple(kinds.values())
