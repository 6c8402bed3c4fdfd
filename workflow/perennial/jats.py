"""PMC full text (JATS XML) to passages: what the study's authors wrote about the study.

Read are the paragraphs, lists, formulas, captions and tables of ``body`` and
``floats-group``, and of ``back`` the appendices, any section of the study itself, and
the figures and tables of other sections.
Left out are front matter (title and abstract are PubMed's), references, footnotes,
acknowledgements, statements of funding, interests and contributions, and the reviews
and replies that some journals print along (``sub-article``, ``response``).

A passage's section is its kind and a running number from 1 in document order. Captions,
tables and supplements are kinds of their own wherever they stand; otherwise the kind is
that of the outermost section that has one, by ``sec-type`` or else by its title.
A table is one passage: cells parted by `` | ``, rows by `` ; ``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from lxml import etree

from perennial.errors import InputError
from perennial.passage import Passage
from perennial.text import clean, forget_namespaces, local_name, place_of, plain, read_xml

# The values that the JATS tag library recommends for sec-type, what publishers write
# instead, and the titles of sections without one.
_KINDS = {
    "intro": "intro|introduction|background|synopsis|objective|objectives|aim|aims",
    "methods": "method|methods|methodology|material|materials|subjects|participants|patients|cases"
    "|procedures|experimental procedures|experimental section|experimental methods"
    "|study design|star methods|online methods|statistical analysis",
    "results": "result|results|finding|findings",
    "discussion": "discussion|discussions|comment|interpretation",
    "conclusions": "conclusion|conclusions|concluding remarks",
    "supplement": "supplementary-material|supplementary material|supplementary materials"
    "|supplemental material|supplementary information|supplemental information"
    "|supplementary data|supporting information|additional file|additional files|appendix",
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split("|")}
_ABOUT_THE_PAPER = re.compile(
    r"acknowledge?ments?|pre-?publication history|coi-statement|funding-information"
    r"|funding( sources?| support| information| statement)?|financial (support|disclosures?)"
    r"|disclosures?( statements?)?|(authors?['’]?s?['’]? )?contributions?( statement)?"
    r"|((declarations?|statements?) of )?"
    r"((potential )?conflicts? of|competing|(competing )?financial) interests?( statement)?",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*|[IVX]+)[.):]?\s+")
_CONJUNCTION = re.compile(r"\s*(?:\band\b|[&/,:;|.★])\s*")

_CAPTIONED = frozenset({"fig", "table-wrap", "fig-group", "table-wrap-group"})
_FLOATS = _CAPTIONED | {"supplementary-material", "media"}
_APART = _FLOATS | {"boxed-text", "fn", "fn-group"}
_TITLED = frozenset({"sec", "app", "boxed-text"})
_GROUPS = frozenset({"list", "list-item", "disp-quote", "caption"})
_LEFT_OUT = frozenset(
    {"title", "subtitle", "label", "sec-meta", "ref-list", "ack", "notes", "glossary", "bio"}
    | {"fn", "fn-group", "table-wrap-foot", "attrib", "permissions", "graphic", "object-id"}
    | {"sig-block", "related-article", "related-object", "x"}
)


@dataclass(frozen=True, slots=True)
class FullText:
    """What PMC gives of one article.

    ``status`` is ``full text``, ``front matter only`` (the publisher allows no more, or
    the body holds no text) or ``not available`` (PMC has none, or gave another article);
    for the latter two ``reason`` says why, in PMC's own words where there are any.
    """

    pmcid: str
    pmid: str
    status: str
    reason: str
    passages: tuple[Passage, ...]


class _Piece(NamedTuple):
    kind: str
    heading: str
    text: str


def parse(xml: bytes, pmid: str = "", file: str = "") -> tuple[FullText, ...]:
    """Read a ``pmc-articleset`` or a bare ``article``; ``pmid`` is the record asked for.

    An article is named by its own PMID, and by ``pmid`` if it states none; so of a set that
    was asked for as a whole the caller picks by PMCID. Where there is one article only and
    it states another PMID than ``pmid``, the PMCID was linked to the wrong record: it is
    ``not available``, without passages. Raises ``InputError`` for malformed XML, another
    root, an undefined entity, and an article that nothing names.
    """
    entries = opened(xml, file)
    texts = tuple(full_text(entry, pmid, file) for entry in entries)
    return tuple(asked_for(text, pmid) for text in texts) if len(texts) == 1 else texts


def opened(xml: bytes, file: str = "") -> tuple[etree._Element, ...]:
    """The articles of an answer, each for ``full_text``; raises ``InputError`` as ``parse`` does.

    For a set of which one record's article at a time is wanted.
    """
    root = read_xml(xml, file, comments=True)
    forget_namespaces(root)
    if (entity := next(root.iter(etree.Entity), None)) is not None:
        message = f"The text holds an entity that nothing defines: {entity.text}"
        raise InputError(message, place_of(entity, file))
    return tuple(_entries(root, file))


def pmcid_of(entry: etree._Element) -> str:
    """``PMC`` and digits as the article or PMC's reply in its place states it, or ``""``."""
    if entry.tag == "Reply":
        return _pmcid(clean(entry.get("Id")))
    ids = _ids(entry)
    return _pmcid(ids.get("pmcid") or ids.get("pmc") or "")


def asked_for(text: FullText, pmid: str) -> FullText:
    """``text``, or if it is another record's than ``pmid`` what is to be said instead."""
    if not pmid or text.pmid == pmid:
        return text
    reason = f"PMC gave the article of PMID {text.pmid}"
    return FullText(text.pmcid, pmid, "not available", reason, ())


def _entries(root: etree._Element, file: str) -> list[etree._Element]:
    if root.tag == "article":
        return [root]
    if root.tag != "pmc-articleset":
        raise InputError(
            f"The root element is {root.tag}, not pmc-articleset or article",
            place_of(root, file),
            "this is not an answer of EFetch for PMC in XML",
        )
    entries = [child for child in root if local_name(child)]
    for entry in entries:
        if entry.tag not in {"article", "Reply"}:
            raise InputError(
                f"{entry.tag} has no place in a set of articles", place_of(entry, file)
            )
    return entries


def full_text(entry: etree._Element, expected: str, file: str = "") -> FullText:
    """Read one of what ``opened`` gives; ``expected`` is the record if it names none."""
    pmcid = pmcid_of(entry)
    if entry.tag == "Reply":
        return FullText(pmcid, expected, "not available", clean(entry.get("error")), ())
    pmid = _ids(entry).get("pmid") or expected
    if not pmid:
        message = f"The article {pmcid or 'without PMCID'} names no PMID"
        raise InputError(message, place_of(entry, file), "say which record it belongs to")
    passages = tuple(_passages(pmid, _pieces(entry)))
    status = "full text" if passages else "front matter only"
    return FullText(pmcid, pmid, status, "" if passages else _reason(entry), passages)


def _ids(article: etree._Element) -> dict[str | None, str]:
    found = article.iterfind("front/article-meta/article-id")
    return {i.get("pub-id-type"): plain(i) for i in found}


def _pmcid(text: str) -> str:
    digits = text.upper().removeprefix("PMC").partition(".")[0]
    return f"PMC{digits}" if digits.isdecimal() and digits.isascii() else ""


def _reason(article: etree._Element) -> str:
    comments = (clean(node.text) for node in article if isinstance(node, etree._Comment))
    known = " ".join(text for text in comments if text)
    bodyless = "no body, and nothing says why"
    return known or (bodyless if article.find("body") is None else "the body holds no text")


def _passages(pmid: str, pieces: Iterable[_Piece]) -> Iterator[Passage]:
    numbers: Counter[str] = Counter()
    for piece in pieces:
        numbers[piece.kind] += 1
        section = f"{piece.kind}.{numbers[piece.kind]}"
        digest = sha256(piece.text.encode()).hexdigest()
        yield Passage(pmid, section, "pmc", piece.heading, piece.text, digest)


def _pieces(article: etree._Element) -> Iterator[_Piece]:
    for part in article.iterfind("body"):
        yield from _body(part)
    for part in article.iterfind("floats-group"):
        yield from _walk(part, "", "other")
    for part in article.iterfind("back"):
        yield from _back(part)


def _body(body: etree._Element) -> Iterator[_Piece]:
    """Paragraphs before the first section introduce a study that has methods or results."""
    kinds = [_kind(section) for section in body.iterfind("sec")]
    kind = "intro" if {"methods", "results"} & set(kinds) and "intro" not in kinds else "other"
    for child in body:
        kind = "other" if child.tag == "sec" else kind
        yield from _part(child, "", kind)


def _back(back: etree._Element) -> Iterator[_Piece]:
    """Back matter is about the paper, unless a section says that it belongs to the study.

    Some articles keep all their figures and tables in a section there.
    """
    for section in back.iterfind("sec"):
        if _kind(section) != "other":
            yield from _part(section, "", "other")
        else:
            for inner in _set_apart(section):
                yield from _float_only(inner, _title(section))
    for group in (back, *back.iterfind("app-group")):
        for appendix in group.iterfind("app"):
            yield from _part(appendix, "", "supplement")


def _walk(element: etree._Element, heading: str, kind: str) -> Iterator[_Piece]:
    for child in element:
        yield from _part(child, heading, kind)


def _part(element: etree._Element, heading: str, kind: str) -> Iterator[_Piece]:
    """Yield the pieces of one element that stands at the level of paragraphs."""
    name = local_name(element)
    if name in _TITLED:
        yield from _titled(element, heading, kind)
    elif name in _FLOATS:
        yield from _float(element, heading)
    elif name in _GROUPS or _holds_paragraphs(element):
        yield from _walk(element, heading, kind)
    elif name and name not in _LEFT_OUT:
        yield from _piece(kind, heading, plain(element, skip=_APART))
        for inner in _set_apart(element):
            yield from _part(inner, heading, kind)


def _holds_paragraphs(element: etree._Element) -> bool:
    """A container that this module does not know is opened rather than passed over."""
    name = local_name(element)
    return name not in _LEFT_OUT | {"p", "def-list", "statement", "speech"} and any(
        local_name(child) in {"p", "sec"} for child in element
    )


def _piece(kind: str, heading: str, text: str) -> Iterator[_Piece]:
    if text:
        yield _Piece(kind, heading, text)


def _float_only(element: etree._Element, heading: str) -> Iterator[_Piece]:
    if local_name(element) in _CAPTIONED:
        yield from _float(element, heading)


def _set_apart(element: etree._Element) -> Iterator[etree._Element]:
    """Figures, tables and boxes inside a paragraph, outermost only."""
    for child in element:
        if local_name(child) in _APART:
            yield child
        else:
            yield from _set_apart(child)


def _titled(element: etree._Element, heading: str, kind: str) -> Iterator[_Piece]:
    title = _title(element)
    names = (clean(element.get("sec-type")), _unnumbered(title))
    if any(_ABOUT_THE_PAPER.fullmatch(name) for name in names):
        return
    chain = " / ".join(filter(None, (heading, title)))
    yield from _walk(element, chain, _kind(element) if kind == "other" else kind)


def _title(element: etree._Element) -> str:
    direct = plain(element.find("title"))
    return direct or plain(element.find("caption/title"))


def _unnumbered(title: str) -> str:
    return _NUMBERING.sub("", title)


def _kind(section: etree._Element) -> str:
    for text in (clean(section.get("sec-type")), _unnumbered(_title(section))):
        whole = text.lower().replace("★", " ")
        for name in (whole, *_CONJUNCTION.split(whole)):
            if name in _KIND_OF:
                return _KIND_OF[name]
    return "other"


def _float(element: etree._Element, heading: str) -> Iterator[_Piece]:
    """Yield caption, what is set apart inside it, cells, and the members of a group."""
    kind = "caption" if element.tag in _CAPTIONED else "supplement"
    told = [plain(child, skip=_APART) for child in element if local_name(child) in _told_by(kind)]
    yield from _piece(kind, heading, " ".join(filter(None, told)))
    # A figure's supplements may stand in paragraphs of their own beside its caption.
    for holder in element.iterchildren("caption", "p"):
        for inner in _set_apart(holder):
            yield from _part(inner, heading, kind)
    if element.tag == "table-wrap":
        for table in element.iter("table"):
            yield from _piece("table", heading, _table(table))
    for member in element.iterchildren(*sorted(_CAPTIONED)):
        yield from _part(member, heading, kind)


def _told_by(kind: str) -> frozenset[str]:
    told = frozenset({"label", "caption"})
    return told | {"p"} if kind == "supplement" else told


def _table(table: etree._Element) -> str:
    rows = ([plain(cell) for cell in row if local_name(cell)] for row in table.iter("tr"))
    return clean(" ; ".join(" | ".join(row) for row in rows if any(row)))
