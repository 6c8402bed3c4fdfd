"""Step: what the last change did to the studies.

The state before it is worked out anew from the records as they were, by today's protocol and
decisions, so that only what the source told makes a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from perennial.ledger import Change
from perennial.record import Record
from perennial.screened import FULL_TEXT, Integrity, Screened


@dataclass(frozen=True, slots=True)
class Before:
    """The review before the last change, by today's protocol (results/3_screened/before.json)."""

    day: str  # of the last change, "" if there was but the first search
    included: tuple[str, ...]
    notices: tuple[Integrity, ...]  # of today, that no record carried then


@dataclass(frozen=True, slots=True)
class Step:
    """What the last change did to the studies, by today's protocol and decisions."""

    day: str
    joined: tuple[str, ...]  # included, and not before
    struck: tuple[str, ...]  # set aside, and included before
    dropped: tuple[str, ...] = ()  # no longer included for another reason
    notices: tuple[Integrity, ...] = ()  # that no record carried before


def before(
    known: Sequence[Change],
    integrity: Iterable[Integrity],
    then: Callable[[], tuple[Iterable[str], Iterable[Integrity]]],
) -> Before:
    """The state before the last of the ``known`` changes.

    ``then`` works out what was included, and by which notices; ``earlier`` gives the records.
    """
    if len(known) < 2:
        return Before("", (), ())
    included, carried = then()
    seen = {(notice.pmid, notice.kind) for notice in carried}
    fresh = (notice for notice in integrity if (notice.pmid, notice.kind) not in seen)
    return Before(known[-1].day, tuple(included), tuple(fresh))


def earlier(
    records: Iterable[Record], former: Mapping[str, Record], new: Container[str]
) -> list[Record]:
    """``records`` before a change that brought the ``new`` ones and revised the ``former``."""
    return [former.get(record.pmid, record) for record in records if record.pmid not in new]


def last_step(then: Before, assessed: Iterable[Screened]) -> Step | None:
    """From ``then`` to the outcomes of today; None if there was but the first search.

    What only the full text excludes was let through then as it is now.
    """
    if not then.day:
        return None
    rows, included = list(assessed), set(then.included)
    passed = {row.pmid for row in rows if row.outcome == "include" or row.stage == FULL_TEXT}
    return Step(
        then.day,
        tuple(r.pmid for r in rows if r.outcome == "include" and r.pmid not in included),
        tuple(r.pmid for r in rows if r.set_aside and r.pmid in included),
        tuple(r.pmid for r in rows if r.pmid in included - passed and not r.set_aside),
        then.notices,
    )
