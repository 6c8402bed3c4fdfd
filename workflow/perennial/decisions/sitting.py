"""A sitting: what lies next before a reviewer, what an answer writes, and the way back.

No screen is in it, so that whoever decides in the terminal and whoever does on a page writes the
same rows. Others may write meanwhile: each step looks at the decisions as they are then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from perennial.decisions.decision import Decision
from perennial.decisions.desk import (
    Desk,
    Waiting,
    heard_on,
    own,
    role_of,
    taken_back,
    to_adjudicate,
    waiting_for,
)
from perennial.errors import InputError
from perennial.printable import printable

LONGEST_NOTE = 2_000  # characters; a cell of more than 131,072 could not be read again


@dataclass(frozen=True, slots=True)
class Step:
    """A record passed, and the row written.

    ``row`` is None for a record that was skipped, and for an answer that was not taken back since
    its reviewer had answered anew elsewhere.
    """

    pmid: str
    row: Decision | None = None


class Sitting:
    """Where one reviewer stands in the queue of a stage, and the steps that can be taken back.

    ``desk`` and ``decisions`` give what is known now (the same object while nothing has changed),
    ``keep`` returns once its row is on disk. One thread at a time.
    """

    def __init__(
        self,
        desk: Callable[[], Desk],
        decisions: Callable[[], Sequence[Decision]],
        keep: Callable[[Decision], None],
        reviewer: str,
        adjudicate: bool = False,
    ) -> None:
        self._desk, self._decisions, self._keep = desk, decisions, keep
        self.reviewer, self.adjudicate = plain(reviewer), adjudicate
        self.steps: list[Step] = []
        self.moves = 0  # told by a form, so that it counts once
        self._passed: set[str] = set()  # in this round, not to be shown in it again
        self._again: list[str] = []  # gone back to; the last one is next
        self._known: tuple[Desk, Sequence[Decision], list[Waiting]] | None = None
        self._held: tuple[Desk, Sequence[Decision]] | None = None

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Within, desk and decisions stay what they are: what is checked is what is answered."""
        desk, decisions = self._desk(), self._decisions()
        while desk is not (now := self._desk()):  # decisions are held against a desk, too
            desk, decisions = now, self._decisions()
        self._held = desk, decisions
        try:
            yield
        finally:
            self._held = None

    @property
    def desk(self) -> Desk:
        """The desk as it is now."""
        return self._held[0] if self._held else self._desk()

    @property
    def decisions(self) -> Sequence[Decision]:
        """The decisions as they are now."""
        return self._held[1] if self._held else self._decisions()

    @property
    def blind(self) -> bool:
        """Whether what others said has to stay hidden."""
        return self.desk.blind and not self.adjudicate

    def waiting(self) -> list[Waiting]:
        """All that waits for this reviewer now. Another protocol or queue begins a new round."""
        desk, decisions = self.desk, self.decisions
        known = self._known
        if known is None or known[0] is not desk or known[1] is not decisions:
            if known is not None and known[0] is not desk:
                self.begin_again()
            self._known = desk, decisions, self._found(desk, decisions)
        return self._known[2] if self._known else []

    def _found(self, desk: Desk, decisions: Sequence[Decision]) -> list[Waiting]:
        if self.adjudicate:
            return to_adjudicate(desk, decisions)
        return waiting_for(desk, decisions, self.reviewer)

    def ahead(self) -> list[Waiting]:
        """What is still to be shown in this round, in order: records gone back to come first."""
        open_ = {waiting.pmid: waiting for waiting in self.waiting()}
        first = [open_[pmid] for pmid in reversed(self._again) if pmid in open_]
        passed = self._passed.union(self._again)
        return first + [waiting for pmid, waiting in open_.items() if pmid not in passed]

    def begin_again(self) -> None:
        """Another round: what was skipped or left unsure comes once more."""
        self._passed.clear()

    def heard(self, pmid: str) -> list[Decision]:
        """The answers to a record that may be shown."""
        return [] if self.blind else heard_on(self.desk, self.decisions, pmid)

    def own(self) -> dict[str, Decision]:
        """By PMID what this reviewer said last at this stage."""
        role = role_of(self.adjudicate)
        return own(self.decisions, self.desk.stage, self.reviewer, role)

    def queued(self, pmid: str) -> bool:
        """Whether a record is asked as soon as its answer is taken back; else a build queues it."""
        return self.adjudicate or any(waiting.pmid == pmid for waiting in self.desk.queue)

    def include(self, pmid: str, day: str, note: str = "") -> Decision | None:
        """Include a record; if a notice sets it aside, in full knowledge of the notice."""
        return self._answer(pmid, "include", self.desk.struck(pmid), day, note)

    def exclude(self, pmid: str, criterion: str, day: str, note: str = "") -> Decision | None:
        """Exclude a record. InputError for a criterion that cannot exclude at this stage."""
        if criterion not in {reason.id for reason in self.desk.reasons}:
            raise InputError(f"there is no criterion {printable(criterion)!r} to exclude for here")
        return self._answer(pmid, "exclude", criterion, day, note)

    def unsure(self, pmid: str, day: str, note: str = "") -> Decision | None:
        """Leave a record to another look."""
        return self._answer(pmid, "human", "", day, note)

    def skip(self, pmid: str) -> None:
        """Pass a record without a word."""
        self._pass(Step(pmid))

    def back(self, day: str) -> Step | None:
        """To the record before, whose answer is taken back by one more row; None at the first.

        If its reviewer has answered it elsewhere since, that answer stays.
        """
        if not self.steps:
            return None
        step = self.steps[-1]
        if step.row is not None and self.own().get(step.pmid) == step.row:
            self._keep(taken_back(step.row, day))
        else:
            step = Step(step.pmid)
        self.steps.pop()
        self._passed.discard(step.pmid)
        self._again.append(step.pmid)
        self.moves += 1
        return step

    def _answer(
        self, pmid: str, outcome: str, criterion: str, day: str, note: str
    ) -> Decision | None:
        """The row, once it is on disk; None, and no row, if the record waits no more."""
        if all(waiting.pmid != pmid for waiting in self.waiting()):
            return None
        said, role = plain(note)[:LONGEST_NOTE].rstrip(), role_of(self.adjudicate)
        row = self.desk.decision(pmid, outcome, criterion, self.reviewer, day, said, role)
        self._keep(row)
        self._pass(Step(pmid, row))
        return row

    def _pass(self, step: Step) -> None:
        self.steps.append(step)
        self._passed.add(step.pmid)
        self._again = [pmid for pmid in self._again if pmid != step.pmid]
        self.moves += 1


def plain(text: str) -> str:
    """Text as a cell of the table holds it: one line, nothing in it that acts."""
    return " ".join(printable(text).split())
