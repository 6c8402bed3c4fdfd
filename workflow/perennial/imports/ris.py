"""RIS: what nearly every database exports. ``rispy`` reads an entry; where entries begin and end
is read here first, because rispy passes over what stands outside of them, and over a last entry
that was cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rispy

from perennial.errors import InputError, Place
from perennial.imports.entry import Entry, first, span

_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: |$)")
# Every tag as itself and as a list: databases disagree about what a tag means and how often
# it may stand, so the choice is made below and nothing is overwritten.
_TAGS = [f"{a}{b}" for a in map(chr, range(65, 91)) for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
_MAPPING = {tag: tag for tag in _TAGS}
_LISTS = [tag for tag in _TAGS if tag not in ("TY", "ER", "UK")]
_CUT = "the file is cut off or was edited; export it again"


def entries(text: str, file: str) -> Iterator[Entry]:
    """The entries of a RIS file; InputError at the line of one that does not begin or end."""
    for line, block in _blocks(text, file):
        (fields,) = rispy.loads(
            block, mapping=_MAPPING, list_tags=_LISTS, delimiter_tags_mapping={}
        )
        yield _entry(fields, Place(file, line))


def _blocks(text: str, file: str) -> Iterator[tuple[int, str]]:
    """Each entry from TY to ER, with the number of its first line."""
    block: list[str] = []
    begun = 0
    for number, line in enumerate(text.split("\n"), 1):
        tag = _tag(line)
        if tag == "TY" and block:
            raise InputError("an entry without its end (ER)", Place(file, begun), _CUT)
        if tag == "TY":
            begun = number
        elif not begun and line.strip():
            raise InputError(
                "text before the beginning (TY) of an entry", Place(file, number), _CUT
            )
        if begun:
            _append(block, line, tag)
        if tag == "ER" and begun:
            yield begun, "\n".join((*block[:-1], "ER  - "))
            block, begun = [], 0
    if block:
        raise InputError("the last entry has no end (ER)", Place(file, begun), _CUT)


def _append(block: list[str], line: str, tag: str) -> None:
    """A line without a tag goes on with the one before; under KW it is a keyword more."""
    if tag or not block or _tag(block[-1]) in ("KW", ""):
        block.append(line)
    else:
        block[-1] = f"{block[-1].rstrip()} {line.strip()}"


def _tag(line: str) -> str:
    found = _TAG.match(line)
    return found[1] if found else ""


def _entry(fields: dict[str, list[str]], place: Place) -> Entry:
    def all_of(*tags: str) -> list[str]:
        return [value for tag in tags for value in fields.get(tag, ())]

    kind = str(fields["TY"]).strip()
    return Entry(
        place,
        accession=""
        if _is_pmid(fields)
        else first(v for v in all_of("AN", "U2") if not _is_pmc(v)),
        pmid=_pmid(fields),
        pmcid=first(v for v in all_of("C2", "AN", "U3", "C1") if _is_pmc(v)),
        doi=first(v for v in all_of("DO", "DI", "M3", "UR", "L3", "N1") if _holds_doi(v)),
        title=first(all_of("TI", "T1", "CT") + (all_of("BT") if kind == "BOOK" else [])),
        abstract=first(all_of("AB", "N2")),
        authors=all_of("AU", "A1"),
        journal=first(all_of("JF", "T2", "JO", "BT", "J2", "JA")),
        journal_abbreviation=first(all_of("JA", "J2", "J1", "JO")),
        issn=first(all_of("SN")),
        year=first(all_of("PY", "Y1")),
        date=first(all_of("DA", "Y1", "PY")),
        volume=first(all_of("VL")),
        issue=first(all_of("IS")),
        pages=span(first(all_of("SP", "C7")), first(all_of("EP"))),
        language=all_of("LA"),
        types=[kind, *(v for v in all_of("M3") if not _holds_doi(v) and len(v) < 40)],
        keywords=all_of("KW", "DE"),
    )


def _is_pmc(value: str) -> bool:
    return bool(re.fullmatch(r"PMC\d+", value.strip(), re.I))


def _holds_doi(value: str) -> bool:
    return bool(
        re.match(r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?10\.\d{4,9}/", value.strip(), re.I)
    )


def _is_pmid(fields: dict[str, list[str]]) -> bool:
    """Whether AN holds a PMID: so where the entry names PubMed or MEDLINE as its database."""
    told = " ".join(fields.get("DB", []) + fields.get("DP", [])).lower()
    number = first(fields.get("AN", []))
    return bool(re.search(r"\bpubmed\b|\bmedline\b|\bnlm\b", told)) and number.strip().isdigit()


def _pmid(fields: dict[str, list[str]]) -> str:
    """AN of PubMed, or a number that says of itself that it is a PMID."""
    if _is_pmid(fields):
        return first(fields["AN"])
    candidates = (
        v for tag in ("C2", "AN", "N1", "U1", "M1", "ID", "C5") for v in fields.get(tag, ())
    )
    said = (
        re.fullmatch(r"(?:PMID|MEDLINE)\s*[:\s]\s*(\d{1,8})", v.strip(), re.I) for v in candidates
    )
    found = next((m[1] for m in said if m), "")
    links = (
        re.search(r"pubmed(?:\.ncbi\.nlm\.nih\.gov|/)+/?(\d{1,8})\b", v)
        for v in fields.get("UR", ())
    )
    return found or next((m[1] for m in links if m), "")
