"""Records: the archive as of a date, read into one tidy table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from perennial import pubmed
from perennial.archive import Archive, Holding, holding
from perennial.ledger import Absence, Ledger
from perennial.record import Author, Heading, Record


def records(archive: Archive, source: str, as_of: str = "") -> tuple[list[Record], Ledger]:
    """Every record of the newest search not after ``as_of``, by PMID, and what is missing.

    The newest answer for an id wins. An id without a record is in the ledger, with the reason.
    """
    search = archive.latest_search(source, as_of)
    held = holding(archive, source, "pubmed", as_of)
    found, refused = _read(archive, held, set(search.pmids))
    gone = sorted(set(search.pmids) - set(found) - {r.pmid for r in refused}, key=int)
    missing = tuple(Absence(pmid, _why(pmid, held)) for pmid in gone)
    ordered = [found[pmid] for pmid in sorted(found, key=int)]
    return ordered, Ledger(search, missing, tuple(refused))


def _why(pmid: str, held: Holding) -> str:
    return "asked for twice, not returned" if pmid in held.lacking else "never asked for"


def _read(
    archive: Archive, held: Holding, wanted: set[str]
) -> tuple[dict[str, Record], list[Absence]]:
    found: dict[str, Record] = {}
    refused: list[Absence] = []
    newest = {pmid: digest for pmid, digest in held.held.items() if pmid in wanted}
    for digest in dict.fromkeys(newest.values()):
        parsed = pubmed.parse(archive.answer(digest), file=digest)
        found.update({r.pmid: r for r in parsed.records if newest.get(r.pmid) == digest})
        refused.extend(Absence(r.pmid, r.reason) for r in parsed.refused if r.pmid in newest)
    return found, refused


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
