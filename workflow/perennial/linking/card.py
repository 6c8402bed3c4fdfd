"""The card: what of a record tells whether another one is the same work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from perennial.record import Record

# A preprint's DOI may end in its version: .../rs.3.rs-12345/v2, 10.1101/2020.01.01.123456v2
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.I)
_VERSION = re.compile(r"(?<=\d)/?v\d{1,2}$")
# What publishers print before the title of a work that was withdrawn: it is still that work.
_STAMP = re.compile(
    r"^\W*(?:retracted|retracted article|retracted paper|withdrawn|removed)\s*[:\]]\s*", re.I
)
# A title that begins so, or a type of these, is about another work and not the work itself.
_ABOUT = re.compile(
    r"^\W*(?:re|reply|author(?:s'?|'?s)? reply|in reply|in response|response|responses? to"
    r"|replies|comments?|commentary|comments? on|reply to|letter to the editor|correction"
    r"|corrections? to|author correction|publisher correction|corrigendum|corrigenda|erratum"
    r"|errata|addendum|retraction(?: notice| note)?|expression of concern|editorial"
    r"|notice of retraction|editorial expression of concern)\b(?=\s*(?:\W|to\b|on\b|for\b|from\b))",
    re.I,
)
_ABOUT_TYPES = {
    "comment": "comment",
    "letter": "comment",
    "editorial": "comment",
    "news": "comment",
    "published erratum": "correction",
    "erratum": "correction",
    "retraction of publication": "retraction",
    "retraction notice": "retraction",
    "expression of concern": "concern",
}
_PREPRINT_DOI = re.compile(
    r"10\.1101/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}$"  # bioRxiv, medRxiv; 10.1101/gad… is a journal
    r"|10\.21203/rs\.|10\.20944/preprints|10\.2139/ssrn|10\.48550/arxiv|10\.3123[45]/osf"
)
_PREPRINT_SERVER = re.compile(
    r"\b(?:biorxiv|medrxiv|arxiv|research square|res sq|preprints|ssrn|chemrxiv|psyarxiv)\b", re.I
)
# "Conference Paper" is not among them: Scopus says it of full papers.
_ABSTRACT_TYPES = {"meeting abstract", "conference abstract"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_PART = re.compile(r"\b(?:part|parts|chapter|section|study|paper|no|number|volume|vol) ([ivx]+)\b")
_TAIL = re.compile(r" ([ivx]{1,4})$")  # "… of the liver. II."
# Words that tell nothing of a title or the name of a journal.
SMALL = {"the", "of", "and", "in", "for", "on", "a", "an", "et", "de", "der", "und", "la", "le"}
_SUPPLEMENT = re.compile(r"\bsuppl|\babstr", re.I)


@dataclass(frozen=True, slots=True)
class Card:
    """Comparable parts of a record; "" where the record says nothing."""

    id: str
    given: str  # a PMID that an imported record claims for itself
    doi: str  # lower case, without a resolver and without a preprint's version
    pmcid: str
    title: str  # words in lower case, without accents, signs and stamps; numerals as digits
    numbers: tuple[str, ...]  # the numbers in the title, in order: "part 2", "1999", "il 6"
    first: str  # family name of the first author, or the group
    last: str  # of the last one
    year: int
    journals: tuple[str, ...]  # full and abbreviated, in words
    issn: str
    volume: str
    page: str  # the first page or the article's number
    about: str  # "" for a work; comment, correction, retraction or concern for one about another
    typed: bool  # the record names its publication types
    preprint: bool
    abstract: bool  # of a conference, as far as the record tells
    book: bool

    @property
    def telling(self) -> bool:
        """Whether the title alone is worth comparing: "Editorial" or "Introduction" is not."""
        return len(self.title.split()) >= 4 and len(self.title) >= 20


def card(record: Record) -> Card:
    """The card of ``record``."""
    title = record.title or record.vernacular_title
    named = words(_STAMP.sub("", title))
    names = [family(a.collective or a.family) for a in record.authors]
    return Card(
        id=record.pmid,
        given=next((d[7:] for d in record.databanks if d.startswith("PubMed/")), ""),
        doi=doi(record.doi),
        pmcid=record.pmcid.upper(),
        title=digits(named),
        numbers=tuple(re.findall(r"\d+", digits(named))),
        first=names[0] if names else "",
        last=names[-1] if names else "",
        year=record.year,
        journals=tuple(filter(None, map(words, (record.journal, record.journal_abbreviation)))),
        issn=record.issn.replace("-", "").upper(),
        volume=words(record.volume),
        page=first_page(record.pages),
        about=_about(title, record.publication_types),
        typed=bool(record.publication_types),
        preprint=_is_preprint(record),
        abstract=_is_abstract(record),
        book=record.kind == "book",
    )


def doi(written: str) -> str:
    """The DOI in lower case, bare, and without the version that preprint servers append."""
    found = _DOI.fullmatch(written.strip().rstrip(".,;"))
    bare = found[1].lower() if found else ""
    return _VERSION.sub("", bare) if _PREPRINT_DOI.match(_VERSION.sub("", bare)) else bare


def words(text: str) -> str:
    """Words in lower case without accents or signs, joined by one blank."""
    bare = text.casefold()
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text).casefold()
        bare = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def digits(named: str) -> str:
    """Roman numerals that number a part are written as digits: ``part ii`` is ``part 2``."""
    named = _PART.sub(lambda m: m[0].replace(f" {m[1]}", f" {_ROMAN.get(m[1], m[1])}"), named)
    return _TAIL.sub(lambda m: f" {_ROMAN.get(m[1], m[1])}", named)


def family(name: str) -> str:
    """A family name, comparable: "O'Neil" is "oneil", "van der Berg" is "vanderberg"."""
    return words(name).replace(" ", "")


def first_page(pages: str) -> str:
    """``454-81`` is ``454``, ``S12–S15`` is ``s12``, ``e1234`` stays; "" if there is none."""
    found = re.match(r"\s*(?:pp?\.?\s*)?([a-z]*\s?\d+[a-z]?(?:\.e?\d+)?)", pages, re.I)
    return found[1].lower().replace(" ", "").lstrip("0") if found else ""


def journals_agree(a: Card, b: Card) -> bool:
    """The same ISSN, the same name, or one name abbreviating the other."""
    if a.issn and a.issn == b.issn:
        return True
    return any(_abbreviates(x, y) or _abbreviates(y, x) for x in a.journals for y in b.journals)


def journals_differ(a: Card, b: Card) -> bool:
    """Both name a journal, and by no name the same one."""
    return bool(a.journals and b.journals) and not journals_agree(a, b)


def _abbreviates(short: str, long: str) -> bool:
    """``j clin med`` abbreviates ``journal of clinical medicine``."""
    left, right = _telling(short), _telling(long)
    return len(left) == len(right) and all(
        b.startswith(a) for a, b in zip(left, right, strict=True)
    )


def _telling(journal: str) -> list[str]:
    """Without a place or subtitle after the name; PubMed adds "(Baltimore, Md.)"."""
    return [word for word in journal.split() if word not in SMALL]


def _about(title: str, types: Iterable[str]) -> str:
    kinds = [_ABOUT_TYPES[kind.lower()] for kind in types if kind.lower() in _ABOUT_TYPES]
    if kinds:
        return kinds[0]
    opening = _ABOUT.match(title)
    if not opening or _STAMP.match(title):
        return ""
    word = opening[0].lower()
    if "retract" in word:
        return "retraction"
    return "correction" if re.search("correct|corrig|errat|addend", word) else "comment"


def _is_preprint(record: Record) -> bool:
    return (
        "Preprint" in record.publication_types
        or bool(_PREPRINT_DOI.match(doi(record.doi)))
        or bool(_PREPRINT_SERVER.search(f"{record.journal} {record.journal_abbreviation}"))
    )


def _is_abstract(record: Record) -> bool:
    named = {kind.lower() for kind in record.publication_types} & _ABSTRACT_TYPES
    supplement = _SUPPLEMENT.search(f"{record.volume} {record.issue}")
    one_page = bool(re.fullmatch(r"[A-Za-z]*\d+(?:-[A-Za-z]*\d)?", record.pages))
    return bool(named) or bool(supplement and one_page and not record.abstract)
