"""Passages: what can be read of each included study, cut into addressable pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from perennial import jats
from perennial.imports.ids import from_pubmed
from perennial.passage import Passage
from perennial.record import Record


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a study could be read, and why not more."""

    pmid: str
    # full text | front matter only | not available | no article in PMC | not returned by PMC
    status: str
    reason: str


def passages(
    records: Sequence[Record], articles: Mapping[str, bytes]
) -> tuple[list[Passage], list[Reading]]:
    """Title and abstract of each record, then its full text where ``articles`` has it.

    ``articles`` maps PMCID to the PMC answer that holds the article (JATS XML).
    """
    cut: list[Passage] = []
    readings: list[Reading] = []
    for record in records:
        cut.extend(_of_record(record))
        full = _full_text(record, articles)
        readings.append(_reading(record, full))
        cut.extend(replace(p, pmid=record.pmid) for p in (full.passages if full else ()))
    return cut, readings


def _of_record(record: Record) -> Iterator[Passage]:
    for section, text in (("title", record.title), ("abstract", record.abstract)):
        if text:
            digest = hashlib.sha256(text.encode()).hexdigest()
            yield Passage(record.pmid, section, "pubmed", "", text, digest)


def _full_text(record: Record, articles: Mapping[str, bytes]) -> jats.FullText | None:
    answer = articles.get(record.pmcid)
    if answer is None:
        return None
    pmid = record.pmid if from_pubmed(record.pmid) else ""
    texts = jats.parse(answer, pmid, file=record.pmcid)
    # An article that names another record is not this one's text, whatever its PMCID says.
    own = (t for t in texts if t.pmcid == record.pmcid and pmid in ("", t.pmid))
    return next(own, None)


def _reading(record: Record, full: jats.FullText | None) -> Reading:
    if full:
        return Reading(record.pmid, full.status, full.reason)
    if record.pmcid:
        return Reading(record.pmid, "not returned by PMC", f"PMC gave nothing for {record.pmcid}")
    return Reading(record.pmid, "no article in PMC", "the record has no PMCID")
