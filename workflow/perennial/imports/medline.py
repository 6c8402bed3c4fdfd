"""NBIB: the MEDLINE text that PubMed's "Send to citation manager" and Ovid give.

Bio.Medline could read it, but it takes any line for part of the field before, so that a cut or
foreign file would pass; and the package keeps Biopython to the module that asks the network.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from perennial.errors import InputError, Place
from perennial.imports.entry import Entry, first
from perennial.record import Author, Heading, Notice
from perennial.text import clean

_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) *-(?: (.*)|)$")
_NEXT = re.compile(r" {5,}(.*)$")
_PMID_AT_END = re.compile(r"\s*\bPMID:\s*(\d{1,8})\s*$")
# MEDLINE's tags for notices → PubMed's RefType in XML.
_NOTICES = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
_CUT = "the file is cut off or was edited; export it again"
Fields = Mapping[str, list[str]]


def entries(text: str, file: str) -> Iterator[Entry]:
    """The entries of a MEDLINE text; InputError at a line that belongs to none.

    PubMed closes every entry with its source (SO): a last entry without one was cut off.
    """
    last: tuple[int, Fields] | None = None
    for last in _blocks(text, file):
        line, fields = last
        yield _entry(fields, Place(file, line))
    if last and "SO" not in last[1]:
        raise InputError("the last entry has no source (SO)", Place(file, last[0]), _CUT)


def _blocks(text: str, file: str) -> Iterator[tuple[int, Fields]]:
    """Each entry's fields, with the number of its first line. PMID begins an entry."""
    begun, fields, tag = 0, defaultdict[str, list[str]](list), ""
    for number, line in enumerate(text.split("\n"), 1):
        field, more = _FIELD.match(line), _NEXT.match(line)
        if field:
            tag = field[1]
            if tag in fields and tag == "PMID":
                yield begun, fields
                fields = defaultdict(list)
            begun = begun if fields else number
            fields[tag].append(field[2] or "")
        elif more and tag:
            fields[tag][-1] = f"{fields[tag][-1]} {more[1]}"
        elif line.strip():
            raise InputError("not a field of a MEDLINE entry", Place(file, number), _CUT)
        elif fields:  # a blank line ends an entry
            yield begun, fields
            begun, fields, tag = 0, defaultdict(list), ""
    if fields:
        yield begun, fields


def _entry(fields: Fields, place: Place) -> Entry:
    def one(*tags: str) -> str:
        return first(value for tag in tags for value in fields.get(tag, ()))

    return Entry(
        place,
        accession=one("PMID") and "",
        pmid=one("PMID"),
        pmcid=one("PMC"),
        doi=first(_of(fields, "doi")),
        title=_title(one("TI"), one("TT")) or one("BTI", "CTI"),
        abstract=one("AB"),
        authors=[],
        journal=one("JT", "BTI"),
        journal_abbreviation=one("TA"),
        issn=first(sorted(fields.get("IS", ()), key=lambda value: "Linking" in value)),
        year=one("DP"),
        date=_iso(one("DP")),
        volume=one("VI"),
        issue=one("IP"),
        pages=one("PG"),
        language=fields.get("LA", []),
        types=fields.get("PT", []),
        keywords=[value.lstrip("*") for value in fields.get("OT", [])],
        more={
            "authors": tuple(_authors(fields)),
            "headings": tuple(map(_heading, fields.get("MH", []))),
            "substances": tuple(
                dict.fromkeys(filter(None, (_substance(v) for v in _all(fields, "RN", "NM"))))
            ),
            "databanks": tuple(map(clean, fields.get("SI", []))),
            "notices": tuple(
                _notice(kind, value)
                for tag, kind in _NOTICES.items()
                for value in _all(fields, tag)
            ),
            "date_text": clean(one("DP")),
            "status": clean(one("STAT")),
            "entered": _day(one("EDAT")),
            "created": _day(one("CRDT")),
            "indexed": _day(one("MHDA")),
            "revised": _day(one("LR")),
        },
    )


def _all(fields: Fields, *tags: str) -> list[str]:
    return [value for tag in tags for value in fields.get(tag, ())]


def _of(fields: Fields, kind: str) -> Iterator[str]:
    """Identifiers of a kind: ``10.1000/x [doi]``."""
    end = f"[{kind}]"
    return (
        v.strip().removesuffix(end) for v in _all(fields, "AID", "LID") if v.strip().endswith(end)
    )


def _title(english: str, own: str) -> str:
    """PubMed writes "[Not Available]." for a title that it does not have in English."""
    return own if own and english.strip("[]. ").lower() in ("", "not available") else english


def _authors(fields: Fields) -> Iterator[Author]:
    """Full names where they are given (FAU), with the initials of the short ones (AU)."""
    short = fields.get("AU", [])
    for number, name in enumerate(fields.get("FAU", []) or short):
        family, comma, given = clean(name).partition(", ")
        initials = clean(short[number]) if number < len(short) else ""
        if not comma:
            family = family.rpartition(" ")[0] if name in short and " " in family else family
        yield Author(family, given, initials.removeprefix(family).strip() if initials else "")
    yield from (Author(collective=clean(group)) for group in fields.get("CN", []))


def _heading(written: str) -> Heading:
    """``Occupational Health/*history``: a star marks the major topic."""
    descriptor, *qualifiers = clean(written).split("/")
    bare = tuple(name.lstrip("*") for name in qualifiers)
    return Heading(descriptor.lstrip("*"), "", "*" in written, bare)


def _substance(written: str) -> str:
    """``0 (Taxoids)`` names a substance in brackets after its number."""
    found = re.fullmatch(r"\S+ \((.+)\)", clean(written))
    return found[1] if found else "" if re.fullmatch(r"[\d-]+", written.strip()) else clean(written)


def _notice(kind: str, written: str) -> Notice:
    number = _PMID_AT_END.search(written)
    return Notice(kind, number[1] if number else "", clean(_PMID_AT_END.sub("", written)))


_MONTHS = (*("jan", "feb", "mar", "apr", "may", "jun"), *("jul", "aug", "sep", "oct", "nov", "dec"))


def _iso(published: str) -> str:
    """``2016 Apr 19`` as ``2016/04/19``; a month that is not one is left out."""
    year, *rest = published.split() or [""]
    month = rest[0][:3].lower() if rest else ""
    if month not in _MONTHS:
        return year
    day = f"/{rest[1]}" if len(rest) > 1 and rest[1].isdigit() else ""
    return f"{year}/{_MONTHS.index(month) + 1:02d}{day}"


def _day(written: str) -> str:
    """``2016/05/12 06:00`` and ``20160512`` are days."""
    found = re.match(r"(\d{4})/?(\d\d)/?(\d\d)", written)
    return "-".join(found.groups()) if found else ""
