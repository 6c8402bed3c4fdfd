"""History: what each day's runs told that was not known before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from perennial.ledger import Absence, Change, Edit, Search


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
    that was killed left none.
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
    before = days.get(when, Change(when, (), (), (), ()))
    days[when] = replace(before, new=tuple(dict.fromkeys((*before.new, *new))))
    return tuple(days[each] for each in sorted(days))


def _change(day: str, told: Mapping[str, Sequence[Any]]) -> Change:
    kinds = ("edits", "new", "revised", "withdrawn")
    return Change(day, *(tuple(dict.fromkeys(told.get(kind, ()))) for kind in kinds))


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
