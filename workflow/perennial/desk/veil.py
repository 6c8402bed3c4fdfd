"""Who may see what others said: the one rule by which every page goes.

With two reviewers to a record and ``blinded`` nobody may learn what others answered on a record,
nor whether they did, before having judged it. What counts or adds up others' answers tells of
them: to who works unseen, such things are told as if nobody else had answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.desk import Desk, own, to_adjudicate, waiting_for
from perennial.decisions.verdicts import person
from perennial.desk.fresh import Fresh
from perennial.errors import InputError, Place
from perennial.settings import settings

Desks = Mapping[str, Desk]  # by stage


class Said(Protocol):
    """What somebody said: a decision, a correction, what it came to."""

    @property
    def reviewer(self) -> str:
        """Who."""


Row = TypeVar("Row", bound=Said)


def unseen_by(screening: Path) -> Fresh[bool]:
    """Whether reviewers work unseen, by screening.yaml as it is now; if it cannot be read, so."""

    def read() -> bool:
        try:
            return settings(load(screening, "screening")).unseen
        except InputError:
            return True

    return Fresh(read, screening)


def veiled(error: InputError, whose: str = "") -> InputError:
    """What is wrong with a file of others' rows, told without what they say or how many."""
    if not error.place.line:
        return error
    wrong = f"a row{whose} is not right, or this is no table any more"
    return InputError(wrong, Place(error.place.file), "ask whoever maintains the review to mend it")


def blind(desks: Desks) -> bool:
    """Whether reviewers work unseen, by the desks."""
    return any(desk.blind for desk in desks.values())


def theirs(rows: Iterable[Row], reviewer: str) -> tuple[Row, ...]:
    """What one reviewer said, under any spelling of the name."""
    me = person(reviewer)
    return tuple(row for row in rows if person(row.reviewer) == me)


@dataclass(frozen=True)
class Veil:
    """What one reviewer may see of what others decided.

    Both sets hold (stage, PMID): what they have ``judged`` themselves, and what is ``asked`` of
    anybody, be it later.
    """

    reviewer: str
    blind: bool
    judged: frozenset[tuple[str, str]] = frozenset()
    asked: frozenset[tuple[str, str]] = frozenset()

    def lifted(self, stage: str, pmid: str) -> bool:
        """Whether others' answers on a record at a stage may be seen."""
        return not self.blind or (stage, pmid) in self.judged

    def open(self, stage: str, pmid: str) -> bool:
        """Whether a record is still to be judged unseen."""
        return (stage, pmid) in self.asked and not self.lifted(stage, pmid)

    def sees(self, row: Decision) -> bool:
        """Whether a decision may be seen: one's own, and those on what one has judged."""
        return bool(theirs([row], self.reviewer)) or self.lifted(row.stage, row.pmid)


def veil(desks: Desks, decisions: Sequence[Decision], you: str) -> Veil:
    """What ``you`` may see."""
    if not blind(desks):
        return Veil(you, False)
    rows = [(stage, row) for stage in desks for row in own(decisions, stage, you).values()]
    waiting = [
        (stage, each.pmid)
        for stage, desk in desks.items()
        for each in (*desk.queue, *to_adjudicate(desk, decisions))
    ]
    return Veil(
        you,
        True,
        frozenset((stage, row.pmid) for stage, row in rows if row.outcome != "human"),
        frozenset(waiting),
    )


def concerned(desk: Desk, decisions: Sequence[Decision], you: str) -> int:
    """How many records of a stage ``you`` have judged or are asked: not to be adjudicated yet."""
    waiting = {each.pmid for each in waiting_for(desk, decisions, you)}
    return len(waiting | own(decisions, desk.stage, you).keys())
