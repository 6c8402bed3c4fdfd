"""JATS articles as PMC gives them out, and the front matter that stands in for a withheld one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from perennial.eutils.element import element
from perennial.eutils.identifiers import number
from perennial.record import Record
from perennial.text import clean, local_name, place_of, read_xml

ROOTS = ("article", "pmc-articleset")
# Everything is kept, processing instructions and comments too: the article is given whole.
_WHOLE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_ARTICLE_ID = (
    "./*[local-name()='front']/*[local-name()='article-meta']/*[local-name()='article-id']"
)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a JATS file; ``refusal`` says why it cannot be served, "" if it can."""

    pmcid: str  # digits
    pmid: str  # "" when the article states none
    xml: bytes  # the <article> element, UTF-8
    place: str
    refusal: str


def articles(xml: bytes, file: str) -> Iterator[Article]:
    """The articles of an ``<article>`` or ``<pmc-articleset>`` document.

    Raises InputError for what is not whole, safe XML.
    """
    read_xml(xml, file)  # the one door: it refuses what must not be parsed further
    root = etree.fromstring(xml, _WHOLE)
    elements = [root] if local_name(root) == "article" else root.iterchildren(etree.Element)
    return (_article(article) for article in elements)


def _article(article: etree._Element) -> Article:
    ids = {node.get("pub-id-type", ""): clean(node.text) for node in _article_ids(article)}
    pmcid = number("pmc", ids.get("pmcid") or ids.get("pmc") or "")
    place, refusal = f"line {place_of(article).line}", _why_refused(article, pmcid)
    raw: bytes = etree.tostring(article, encoding="UTF-8", with_tail=False, xml_declaration=False)
    return Article(pmcid, number("pubmed", ids.get("pmid", "")), raw, place, refusal)


def _article_ids(article: etree._Element) -> list[etree._Element]:
    return cast("list[etree._Element]", article.xpath(_ARTICLE_ID))


def _why_refused(article: etree._Element, pmcid: str) -> str:
    if local_name(article) != "article":
        return f"<{local_name(article)}> is not an article"
    if not pmcid:
        return "the article states no PMCID"
    undefined = next(article.iter(etree.Entity), None)
    return "" if undefined is None else f"it holds an undefined entity: {undefined.text}"


def front_only(record: Record, pmcid: str) -> etree._Element:
    """What PMC gives of an article whose text it may not: a comment and ``<front>``, no body."""
    withheld = etree.Comment("Full text withheld: the publisher does not allow it as XML.")
    front = element("front", _journal(record), _meta(record, pmcid))
    return element("article", withheld, front)


def _journal(record: Record) -> etree._Element:
    short = element("journal-id", record.journal_abbreviation, {"journal-id-type": "nlm-ta"})
    title = element("journal-title-group", *_stated("journal-title", record.journal))
    shorts = [short] if record.journal_abbreviation else []
    return element("journal-meta", *shorts, title, *_stated("issn", record.issn))


def _meta(record: Record, pmcid: str) -> etree._Element:
    ids = {"pmid": record.pmid, "pmc": pmcid, "doi": record.doi}
    kinds = ((kind, value) for kind, value in ids.items() if value)
    written = (element("article-id", value, {"pub-id-type": kind}) for kind, value in kinds)
    title = element("title-group", element("article-title", record.title))
    year = _stated("year", str(record.year or ""))
    dated = [element("pub-date", *year, {"pub-type": "ppub"})] if year else []
    volume, issue = _stated("volume", record.volume), _stated("issue", record.issue)
    return element("article-meta", *written, title, *dated, *volume, *issue)


def _stated(name: str, text: str) -> list[etree._Element]:
    return [element(name, text)] if text else []
