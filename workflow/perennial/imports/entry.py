"""The entry: one reference of an export, whatever its format, on its way to a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from perennial.errors import InputError, Place
from perennial.imports.ids import own_id
from perennial.query.languages import code
from perennial.record import Author, Record
from perennial.text import clean

_DOI = re.compile(r"10\.\d{4,9}/\S+", re.I)
_PMID = re.compile(r"(?:PMID:?\s*|MEDLINE:)?([1-9]\d{0,7})(?:\.0)?", re.I | re.A)
_PMCID = re.compile(r"(?:PMC)?([1-9]\d{0,9})(?:\.\d+)?", re.I | re.A)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DATE = re.compile(
    r"((?:1[5-9]|20)\d\d)(?:[-/.](0?[1-9]|1[0-2])(?:[-/.](0?[1-9]|[12]\d|3[01]))?)?\b"
)
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[\s-]?){1,5}")
_GROUP = re.compile(
    r"group|consort|committee|collaborat|societ|network|investigators|associat|study|team|organi"
    r"|institut|universit|center|centre|foundation|task force|panel",
    re.I,
)
# What other databases call a kind of publication → PubMed's name for it, so that a criterion
# such as review[pt] holds for their records too. A name that is not here is kept as it is.
_TYPES = {
    "article": "Journal Article",
    "journal article": "Journal Article",
    "jour": "Journal Article",
    "jfull": "Journal Article",
    "article in press": "Journal Article",
    "original article": "Journal Article",
    "review": "Review",
    "review article": "Review",
    "short survey": "Review",
    "letter": "Letter",
    "editorial": "Editorial",
    "editorial material": "Editorial",
    "erratum": "Published Erratum",
    "correction": "Published Erratum",
    "retracted publication": "Retracted Publication",
    "retracted": "Retracted Publication",
    "retraction": "Retraction Notice",
    "conference abstract": "Meeting Abstract",
    "meeting abstract": "Meeting Abstract",
    "conference paper": "Conference Paper",
    "proceedings paper": "Conference Paper",
    "conf": "Conference Paper",
    "cpaper": "Conference Paper",
    "preprint": "Preprint",
    "chap": "Book Chapter",
    "chapter": "Book Chapter",
    "book chapter": "Book Chapter",
    "book": "Book",
    "thes": "Academic Dissertation",
}
_BOOKS = {"Book", "Book Chapter"}


@dataclass(frozen=True, slots=True)
class Entry:
    """Fields as the export writes them; ``place`` is the line on which the entry begins."""

    place: Place
    accession: str = ""  # the database's own number
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    title: str = ""
    abstract: str = ""
    authors: Sequence[str] = ()  # "Family, Given" or "Family FG"
    journal: str = ""
    journal_abbreviation: str = ""
    issn: str = ""
    year: str = ""
    date: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    language: Sequence[str] = ()
    types: Sequence[str] = ()
    keywords: Sequence[str] = ()
    more: Mapping[str, object] = field(default_factory=dict)  # fields a format knows as PubMed does


def read(entry: Entry, source: str) -> Record:
    """The record of ``entry``; InputError at its line if it has no title or an odd PMID.

    A record without PMID gets an id made of the source's id and its accession number or, if
    there is none, of its title and year: exporting again gives it the same id.
    """
    title = clean(entry.title)
    if not title:
        hint = "complete the entry in the file, or remove it and say so where the search is told"
        raise InputError("an entry without a title", entry.place, hint)
    pmid, accession = _pmid(entry), clean(entry.accession)
    types = tuple(
        dict.fromkeys(_TYPES.get(kind.lower(), kind) for kind in map(clean, entry.types) if kind)
    )
    year, date = _dated(entry)
    values: dict[str, object] = {
        "pmid": pmid or own_id(source, accession or f"{title.casefold()}|{year}"),
        "pmcid": _number(_PMCID, entry.pmcid, "PMC"),
        "doi": doi(entry.doi),
        "kind": "book" if _BOOKS & set(types) else "article",
        "title": title,
        "abstract": clean(entry.abstract),
        "authors": tuple(author(name) for name in map(clean, entry.authors) if name),
        "journal": clean(entry.journal),
        "journal_abbreviation": clean(entry.journal_abbreviation),
        "issn": _issn(entry.issn),
        "year": year,
        "date": date,
        "date_text": clean(entry.date or entry.year).strip("/"),
        "volume": clean(entry.volume),
        "issue": clean(entry.issue),
        "pages": clean(entry.pages),
        "languages": tuple(code(clean(name)).lower() for name in entry.language if clean(name)),
        "publication_types": types,
        "keywords": tuple(dict.fromkeys(filter(None, map(clean, entry.keywords)))),
        "databanks": (f"{source}/{accession}",) if accession else (),
    }
    return Record(**(values | dict(entry.more)))  # type: ignore[arg-type]


def doi(written: str) -> str:
    """The DOI in ``written``, be it bare, a link or ``doi: …``; "" if there is none."""
    found = _DOI.search(written.strip())
    return found[0].rstrip(".,;") if found else ""


def author(name: str) -> Author:
    """A person as "Family, Given", "Family FG" or "Given Family"; a longer name is a group's."""
    if "," in name:
        family, given, *suffix = (part.strip() for part in name.split(",", 2))
        return Author(family, *_given(given), suffix=suffix[0] if suffix else "")
    family, _, last = name.rpartition(" ")
    if family and _INITIALS.fullmatch(last):
        return Author(family, *_given(last))
    if not family or _GROUP.search(name) or name.count(" ") > 2:
        return Author(family=name) if not family else Author(collective=name)
    return Author(last, *_given(family))


def _given(given: str) -> tuple[str, str]:
    """The given names, and their initials as PubMed writes them."""
    if re.fullmatch(r"[A-ZÀ-Þ]{1,4}", given):
        return given, given
    return given, "".join(part[0] for part in re.split(r"[\s.-]+", given) if part[:1].isupper())


def span(first: str, last: str) -> str:
    """Pages from their first and last; one of them may have the other in it already."""
    first, last = first.strip(), last.strip()
    return f"{first}-{last}" if first and last and last != first and "-" not in first else first


def listed(cell: str, separator: str = ";") -> tuple[str, ...]:
    """The parts of a cell that holds a list."""
    return tuple(part.strip() for part in cell.split(separator) if part.strip())


def first(values: Iterable[str]) -> str:
    """The first that is not empty, or ""."""
    return next((value for value in values if value.strip()), "")


def _pmid(entry: Entry) -> str:
    written = entry.pmid.strip()
    if not written:
        return ""
    if found := _PMID.fullmatch(written):
        return found[1]
    raise InputError(f"{written!r} is not a PMID", entry.place, "correct it or leave it empty")


def _number(form: re.Pattern[str], written: str, prefix: str) -> str:
    found = form.fullmatch(written.strip())
    return f"{prefix}{found[1]}" if found else ""


def _issn(written: str) -> str:
    found = re.search(r"(?<![\d-])(\d{4})-?(\d{3}[\dX])(?![\d-])", written, re.I)
    return f"{found[1]}-{found[2]}".upper() if found else ""


def _dated(entry: Entry) -> tuple[int, str]:
    """The year, and the date in ISO 8601 as far as the entry tells it for that year."""
    year = _YEAR.search(entry.year) or _YEAR.search(entry.date)
    if not year:
        return 0, ""
    for written in (entry.date, entry.year):
        full = _DATE.match(written.strip())
        if full and full[1] == year[1] and full[2]:
            day = f"-{int(full[3]):02d}" if full[3] else ""
            return int(year[1]), f"{year[1]}-{int(full[2]):02d}{day}"
    return int(year[1]), year[1]
