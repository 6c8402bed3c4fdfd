"""NBIB, the MEDLINE text that PubMed exports; it has no field for an outcome."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from perennial.exchange.sent import MONTHS, Sent, kinds
from perennial.imports.ids import from_pubmed
from perennial.imports.medline import _NOTICES as NOTICES
from perennial.record import Author, Heading, Notice, Record
from perennial.text import clean

Field = tuple[str, str]
_TAGS = {kind: tag for tag, kind in NOTICES.items()}


def nbib(sent: Iterable[Sent]) -> bytes:
    """The entries of those records of ``sent`` that have a PMID, with which an entry begins."""
    told = (one.record for one in sent if from_pubmed(one.record.pmid))
    return "\n".join(map(_entry, told)).encode()


def _entry(record: Record) -> str:
    lines = (_wrapped(tag, text) for tag, value in _fields(record) if (text := clean(value)))
    return "".join(lines)


def _wrapped(tag: str, text: str) -> str:
    """PubMed breaks lines at 88 characters, between words."""
    lines = textwrap.wrap(text, 82, break_long_words=False, break_on_hyphens=False)
    return f"{tag:<4}- " + "\n      ".join(lines) + "\n"


def _fields(record: Record) -> Iterator[Field]:
    yield "PMID", record.pmid
    yield "STAT", record.status
    yield "LR", record.revised.replace("-", "")
    yield "IS", record.issn
    yield "VI", record.volume
    yield "IP", record.issue
    yield "DP", _published(record)
    yield "TI", record.title
    yield "TT", record.vernacular_title
    yield "PG", record.pages
    yield "AB", record.abstract
    for author in record.authors:
        yield from _author(author)
    yield from (("LA", language) for language in record.languages)
    yield from (("SI", number) for number in record.databanks)
    yield from (("PT", kind) for kind in kinds(record))
    yield from (("RN", f"0 ({substance})") for substance in record.substances)
    yield "TA", record.journal_abbreviation
    yield "JT", record.journal
    yield from map(_notice, record.notices)
    yield from (("MH", _heading(heading)) for heading in record.headings)
    yield "PMC", record.pmcid
    yield from (("OT", word) for word in record.keywords)
    yield "EDAT", record.entered.replace("-", "/")
    yield "MHDA", record.indexed.replace("-", "/")
    yield "CRDT", record.created.replace("-", "/")
    yield "AID", f"{record.doi} [doi]" if record.doi else ""
    yield "SO", _source(record)


def _published(record: Record) -> str:
    """As printed, if that names the year: other databases print a month alone."""
    if str(record.year) in record.date_text:
        return record.date_text
    return _printed(record.date) or str(record.year or "")


def _author(author: Author) -> Iterator[Field]:
    if author.collective:
        yield "CN", author.collective
    elif author.family:
        full = ", ".join(filter(None, (author.family, author.given or author.initials)))
        yield "FAU", full
        yield "AU", f"{author.family} {author.initials}"


def _notice(notice: Notice) -> Field:
    number = f" PMID: {notice.pmid}" if notice.pmid else ""
    return _TAGS.get(notice.kind, ""), f"{notice.citation}{number}" if notice.kind in _TAGS else ""


def _heading(heading: Heading) -> str:
    """A star marks a major topic. Which of its parts is one, the record does not keep."""
    star = "*" if heading.major else ""
    return "/".join((f"{star}{heading.descriptor}", *heading.qualifiers))


def _printed(iso: str) -> str:
    """``2020-03-04`` as ``2020 Mar 4``."""
    year, month, day = (*iso.split("-"), "", "", "")[:3]
    named = MONTHS[int(month) - 1] if month else ""
    return " ".join(filter(None, (year, named, day.lstrip("0"))))


def _source(record: Record) -> str:
    place = "".join(
        (
            record.volume,
            f"({record.issue})" if record.issue else "",
            f":{record.pages}" if record.pages else "",
        )
    )
    journal = record.journal_abbreviation or record.journal or "Unknown"
    return f"{journal}. {record.date_text or record.year or ''};{place}."
