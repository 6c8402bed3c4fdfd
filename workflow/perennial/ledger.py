"""The ledger: what was asked of the source, and what it gave back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NOBODY = "none"  # the source where imports alone bring records


@dataclass(frozen=True, slots=True)
class Database:
    """The database as it described itself (EInfo); all "" where it did not."""

    name: str
    build: str
    last_update: str
    count: str


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a strategy's result that the source gave whole: the slices tile the result."""

    narrowed: str  # what was added to the query: "2016/01/01:2018/06/30[edat]", "" for nothing
    count: int
    answers: tuple[str, ...]  # SHA-256 of the answers that listed its ids


@dataclass(frozen=True, slots=True)
class Found:
    """One strategy's result. ``query`` is as typed, ``sent`` with its blocks written out."""

    id: str
    label: str
    query: str
    sent: str
    translation: str
    count: int
    ids: tuple[str, ...]
    warnings: tuple[str, ...]
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A record asked for by identifier, as the reviewer wrote it."""

    asked: str
    kind: str  # pmid | pmcid | doi
    pmid: str  # "" if the source knows no such record
    status: str  # returned | not returned
    reason: str


@dataclass(frozen=True, slots=True)
class Search:
    """One run of all strategies (archive/searches/)."""

    source: str  # example | ncbi | baseline | none | the base URL
    searched_at: str  # the source's own clock, ISO 8601 UTC
    database: Database
    strategies: tuple[Found, ...]
    named: tuple[Named, ...]
    since: str = ""  # an update asked only for what was added or indexed since this day

    @property
    def pmids(self) -> tuple[str, ...]:
        """Every id found, once, in the order of first mention."""
        listed = [pmid for found in self.strategies for pmid in found.ids]
        return tuple(dict.fromkeys(listed + [n.pmid for n in self.named if n.pmid]))


@dataclass(frozen=True, slots=True)
class Absence:
    """An id that gave no record, and why."""

    pmid: str
    reason: str
    since: str = ""  # the day on which it was found to be gone, if it was there before


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice that a held record did not carry before; ``kind`` is PubMed's RefType."""

    pmid: str
    kind: str  # RetractionIn | ErratumIn | ExpressionOfConcernIn | UpdateIn | ...
    other: str  # the notice's PMID, "" where PubMed gives none
    citation: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """One completed poll of the source (archive/refreshes/), empty where nothing was new."""

    source: str
    polled_at: str  # the source's own clock when the poll began, ISO 8601 UTC
    since: str  # records new since this day were sought; "" where only a full search was run
    revised_since: str  # held records revised since this day were sought; "" if none was held
    full: bool  # whether the search was also run in full
    asked_about: int  # held records of which the source was asked whether they were revised
    new: tuple[str, ...]
    missed: tuple[str, ...]  # those of the new ones that the updates should have found
    revised: tuple[str, ...]  # held records that the source has changed
    notices: tuple[NewNotice, ...]
    withdrawn: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A strategy whose query is another one than before; "" where there was, or is, none."""

    strategy: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What the runs of one day told that was not known before."""

    day: str  # the source's own clock, YYYY-MM-DD
    edits: tuple[Edit, ...]
    new: tuple[str, ...]
    revised: tuple[str, ...]
    withdrawn: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """A search together with the ids that gave no record (results/1_records/ledger.json)."""

    search: Search
    missing: tuple[Absence, ...]
    refused: tuple[Absence, ...]
    # Records that stay though the source has let go of them: deleted, merged, no longer found.
    withdrawn: tuple[Absence, ...] = ()
    changes: tuple[Change, ...] = ()  # oldest first; the first is the first search

    @property
    def earlier(self) -> tuple[str, ...]:
        """Withdrawn records that only an earlier run of the search had found."""
        found = set(self.search.pmids)
        return tuple(absence.pmid for absence in self.withdrawn if absence.pmid not in found)

    def missing_among(self, pmids: Iterable[str]) -> Iterator[str]:
        """Those of ``pmids`` that the source did not return."""
        return _among(self.missing, pmids)

    def refused_among(self, pmids: Iterable[str]) -> Iterator[str]:
        """Those of ``pmids`` whose record could not be read."""
        return _among(self.refused, pmids)


def _among(absences: tuple[Absence, ...], pmids: Iterable[str]) -> Iterator[str]:
    absent = {absence.pmid for absence in absences}
    return (pmid for pmid in pmids if pmid in absent)
