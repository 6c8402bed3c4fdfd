"""Passages: what can be read of each included study, cut into addressable pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

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
    records: Iterable[Record], articles_of: Callable[[str], Sequence[etree._Element]]
) -> Iterator[tuple[list[Passage], Reading]]:
    """Title and abstract of each record, then its full text where PMC gave it; one at a time.

    ``articles_of`` opens the PMC answer that is to hold a PMCID's article (``jats.opened``),
    maybe with other records' articles; it gives nothing where there is no answer.
    """
    for record in records:
        full = _full_text(record, articles_of(record.pmcid) if record.pmcid else ())
        own = (replace(passage, pmid=record.pmid) for passage in (full.passages if full else ()))
        yield [*_of_record(record), *own], _reading(record, full)


def _of_record(record: Record) -> Iterator[Passage]:
    for section, text in (("title", record.title), ("abstract", record.abstract)):
        if text:
            digest = hashlib.sha256(text.encode()).hexdigest()
            yield Passage(record.pmid, section, "pubmed", "", text, digest)


def _full_text(record: Record, articles: Sequence[etree._Element]) -> jats.FullText | None:
    own = (article for article in articles if jats.pmcid_of(article) == record.pmcid)
    if (article := next(own, None)) is None:
        return None
    text = jats.full_text(article, record.pmid, file=record.pmcid)
    # An article that names another record is not this one's text, whatever its PMCID says.
    return jats.asked_for(text, record.pmid) if from_pubmed(record.pmid) else text


def _reading(record: Record, full: jats.FullText | None) -> Reading:
    if full:
        return Reading(record.pmid, full.status, full.reason)
    if record.pmcid:
        return Reading(record.pmid, "not returned by PMC", f"PMC gave nothing for {record.pmcid}")
    return Reading(record.pmid, "no article in PMC", "the record has no PMCID")
