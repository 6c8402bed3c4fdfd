"""CSL-JSON, the citation processor's format, which Zotero and pandoc write and read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from perennial.exchange.ris import tags
from perennial.exchange.sent import Sent, title
from perennial.imports.ids import from_pubmed
from perennial.record import Author, Record
from perennial.render.wording import pubmed


def csl_json(sent: Iterable[Sent]) -> bytes:
    """The items of ``sent``; their outcome is a keyword, and a line of the note (Zotero: Extra)."""
    text = json.dumps([_item(one) for one in sent], ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def key(record: Record) -> str:
    """The name of an item: ``pmid`` and the PMID, or the record's own id."""
    return f"pmid{record.pmid}" if from_pubmed(record.pmid) else record.pmid


def _item(one: Sent) -> dict[str, Any]:
    record = one.record
    values: dict[str, Any] = {
        "id": key(record),
        "type": _type(record),
        "title": title(record),
        "author": [_name(a) for a in record.authors if a.collective or a.family or a.given],
        "container-title": record.journal or record.journal_abbreviation,
        "container-title-short": record.journal_abbreviation,
        "issued": _issued(record),
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "ISSN": record.issn,
        "DOI": record.doi,
        "PMID": record.pmid if from_pubmed(record.pmid) else "",
        "PMCID": record.pmcid,
        "URL": pubmed(record.pmid),
        "language": ", ".join(record.languages),
        "keyword": ", ".join(k.replace(",", ";") for k in (*record.keywords, *tags(one))),
        "note": "\n".join(tags(one)),
        "abstract": record.abstract,
    }
    return {name: value for name, value in values.items() if value}


def _type(record: Record) -> str:
    if "Book Chapter" in record.publication_types:
        return "chapter"
    return "book" if record.kind == "book" else "article-journal"


def _name(author: Author) -> dict[str, str]:
    if author.collective or not author.family:
        return {"literal": author.collective or author.given}
    given = author.given or author.initials
    name = {"family": author.family, "given": given, "suffix": author.suffix}
    return {part: value for part, value in name.items() if value}


def _issued(record: Record) -> dict[str, Any] | None:
    parts = [int(part) for part in re.findall(r"\d+", record.date)[:3]] or [record.year]
    return {"date-parts": [parts]} if parts[0] else None
