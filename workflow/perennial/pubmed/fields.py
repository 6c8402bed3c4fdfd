"""The parts that articles and books share: people, abstracts, identifiers, dates of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from perennial.pubmed.dates import iso_date
from perennial.record import Author, Notice, OtherAbstract, Section
from perennial.text import clean, plain

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMCID = re.compile(r"(?:PMC)?([1-9]\d*)(?:\.\d+)?", re.IGNORECASE)
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])\b", re.IGNORECASE)
PMID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)  # eight digits in 2026; two to spare


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


def texts(parent: etree._Element, path: str) -> tuple[str, ...]:
    """Return the non-empty texts found at ``path``, in document order."""
    return tuple(text for text in map(plain, parent.iterfind(path)) if text)


def first_text(parent: etree._Element, *paths: str) -> str:
    """Return the first non-empty text among ``paths``, tried in order."""
    return next((text for path in paths for text in texts(parent, path)), "")


def record_dates(history: etree._Element | None, revised: etree._Element | None) -> Dates:
    """Return when PubMed entered, created, indexed and revised the record.

    NLM's attribute documentation for PubStatus (DTD 250101) names ``pubmed`` the Entry
    Date [edat], ``entrez`` the Create Date [crdt] and ``medline`` the MeSH Date [mhda].
    Until a record is indexed PubMed sets its MeSH Date to the Entry Date.
    """

    def of(status: str) -> str:
        path = f"PubMedPubDate[@PubStatus='{status}']"
        return "" if history is None else iso_date(history.find(path))

    return Dates(of("pubmed"), of("entrez"), of("medline"), iso_date(revised))


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


def other_abstracts(parent: etree._Element) -> tuple[OtherAbstract, ...]:
    """Return abstracts in other languages or from other agencies, apart from the abstract."""
    return tuple(
        OtherAbstract(clean(other.get("Language")), clean(other.get("Type")), text)
        for other in parent.iterfind("OtherAbstract")
        if (text := abstract(other.iterfind("AbstractText")).text)
    )


def authors(lists: Iterable[etree._Element]) -> tuple[Author, ...]:
    """Return people and groups; an author withdrawn by an erratum (ValidYN="N") is left out."""
    listed = (
        _author(author)
        for names in lists
        for author in names.iterfind("Author")
        if author.get("ValidYN") != "N"
    )
    return tuple(author for author in listed if author != Author())


def _author(element: etree._Element) -> Author:
    return Author(
        family=plain(element.find("LastName")),
        given=first_text(element, "ForeName", "FirstName"),
        initials=plain(element.find("Initials")),
        suffix=plain(element.find("Suffix")),
        collective=plain(element.find("CollectiveName")),
        orcid=_orcid(first_text(element, "Identifier[@Source='ORCID']")),
    )


def _orcid(text: str) -> str:
    found = _ORCID.search(text)
    return "-".join(found.groups()).upper() if found else ""


def doi(candidates: Iterable[etree._Element]) -> str:
    """Return the first DOI among ArticleId and valid ELocationID elements of that type."""
    found = (_DOI.fullmatch(plain(element)) for element in candidates if _is_doi(element))
    return next((match[1] for match in found if match), "")


def _is_doi(element: etree._Element) -> bool:
    kind = element.get("IdType") or element.get("EIdType") or ""
    return kind.lower() == "doi" and element.get("ValidYN") != "N"


def pmcid(article_ids: Iterable[etree._Element]) -> str:
    """Return ``PMC`` and digits, without a version."""
    listed = (_PMCID.fullmatch(plain(i)) for i in article_ids if i.get("IdType") == "pmc")
    return next((f"PMC{match[1]}" for match in listed if match), "")


def notices(parent: etree._Element) -> tuple[Notice, ...]:
    """Return every CommentsCorrections entry: retractions, errata, comments, updates."""
    return tuple(
        Notice(clean(entry.get("RefType")), _pmid(entry), plain(entry.find("RefSource")))
        for entry in parent.iterfind("CommentsCorrectionsList/CommentsCorrections")
    )


def _pmid(entry: etree._Element) -> str:
    text = plain(entry.find("PMID"))
    return text if PMID.fullmatch(text) else ""


def pages(parent: etree._Element) -> str:
    """Return the pages as PubMed gives them, in one piece or as start and end."""
    span = (first_text(parent, f"Pagination/{name}") for name in ("StartPage", "EndPage"))
    return first_text(parent, "Pagination/MedlinePgn") or "-".join(filter(None, span))


def unique(names: Iterable[str]) -> Iterator[str]:
    """Yield each name once, where it first stands."""
    return iter(dict.fromkeys(names))
