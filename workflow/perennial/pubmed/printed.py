"""Articles as NLM prints them, read from their text: three times as fast as from a tree.

Nearly all of PubMed is printed as ``grammar`` has it. Whatever else well-formed XML may be is for
the tree (``citation``), which gives the same record for all that this module reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import starmap

from perennial.errors import InputError
from perennial.pubmed import citation, fields, grammar, signs
from perennial.pubmed.dates import Published, dated, first_dated
from perennial.pubmed.grammar import Printed
from perennial.record import Author, Heading, Notice, OtherAbstract, Record
from perennial.text import clean, read_xml

_LONGEST = 10**7  # bytes; a tree refuses a longer text, which nothing here would notice
_INLINE = re.compile("<[^>]*>")  # within a text: elements that add nothing to it
_BLANKS = re.compile("[ \t\r\n]*")
_END = "</PubmedArticle>"


class _OtherwiseError(Exception):
    """The text holds what this module does not read."""


def articles(xml: bytes) -> tuple[Record, ...] | None:
    """Read the articles that stand one behind another in ``xml``, blanks aside nothing else.

    None if that cannot be known from the text alone, in UTF-8: it may be no XML at all.
    """
    if len(xml) > _LONGEST or not signs.allowed(xml):
        return None
    try:
        return tuple(_articles(xml.decode()))
    except (UnicodeDecodeError, _OtherwiseError):
        return None


def _articles(text: str) -> Iterator[Record]:
    at = _behind_blanks(text, 0)
    while at < len(text):
        if found := grammar.ARTICLE.match(text, at):
            yield _record(Printed(*found.groups("")))
            at = found.end()
        else:
            end = text.find(_END, at) + len(_END)
            yield _of_tree(text[at:end])
            at = _behind_blanks(text, end)


def _behind_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _of_tree(text: str) -> Record:
    """An article with a formula, or in another order; what is to be refused is so at its place."""
    try:
        element = read_xml(text.encode())
    except InputError:
        raise _OtherwiseError from None
    if element.tag != "PubmedArticle" or citation.why_refused(element):
        raise _OtherwiseError
    return citation.record(element)


def _record(given: Printed) -> Record:
    ids = _identifiers(given)
    title, vernacular_title = fields.titles(_plain(given.title), _plain(given.vernacular))
    abstract = _abstract(given.abstract)
    year, date, date_text = first_dated(_date(given.published), _date(given.electronic))
    entered, created, indexed, revised = _dates(given.history, given.revised)
    return Record(
        pmid=given.pmid,
        version=_plain(given.version),
        pmcid=fields.pmcid(ids),
        doi=fields.doi(ids),
        kind="article",
        title=title,
        vernacular_title=vernacular_title,
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=tuple(_other_abstracts(given.others)),
        copyright=_plain(given.copyright),
        authors=tuple(_authors(given.authors)),
        journal=_plain(given.journal),
        journal_abbreviation=_plain(given.abbreviation) or _plain(given.medline),
        issn=_plain(given.issn) or _plain(given.linking),
        year=year,
        date=date,
        date_text=date_text,
        volume=_plain(given.volume),
        issue=_plain(given.issue),
        pages=_pages(given.pages),
        languages=_texts(grammar.languages(given.languages)),
        publication_types=_texts(grammar.types(given.types)),
        headings=tuple(map(_heading, grammar.split(given.headings, "MeshHeading"))),
        keywords=fields.once(_texts(grammar.keywords(given.keywords))),
        substances=fields.once(_texts(_substances(given))),
        databanks=tuple(_databanks(given.databanks)),
        notices=tuple(starmap(_notice, grammar.notices(given.notices))),
        status=_plain(given.status),
        entered=entered,
        created=created,
        indexed=indexed,
        revised=revised,
    )


def _plain(written: str) -> str:
    """The text of an element in which that is written."""
    if not written or (written.isalnum() and written.isascii()):
        return written
    if "<" in written:
        written = _INLINE.sub("", written)
    return clean(signs.resolved(written) if "&" in written else written)


def _texts(written: list[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(_plain, written)))


def _identifiers(given: Printed) -> list[tuple[str, str, str]]:
    """The kind, the validity and the text of each."""
    ids = [(kind, "", text) for kind, text in grammar.ids(given.ids)]
    told = ids + grammar.locations(given.locations)
    return [(kind, valid, _plain(text)) for kind, valid, text in told]


def _abstract(written: str) -> fields.Abstract:
    parts = grammar.abstract_texts(written)
    return fields.abstract([(_plain(label), _plain(text)) for label, text in parts])


def _other_abstracts(written: str) -> Iterator[OtherAbstract]:
    for kind, language, texts in grammar.other_abstracts(written):
        if text := _abstract(texts).text:
            yield OtherAbstract(_plain(language), _plain(kind), text)


def _authors(written: str) -> Iterator[Author]:
    for valid, family, given, initials, suffix, group, identifier in grammar.authors(written):
        names = _plain(family), _plain(given), _plain(initials), _plain(suffix), _plain(group)
        orcid = fields.orcid(_plain(identifier)) if identifier else ""
        if valid != "N" and (any(names) or orcid):
            yield Author(*names, orcid)


@lru_cache(maxsize=2**14)  # a file of 30,000 records holds a few thousand dates
def _date(written: str) -> Published:
    return dated(tuple((name, _plain(text)) for name, text in grammar.parts(written)))


def _dates(history: str, revised: str) -> fields.Dates:
    days: dict[str | None, str] = {each: _day(history, each) for each in fields.STATUSES}
    return fields.record_dates(days, _date(revised).iso)


def _day(history: str, status: str) -> str:
    """Of the first PubMedPubDate of that status, in ISO 8601; "" without one."""
    start = history.find(f'<PubMedPubDate PubStatus="{status}">')
    return _date(history[start : history.find("</PubMed", start)]).iso if start >= 0 else ""


def _pages(written: str) -> str:
    return fields.pages({name: _plain(text) for name, text in grammar.parts(written)})


@lru_cache(maxsize=2**16)  # MeSH has some 30,000 descriptors, most of them seldom used
def _heading(written: str) -> Heading:
    [(ui, major, descriptor, qualifiers)] = grammar.headings(f"{written}</MeshHeading>")
    of_one, names = _qualifiers(qualifiers)
    return Heading(_plain(descriptor), _plain(ui), major == "Y" or of_one, names)


@lru_cache(maxsize=2**14)
def _qualifiers(written: str) -> tuple[bool, tuple[str, ...]]:
    """Whether one of them is a major topic, and their names."""
    qualifiers = grammar.qualifiers(written)
    return any(major == "Y" for major, _ in qualifiers), _texts([name for _, name in qualifiers])


def _substances(given: Printed) -> list[str]:
    return grammar.substances(given.substances) + grammar.concepts(given.concepts)


def _databanks(written: str) -> Iterator[str]:
    for name, numbers in grammar.databanks(written):
        yield from fields.accessions(_plain(name), _texts(grammar.accessions(numbers)))


def _notice(kind: str, source: str, pmid: str) -> Notice:
    return fields.notice(_plain(kind), _plain(pmid), _plain(source))
