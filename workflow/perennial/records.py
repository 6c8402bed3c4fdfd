"""Records: the archive as of a date, read into one tidy table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from perennial import pubmed
from perennial.accumulate import Standing
from perennial.archive import Archive, Holding, holding
from perennial.history import Revision, changes
from perennial.ledger import Absence, Ledger
from perennial.record import Author, Heading, Record


def records(archive: Archive, source: str, as_of: str = "") -> tuple[list[Record], Ledger]:
    """Every record of the search as it stood on ``as_of``, by PMID, and what is missing.

    The newest answer for an id wins. An id without a record is in the ledger, with the reason.
    A record that the source has let go of stays, and is in the ledger as withdrawn.
    """
    state = archive.standing(source, as_of)
    held = holding(archive, source, "pubmed", as_of)
    found, refused = read(archive, held, state.pmids)
    gone = sorted(set(state.pmids) - set(found) - {r.pmid for r in refused}, key=int)
    missing = tuple(Absence(pmid, _why(pmid, held)) for pmid in gone)
    ordered = [found[pmid] for pmid in sorted(found, key=int)]
    left = withdrawn(state, held)
    told = changes(archive.runs(source, as_of), _revisions(archive, source, as_of), left)
    return ordered, Ledger(state.search, missing, tuple(refused), left, told)


def former(archive: Archive, source: str, ledger: Ledger, as_of: str = "") -> list[Record]:
    """The records that the last change in ``ledger`` revised, as they were before it, by PMID."""
    day = ledger.changes[-1].day if ledger.changes else ""
    known = list(_revisions(archive, source, as_of))
    digests = {r.pmid: r.before for r in reversed(known) if r.day == day}
    held = Holding(source, digests, {}, {})
    found, _ = read(archive, held, digests)
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
    gone = {pmid: held.gone[pmid][:10] for pmid in state.pmids if pmid in held.gone}
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
        parsed = pubmed.parse(archive.answer(digest), file=digest)
        found.update({r.pmid: r for r in parsed.records if newest.get(r.pmid) == digest})
        refused.extend(
            Absence(r.pmid, r.reason) for r in parsed.refused if newest.get(r.pmid) == digest
        )
    return found, refused


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
