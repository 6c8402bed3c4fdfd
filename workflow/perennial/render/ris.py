"""References in the RIS format, which every reference manager reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import rispy

from perennial.record import Author, Record
from perennial.render.wording import pmc, pubmed, visible


def ris(
    baseline: Mapping[str, Any], records: Sequence[Record], notes: Mapping[str, str] | None = None
) -> bytes:
    """The baseline review, then ``records``, one JOUR entry each; ``notes`` are by PMID."""
    said = notes or {}
    known = {key: str(baseline[key]) for key in ("title", "year", "doi") if baseline.get(key)}
    first = known | {
        "type_of_reference": "JOUR",
        "secondary_title": str(baseline.get("journal", "")),
    }
    if author := baseline.get("first_author"):
        first["authors"] = [str(author)]  # type: ignore[assignment]
    listed = [first] if known else []
    entries = [_clean(entry) for entry in [*listed, *(_entry(r, said) for r in records)]]
    return rispy.dumps(entries, implementation=_Unnumbered).encode() if entries else b""


class _Unnumbered(rispy.RisWriter):  # type: ignore[misc]
    """Without the running number that rispy writes above each entry."""

    def set_header(self, count: int) -> str:
        return ""


def _entry(record: Record, notes: Mapping[str, str]) -> dict[str, Any]:
    start, _, end = record.pages.partition("-")
    return {
        "type_of_reference": "JOUR",
        "authors": [_name(author) for author in record.authors],
        "title": record.title or record.vernacular_title,
        "secondary_title": record.journal or record.journal_abbreviation,
        "alternate_title2": record.journal_abbreviation,
        "year": str(record.year or ""),
        "volume": record.volume,
        "number": record.issue,
        "start_page": start,
        "end_page": end,
        "issn": record.issn,
        "doi": record.doi,
        "accession_number": record.pmid,
        "notes": [note for note in (notes.get(record.pmid),) if note],
        "urls": [url for url in (pubmed(record.pmid), pmc(record.pmcid)) if url],
    }


def _name(author: Author) -> str:
    parts = (author.family, author.given or author.initials, author.suffix)
    return author.collective or ", ".join(part for part in parts if part)


def _clean(entry: Mapping[str, Any]) -> dict[str, Any]:
    # A line break inside a value would begin a field of its own.
    lines = {
        k: [_line(v) for v in value] if isinstance(value, list) else _line(value)
        for k, value in entry.items()
    }
    return {key: value for key, value in lines.items() if value}


def _line(value: str) -> str:
    return " ".join(str(visible(value)).split())
