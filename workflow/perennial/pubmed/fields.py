"""The parts that articles and books share: people, abstracts, identifiers, dates of the record.

Most of the time goes into walking elements, so each is walked once and its children are taken
by name: ``children`` gives them, ``leaves`` their texts where each name stands once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from perennial.pubmed.dates import iso_date
from perennial.record import Author, Notice, OtherAbstract, Section
from perennial.text import clean, plain

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMCID = re.compile(r"(?:PMC)?([1-9]\d*)(?:\.\d+)?", re.IGNORECASE)
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])\b", re.IGNORECASE)
PMID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)  # eight digits in 2026; two to spare

Elements = Sequence[etree._Element]
Named = defaultdict[str, list[etree._Element]]  # a name that is not there has no elements


class Dates(NamedTuple):
    """The record's own dates in ISO 8601, by PubMed's search tags EDAT, CRDT, MHDA and LR."""

    entered: str
    created: str
    indexed: str
    revised: str


class Abstract(NamedTuple):
    """The joined abstract and where its labelled sections stand in it."""

    text: str
    sections: tuple[Section, ...]


def children(parents: Elements) -> Named:
    """Return the children of all ``parents`` by name, each name's in document order."""
    found: Named = defaultdict(list)
    for parent in parents:
        for child in parent:
            found[child.tag].append(child)
    return found


def every(parents: Elements, name: str) -> Elements:
    """Return the children of that name of all ``parents``."""
    return [child for parent in parents for child in parent if child.tag == name]


def leaves(parents: Elements, names: frozenset[str]) -> dict[str, str]:
    """Return the first non-empty text of each of ``names`` among the children of ``parents``."""
    found: dict[str, str] = {}
    for parent in parents:
        for child in parent:
            if (name := child.tag) in names and name not in found and (text := plain(child)):
                found[name] = text
    return found


def texts(elements: Iterable[etree._Element]) -> tuple[str, ...]:
    """Return the non-empty texts of ``elements``."""
    return tuple(filter(None, map(plain, elements)))


def first_text(elements: Iterable[etree._Element]) -> str:
    """Return the first non-empty text of ``elements``."""
    for element in elements:
        if text := plain(element):
            return text
    return ""


def record_dates(histories: Elements, revised: Elements) -> Dates:
    """Return when PubMed entered, created, indexed and revised the record.

    NLM's attribute documentation for PubStatus (DTD 250101) names ``pubmed`` the Entry
    Date [edat], ``entrez`` the Create Date [crdt] and ``medline`` the MeSH Date [mhda].
    Until a record is indexed PubMed sets its MeSH Date to the Entry Date.
    """
    dated: dict[str | None, etree._Element] = {}
    for date in every(histories[:1], "PubMedPubDate"):
        dated.setdefault(date.get("PubStatus"), date)
    entered, created, indexed = map(dated.get, ("pubmed", "entrez", "medline"))
    return Dates(*map(iso_date, (entered, created, indexed, revised[0] if revised else None)))


def abstract(parts: Iterable[etree._Element]) -> Abstract:
    """Join AbstractText elements by one blank; a labelled one reads ``LABEL: text``."""
    text, sections = "", []
    for part in parts:
        body = plain(part)
        if not body:
            continue
        label = _label(part)
        text += (" " if text else "") + (f"{label}: " if label else "")
        if label:
            sections.append(Section(label, len(text), len(text) + len(body)))
        text += body
    return Abstract(text, tuple(sections))


def _label(part: etree._Element) -> str:
    """``UNLABELLED`` is how NLM says that the publisher printed no label."""
    label = clean(part.get("Label")).rstrip(" :")
    return "" if label.upper() == "UNLABELLED" else label


def other_abstracts(others: Elements) -> tuple[OtherAbstract, ...]:
    """Return abstracts in other languages or from other agencies, apart from the abstract."""
    return tuple(
        OtherAbstract(clean(other.get("Language")), clean(other.get("Type")), text)
        for other in others
        if (text := abstract(every((other,), "AbstractText")).text)
    )


def authors(lists: Elements) -> tuple[Author, ...]:
    """Return people and groups; an author withdrawn by an erratum (ValidYN="N") is left out."""
    listed = [_names(a) for a in every(lists, "Author") if a.get("ValidYN") != "N"]
    return tuple([Author(*names) for names in listed if any(names)])


_NAMES = frozenset(
    {"LastName", "ForeName", "FirstName", "Initials", "Suffix", "CollectiveName", "Identifier"}
)


def _names(author: etree._Element) -> tuple[str, ...]:
    """The fields of ``Author``."""
    get = leaves((author,), _NAMES).get
    return (
        get("LastName", ""),
        get("ForeName") or get("FirstName", ""),
        get("Initials", ""),
        get("Suffix", ""),
        get("CollectiveName", ""),
        _orcid(author) if get("Identifier") else "",
    )


def _orcid(author: etree._Element) -> str:
    found = _ORCID.search(first_text(author.iterfind("Identifier[@Source='ORCID']")))
    return "-".join(found.groups()).upper() if found else ""


def doi(candidates: Iterable[etree._Element]) -> str:
    """Return the first DOI among ArticleId and valid ELocationID elements of that type."""
    found = [_DOI.fullmatch(plain(element)) for element in candidates if _is_doi(element)]
    return next((match[1] for match in found if match), "")


def _is_doi(element: etree._Element) -> bool:
    kind = element.get("IdType") or element.get("EIdType") or ""
    return kind.lower() == "doi" and element.get("ValidYN") != "N"


def pmcid(article_ids: Iterable[etree._Element]) -> str:
    """Return ``PMC`` and digits, without a version."""
    listed = [_PMCID.fullmatch(plain(i)) for i in article_ids if i.get("IdType") == "pmc"]
    return next((f"PMC{match[1]}" for match in listed if match), "")


_CITED = frozenset({"PMID", "RefSource"})


def notices(lists: Elements) -> tuple[Notice, ...]:
    """Return every CommentsCorrections entry: retractions, errata, comments, updates."""
    return tuple(map(_notice, every(lists, "CommentsCorrections")))


def _notice(entry: etree._Element) -> Notice:
    cited = leaves((entry,), _CITED)
    pmid = cited.get("PMID", "")
    known = pmid if PMID.fullmatch(pmid) else ""
    return Notice(clean(entry.get("RefType")), known, cited.get("RefSource", ""))


_PAGES = frozenset({"MedlinePgn", "StartPage", "EndPage"})


def pages(paginations: Elements) -> str:
    """Return the pages as PubMed gives them, in one piece or as start and end."""
    get = leaves(paginations, _PAGES).get
    return get("MedlinePgn") or "-".join(filter(None, (get("StartPage"), get("EndPage"))))
