"""CSV, with the columns that each tool knows, in its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from perennial.exchange.ours import ID, SENT, marked_cell
from perennial.exchange.ris import rayyan_note
from perennial.exchange.sent import Sent, kinds, names, title
from perennial.imports.ids import from_pubmed
from perennial.render.wording import pubmed
from perennial.tables import csv_bytes

_COMMON = ("pubmed_id", "pmc_id", "journal_abbreviation", "language", "publication_type", ID)
ASREVIEW = (
    *("title", "abstract", "authors", "keywords", "doi", "url", "included"),
    *("journal", "issn", "volume", "issue", "pages", "year"),
    *(*_COMMON, SENT),
)
# The order of the sample file that Rayyan gives; it takes further columns in any order.
RAYYAN = (
    *("key", "title", "authors", "journal", "issn", "volume", "issue", "pages", "year"),
    *("publisher", "url", "abstract", "notes", "doi", "keywords", "month", "day"),
    *_COMMON,
)
# The last four are for a person to fill in, and for `perennial labels --from csv` to read.
PLAIN = (
    *("title", "abstract", "authors", "journal", "year", "date", "volume", "issue", "pages"),
    *("issn", "doi", "url", "keywords", *_COMMON),
    *("outcome", "settled_by", "because", "decided_by"),
    *("decision", "criterion", "exclusion_reason", "note"),
)
_LABELS = {"include": "1", "exclude": "0"}


def sheet(sent: Iterable[Sent], columns: Sequence[str]) -> bytes:
    """The table of ``sent`` with ``columns``, safe for a spreadsheet."""
    cells = map(_cells, sent)
    return csv_bytes(
        columns, ([marked_cell(row.get(name, "")) for name in columns] for row in cells)
    )


def listed(parts: Iterable[str]) -> str:
    """A list in one cell: a semicolon parts the items, so that one inside becomes a comma."""
    return "; ".join(part.replace(";", ",") for part in parts)


def _cells(one: Sent) -> Mapping[str, str]:
    record = one.record
    _, month, day = (*record.date.split("-"), "", "", "")[:3]
    return {
        "key": record.pmid,
        ID: record.pmid,
        "title": title(record),
        "abstract": record.abstract,
        "authors": listed(names(record.authors)),
        "journal": record.journal or record.journal_abbreviation,
        "journal_abbreviation": record.journal_abbreviation,
        "issn": record.issn,
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "year": str(record.year or ""),
        "month": month.lstrip("0"),
        "day": day.lstrip("0"),
        "date": record.date,
        "doi": record.doi,
        "url": pubmed(record.pmid),
        "language": listed(record.languages),
        "publication_type": listed(kinds(record)),
        "keywords": listed(record.keywords),
        "pubmed_id": record.pmid if from_pubmed(record.pmid) else "",
        "pmc_id": record.pmcid,
        "included": _LABELS.get(one.outcome, ""),
        SENT: one.outcome if one.outcome in _LABELS else "",
        "notes": rayyan_note(one),
        "outcome": one.outcome,
        "settled_by": one.criterion,
        "because": one.reason,
        "decided_by": one.decided_by,
    }
