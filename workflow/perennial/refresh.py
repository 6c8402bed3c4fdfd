"""Refresh: ask the source what is new, what has changed and what is gone since the last time.

The order makes it safe to be killed at any point. Held records are looked at before the search
is run and its ledger kept; the refresh's own ledger is kept last. So whatever was not finished
still lies in the window of the next refresh, and what was fetched is not fetched again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from perennial.accumulate import Standing, standing
from perennial.archive import Archive, Holding, holding, received
from perennial.config import Config
from perennial.currency import setting
from perennial.entrez import Source
from perennial.fetch import fetch_records, reread
from perennial.ledger import Absence, NewNotice, Refresh
from perennial.records import read, withdrawn
from perennial.revised import filed, revised
from perennial.search import search
from perennial.strategy import strategies_of


@dataclass(frozen=True, slots=True)
class _State:
    """What the archive comes to at one moment; no standing before the first search."""

    standing: Standing | None
    held: Holding

    @property
    def pmids(self) -> tuple[str, ...]:
        return self.standing.pmids if self.standing else ()

    @property
    def left(self) -> Iterable[str]:
        return self.standing.left if self.standing else ()

    @property
    def withdrawn(self) -> tuple[Absence, ...]:
        return withdrawn(self.standing, self.held) if self.standing else ()


def refresh(
    config: Config,
    strategies: Config,
    source: Source,
    archive: Archive,
    included: Iterable[str] = (),
) -> Refresh:
    """Bring the archive up to date; returns (and archives) what that told.

    Sought are records created, dated or indexed since the last search, less the overlap of
    ``refresh:`` in ``config``; held records revised since the last refresh; and, revised or
    not, the ``included`` ones. Only what is new or revised is fetched. Without an earlier
    search, with edited strategies, or when it is due, the search is (also) run in full.
    Raises InputError and SourceError as ``search`` and ``fetch_records`` do.
    """
    with archive.writing():
        begun = filed(source, archive, "einfo", "eInfoResult", db="pubmed").when
        before = _state(archive, source)
        since_revised = _revised_since(config, source, archive, before.held)
        known = sorted(before.held.held, key=int)
        stale = revised(known, since_revised, source, archive, before.held)
        changed = set(reread((*stale, *included, *before.held.gone), source, archive))
        since = _update(config, strategies, source, archive, before)
        missed = _full(config, strategies, source, archive, since, begun)
        lost = set(_state(archive, source).left) - set(before.left)
        changed |= set(reread(sorted(lost, key=int), source, archive))
        accepted = strategies.get("accept_missing") or ()
        fetch_records(archive.search_as_of(source.name).pmids, source, archive, accepted)
        after = _state(archive, source)
        told = Refresh(
            source=source.name,
            polled_at=begun,
            since=since,
            revised_since=since_revised,
            full=missed is not None,
            asked_about=len(known),
            new=_without(after.pmids, before.pmids),
            missed=missed or (),
            revised=tuple(sorted(changed, key=int)),
            notices=tuple(_new_notices(archive, before.held, after.held, sorted(changed, key=int))),
            withdrawn=tuple(_newly_withdrawn(before, after)),
        )
        archive.keep_refresh(told)
    return told


def _new_notices(
    archive: Archive, before: Holding, after: Holding, pmids: Sequence[str]
) -> Iterator[NewNotice]:
    """Notices that records carry by what is held ``after``, and did not by what was ``before``."""
    old, _ = read(archive, before, pmids)
    new, _ = read(archive, after, pmids)
    for pmid in pmids:
        carried = old[pmid].notices if pmid in old else ()
        for notice in new[pmid].notices if pmid in new else ():
            if notice not in carried:
                yield NewNotice(pmid, notice.kind, notice.pmid, notice.citation)


def _state(archive: Archive, source: Source) -> _State:
    runs = archive.runs(source.name)
    return _State(standing(runs), holding(archive, source.name, "pubmed"))


def _revised_since(config: Config, source: Source, archive: Archive, held: Holding) -> str:
    """From when revisions may be unseen: the last completed refresh, or the oldest record."""
    if not held.held:
        return ""
    done = [run.polled_at for run in archive.refreshes(source.name)]
    looked = max(done) if done else min(received(archive, source.name, "pubmed").values())
    return _days_before(looked, setting(config, "overlap_days"))


def _update(
    config: Config, strategies: Config, source: Source, archive: Archive, before: _State
) -> str:
    """Search for what is new; returns since when, "" where only a full search will do."""
    if before.standing is None or _asked(before.standing) != _asks(strategies):
        return ""
    last = archive.latest_search(source.name).searched_at
    since = _days_before(last, setting(config, "overlap_days"))
    search(strategies, source, archive, since=since)
    return since


def _full(
    config: Config, strategies: Config, source: Source, archive: Archive, since: str, begun: str
) -> tuple[str, ...] | None:
    """Search in full where that is due; returns the ids that the updates had missed.

    An update has just been run (unless ``since`` is ""), so the two should find the same.
    """
    complete = [run.searched_at for run in archive.runs(source.name) if not run.since]
    days = setting(config, "full_every_days")
    if since and _days_before(begun, days) < max(complete)[:10]:
        return None
    known = _state(archive, source).pmids
    found = search(strategies, source, archive).pmids
    return _without(found, known) if since else ()


def _asked(state: Standing) -> object:
    found = [(f.id, f.label, f.query, f.sent) for f in state.search.strategies]
    return found, [named.asked for named in state.search.named]


def _asks(strategies: Config) -> object:
    found = [(s.id, s.label, s.query, s.sent) for s in strategies_of(strategies)]
    return found, list(strategies.get("ids") or ())


def _without(pmids: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    old = set(known)
    return tuple(pmid for pmid in pmids if pmid not in old)


def _newly_withdrawn(before: _State, after: _State) -> Iterator[Absence]:
    known = {absence.pmid for absence in before.withdrawn}
    return (absence for absence in after.withdrawn if absence.pmid not in known)


def _days_before(when: str, days: int) -> str:
    return (date.fromisoformat(when[:10]) - timedelta(days=days)).isoformat()
