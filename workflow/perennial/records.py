"""Records: the archive as of a date, read into one tidy table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from perennial import pubmed
from perennial.accumulate import Standing, standing
from perennial.archive import Archive, Holding, holding
from perennial.history import Revision, changes
from perennial.ledger import NOBODY, Absence, Database, Ledger, Search
from perennial.record import Author, Heading, Record


@dataclass(frozen=True)
class Survey:
    """What the archive knows of a search as of a date, before any record is read."""

    state: Standing
    held: Holding
    runs: Sequence[Search]
    revisions: Sequence[Revision]

    @cached_property
    def pmids(self) -> tuple[str, ...]:
        """Every id of the search; worked out once, since there may be a million."""
        return self.state.pmids

    @cached_property
    def newest(self) -> dict[str, str]:
        """The ids of the search that are held, and the newest answer that gives each."""
        held = self.held.held
        return {pmid: held[pmid] for pmid in self.pmids if pmid in held}


def survey(archive: Archive, source: str, as_of: str = "") -> Survey:
    """Read the archive's journal and the ledgers of its searches up to ``as_of``.

    Where nobody is asked, there is nothing to read.
    """
    if source == NOBODY:
        nothing = Search(NOBODY, "", Database("", "", "", ""), (), ())
        return Survey(Standing(nothing, {}), Holding(NOBODY, {}, {}, {}), (), ())
    runs = archive.runs(source, as_of)
    state = standing(runs) or archive.standing(source, as_of)  # the latter tells what is amiss
    held = holding(archive, source, "pubmed", as_of)
    return Survey(state, held, runs, tuple(_revisions(archive, source, as_of)))


def records(archive: Archive, source: str, as_of: str = "") -> tuple[list[Record], Ledger]:
    """Every record of the search as it stood on ``as_of``, by PMID, and what is missing.

    The newest answer for an id wins. An id without a record is in the ledger, with the reason.
    A record that the source has let go of stays, and is in the ledger as withdrawn.
    """
    known = survey(archive, source, as_of)
    found, refused = read(archive, known.held, known.pmids)
    ordered = [found[pmid] for pmid in sorted(found, key=int)]
    unread = (pmid for pmid in known.newest if pmid not in found)
    return ordered, ledger(known, unread, refused)


def ledger(known: Survey, unread: Iterable[str], refused: Iterable[Absence]) -> Ledger:
    """What is told of a search: ``unread`` are held ids of which an answer gives no record."""
    held, state = known.held, known.state
    told = {absence.pmid: absence for absence in refused}
    without = {*unread, *(pmid for pmid in known.pmids if pmid not in held.held)} - told.keys()
    missing = tuple(Absence(pmid, _why(pmid, held)) for pmid in sorted(without, key=int))
    left = withdrawn(state, held)
    news = changes(known.runs, known.revisions, left)
    ordered = tuple(told[pmid] for pmid in sorted(told, key=int))
    return Ledger(state.search, missing, ordered, left, news)


def former(archive: Archive, known: Survey, ledger_: Ledger) -> list[Record]:
    """The records that the last change in a ledger revised, as they were before it, by PMID."""
    day = ledger_.changes[-1].day if ledger_.changes else ""
    digests = {r.pmid: r.before for r in reversed(known.revisions) if r.day == day}
    found, _ = read(archive, Holding(known.held.source, digests, {}, {}), digests)
    return [found[pmid] for pmid in sorted(found, key=int)]


def _revisions(archive: Archive, source: str, as_of: str) -> Iterator[Revision]:
    """Each time that a held record was given otherwise, oldest first."""
    held: dict[str, str] = {}
    for entry in archive.entries(source, "efetch", "pubmed", as_of):
        for pmid in entry.holds:
            if pmid in held:
                yield Revision(entry.when[:10], pmid, held[pmid])
            held[pmid] = entry.answer


def withdrawn(state: Standing, held: Holding) -> tuple[Absence, ...]:
    """Ids that the source has let go of, by PMID: it no longer gives or no longer finds them."""
    ids = state.pmids if held.gone else ()  # nearly always there is none
    gone = {pmid: held.gone[pmid][:10] for pmid in ids if pmid in held.gone}
    left = {pmid: why.when[:10] for pmid, why in state.left.items()}
    reasons = {
        **{p: Absence(p, f"found by no strategy since {day}", day) for p, day in left.items()},
        **{p: Absence(p, f"not given by the source since {day}", day) for p, day in gone.items()},
    }
    return tuple(reasons[pmid] for pmid in sorted(reasons, key=int))


def read(
    archive: Archive, held: Holding, wanted: Iterable[str]
) -> tuple[dict[str, Record], list[Absence]]:
    """The newest record of each wanted id that is held, and those that cannot be read."""
    found: dict[str, Record] = {}
    refused: list[Absence] = []
    newest = {pmid: held.held[pmid] for pmid in dict.fromkeys(wanted) if pmid in held.held}
    for digest in dict.fromkeys(newest.values()):
        given, unread = answered(archive, digest, newest)
        found.update(given)
        refused += (Absence(pmid, reason) for pmid, reason in unread)
    return found, refused


def answered(
    archive: Archive, digest: str, newest: Mapping[str, str]
) -> tuple[dict[str, Record], list[tuple[str, str]]]:
    """What one answer gives that no newer one does: records, and why some cannot be read."""
    parsed = pubmed.parse(archive.answer(digest), file=digest)
    return (
        {r.pmid: r for r in parsed.records if newest.get(r.pmid) == digest},
        [(r.pmid, r.reason) for r in parsed.refused if newest.get(r.pmid) == digest],
    )


def _why(pmid: str, held: Holding) -> str:
    return held.lacking.get(pmid, "never asked for")


def header() -> list[str]:
    """The columns of records.csv: those of the record, in its order."""
    return [field.name for field in dataclasses.fields(Record)]


def row(record: Record) -> list[str]:
    """A record as readable cells; the parts of a list are joined by '; '."""
    return [_cell(getattr(record, name)) for name in header()]


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(_words(value))
    return "" if value == 0 else str(value)


def _words(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Author):
            yield value.collective or f"{value.family} {value.initials}".strip()
        elif isinstance(value, Heading):
            starred = "*" if value.major else ""
            yield "/".join((value.descriptor, *value.qualifiers)) + starred
        elif dataclasses.is_dataclass(value):
            parts = (getattr(value, field.name) for field in dataclasses.fields(value))
            yield " ".join(str(part) for part in parts if part != "")
        else:
            yield str(value)
