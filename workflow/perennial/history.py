"""History: what each day's runs told that was not known before, and what of it is evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from perennial.ledger import Absence, Change, Edit, Ledger, Search
from perennial.screened import Integrity, Screened


@dataclass(frozen=True, slots=True)
class Revision:
    """A held record that the source gave otherwise on a later day."""

    day: str
    pmid: str
    before: str  # SHA-256 of the answer that held it until then


def changes(
    runs: Sequence[Search], revisions: Iterable[Revision], withdrawn: Iterable[Absence]
) -> tuple[Change, ...]:
    """The days that brought news, oldest first; ``runs`` are those of one source, oldest first.

    The first is that of the first search; a day on which nothing was new is none of them. They
    are told by what the archive received and not by the ledgers of refreshes, since a refresh
    that was killed left none. No change has its notices yet.
    """
    told: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for day, new in _new(runs):
        told[day]["new"] += new
    for before, after in pairwise(run for run in runs if not run.since):
        told[after.searched_at[:10]]["edits"] += _edits(before, after)
    for revision in revisions:
        told[revision.day]["revised"].append(revision.pmid)
    for absence in withdrawn:
        told[absence.since]["withdrawn"].append(absence)
    return tuple(_change(day, told[day]) for day in sorted(told) if any(told[day].values()))


def brought(known: Sequence[Change], day: str, ids: Iterable[str]) -> tuple[Change, ...]:
    """``known`` with records that an import searched on ``day`` brought.

    What was imported no later than the first search counts as found by it.
    """
    new = tuple(ids)
    if not known or not new:
        return tuple(known)
    when = max(day, known[0].day)
    days = {change.day: change for change in known}
    before = days.get(when, Change(when, (), (), (), (), ()))
    days[when] = replace(before, new=tuple(dict.fromkeys((*before.new, *new))))
    return tuple(days[each] for each in sorted(days))


def _change(day: str, told: Mapping[str, Sequence[Any]]) -> Change:
    kinds = ("edits", "new", "revised", "withdrawn")
    edits, new, revised, gone = (tuple(dict.fromkeys(told.get(kind, ()))) for kind in kinds)
    return Change(day, edits, new, revised, (), gone)


def _new(runs: Iterable[Search]) -> Iterator[tuple[str, list[str]]]:
    known: set[str] = set()
    for run in runs:
        new = [pmid for pmid in run.pmids if pmid not in known]
        known.update(new)
        yield run.searched_at[:10], new


def _edits(before: Search, after: Search) -> Iterator[Edit]:
    old = {found.id: found.query for found in before.strategies}
    new = {found.id: found.query for found in after.strategies}
    for id_ in dict.fromkeys((*old, *new)):
        if old.get(id_) != new.get(id_):
            yield Edit(id_, old.get(id_, ""), new.get(id_, ""))


@dataclass(frozen=True, slots=True)
class Step:
    """From the state before the last change to the present one, in studies."""

    day: str
    joined: tuple[str, ...]  # included studies that are new
    struck: tuple[str, ...]  # studies set aside for a notice that is new


def last_step(
    ledger: Ledger, screened: Iterable[Screened], integrity: Iterable[Integrity]
) -> Step | None:
    """What the last change did to the included studies; None before a second search told any."""
    if len(ledger.changes) < 2:
        return None
    change = ledger.changes[-1]
    new = set(change.new)
    noticed = {notice.pmid for notice in change.notices}
    noticed |= {notice.pmid for notice in integrity if notice.notice_pmid in new}
    rows = list(screened)
    return Step(
        change.day,
        tuple(row.pmid for row in rows if row.outcome == "include" and row.pmid in new),
        tuple(row.pmid for row in rows if row.set_aside and row.pmid in noticed - new),
    )
