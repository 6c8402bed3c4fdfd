"""The parts that articles and books share, from the elements of their trees.

Most of the time goes into walking elements, so each is walked once and its children are taken
by name: ``children`` gives them, ``leaves`` their texts where each name stands once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lxml import etree

from perennial.pubmed import fields
from perennial.pubmed.dates import Published, dated, first_dated
from perennial.record import Author, Notice, OtherAbstract
from perennial.text import clean, plain

Elements = Sequence[etree._Element]
Named = defaultdict[str, list[etree._Element]]  # a name that is not there has no elements


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


def published(*places: Elements) -> Published:
    """Return the date of the first of ``places`` that names a year; its first element tells."""
    return first_dated(*(_dated(elements[0]) for elements in places if elements))


def _dated(element: etree._Element) -> Published:
    return dated(tuple([(part.tag, plain(part) if len(part) else part.text) for part in element]))


def record_dates(histories: Elements, revised: Elements) -> fields.Dates:
    """Return the record's own dates; of two of a status the first counts."""
    told: dict[str | None, str] = {}
    for date in every(histories[:1], "PubMedPubDate"):
        told.setdefault(date.get("PubStatus"), _dated(date).iso)
    return fields.record_dates(told, _dated(revised[0]).iso if revised else "")


def abstract(parts: Elements) -> fields.Abstract:
    """Join AbstractText elements."""
    return fields.abstract((part.get("Label"), plain(part)) for part in parts)


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
        fields.orcid(first_text(author.iterfind("Identifier[@Source='ORCID']")))
        if get("Identifier")
        else "",
    )


def identifiers(elements: Elements) -> list[tuple[str, str, str]]:
    """Return the kind, the validity and the text of each ArticleId or ELocationID."""
    return [
        (e.get("IdType") or e.get("EIdType") or "", e.get("ValidYN") or "", plain(e))
        for e in elements
    ]


_CITED = frozenset({"PMID", "RefSource"})


def notices(lists: Elements) -> tuple[Notice, ...]:
    """Return every CommentsCorrections entry: retractions, errata, comments, updates."""
    return tuple(map(_notice, every(lists, "CommentsCorrections")))


def _notice(entry: etree._Element) -> Notice:
    cited = leaves((entry,), _CITED)
    return fields.notice(entry.get("RefType"), cited.get("PMID", ""), cited.get("RefSource", ""))


_PAGES = frozenset({"MedlinePgn", "StartPage", "EndPage"})


def pages(paginations: Elements) -> str:
    """Return the pages as PubMed gives them, in one piece or as start and end."""
    return fields.pages(leaves(paginations, _PAGES))
