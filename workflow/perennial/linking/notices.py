"""Notices: retractions, corrections and versions, whichever of the two records tells of them.

PubMed writes most notices twice, at the paper (``RetractionIn``) and at the notice
(``RetractionOf``), but not always on the same day, and a review may hold only one of the two.
So the table of links says what each held notice is about, and the table of integrity says what
each held paper has come to, from either side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from perennial.imports.ids import sort_key
from perennial.linking.card import Card, digits, doi, first_page, journals_agree, words
from perennial.record import Notice, Record
from perennial.screened import Integrity, Link

# PubMed's RefType for a notice *about* the record that carries it → what it means for it.
# A paper retracted in part counts as retracted, so that a human has to look before it is used.
BEARS = {
    "RetractionIn": "retracted",
    "PartialRetractionIn": "retracted",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "corrected",
    "CorrectedandRepublishedIn": "republished",
    "RetractedandRepublishedIn": "republished",
    "UpdateIn": "corrected",  # not of a preprint: that it was printed says nothing against it
}
# The other direction: the record *is* a notice about another, or a later version of it
# → how it is linked, and the RefType that the other one would carry.
IS = {
    "RetractionOf": ("retraction of", "RetractionIn"),
    "PartialRetractionOf": ("partial retraction of", "PartialRetractionIn"),
    "ErratumFor": ("erratum of", "ErratumIn"),
    "ExpressionOfConcernFor": ("concern about", "ExpressionOfConcernIn"),
    "CorrectedandRepublishedFrom": ("corrected republication of", "CorrectedandRepublishedIn"),
    "RetractedandRepublishedFrom": (
        "republication after retraction of",
        "RetractedandRepublishedIn",
    ),
    "RepublishedFrom": ("republication of", ""),
    "UpdateOf": ("later version of", "UpdateIn"),
}
_NOW_IN = {carried: kind for kind, carried in IS.values() if carried} | {
    "RepublishedIn": "republication of"
}
PREPRINT_OF, ARTICLE_OF = "preprint of", "article of the preprint"
# Journals also publish notes without a RefType of their own; PubMed files them as comments.
_NOTE = re.compile(r"\beditor\W?s'? note\b", re.I)
# How journals title a notice; what follows is the title of the paper.
_TITLED = re.compile(
    r"^\W*(?:retraction(?: notice| note)?|notice of retraction)\s*(?:to|of|for|:)\s*"
    r"[:\"'“”‘’«\s]*(?P<title>.{20,}?)[\"'“”‘’»\.\s]*(?:\[[^\]]*\])?\W*$",
    re.I,
)
_STAMPED = re.compile(r"^\W*(?:retracted|retracted article|retracted paper)\s*[:\]]", re.I)
_SERVER = re.compile(r"(?:bioRxiv|medRxiv|Res(?:earch)? Sq(?:uare)?|ArXiv|SSRN|Preprints)\b", re.I)
_CITED = re.compile(
    r"(?P<journal>.+?)\.? (?P<year>(?:19|20)\d\d)\b[^;]*;"
    r"(?P<volume>[^(:;]*)[^:;]*:(?P<pages>[\w.-]+)"
)
_CITED_DOI = re.compile(r"\bdoi:?\s*(10\.\d{4,9}/\S+)", re.I)


class Shelf:
    """The held records; those that represent a group are found by citation and by title too."""

    def __init__(
        self, records: Sequence[Record], cards: Mapping[str, Card], copies: Mapping[str, str]
    ) -> None:
        self.cards = cards
        self.copies = copies  # a duplicate's id → the id of the record that represents it
        self.records = {record.pmid: record for record in records}
        firsts = [card for card in cards.values() if card.id not in copies]
        papers = [card for card in firsts if not card.about]
        self._by_doi = _unique((card.doi, card.id) for card in firsts)
        self._by_title = _unique((card.title, card.id) for card in papers if card.telling)
        self._by_place = _unique(
            (f"{card.year} {card.volume} {card.page}", card.id)
            for card in firsts
            if card.year and card.volume and card.page
        )

    def cited(self, notice: Notice, carrier: str) -> tuple[str, str]:
        """The id that a notice names and how: by its number, else by its citation's DOI or place.

        ``("", "")`` if the citation fits no held record, or only the record that carries it.
        """
        found, how = (notice.pmid, "") if notice.pmid else self._by_citation(notice.citation)
        own = (carrier, self.copies.get(carrier, ""))
        return (found, how) if found not in own else ("", "")

    def titled(self, notice: Record) -> str:
        """The one held paper of the same journal whose title a notice's own title repeats."""
        match = _TITLED.match(notice.title)
        found = self._by_title.get(digits(words(match["title"])), "") if match else ""
        if not found or found == notice.pmid:
            return ""
        own, paper = self.cards[notice.pmid], self.cards[found]
        return found if journals_agree(own, paper) and own.year >= paper.year else ""

    def is_preprint(self, id_: str, citation: str = "") -> bool:
        """Whether a record is a preprint; of one that is not held its citation must tell."""
        card = self.cards.get(id_)
        return card.preprint if card else bool(_SERVER.match(citation))

    def _by_citation(self, citation: str) -> tuple[str, str]:
        by_doi = _CITED_DOI.search(citation)
        if by_doi and (found := self._by_doi.get(doi(by_doi[1]), "")):
            return found, ", by its DOI"
        found = self._placed(citation)
        return (found, ", by its citation") if found else ("", "")

    def _placed(self, citation: str) -> str:
        match = _CITED.match(citation)
        if not match:
            return ""
        place = f"{match['year']} {words(match['volume'])} {first_page(match['pages'])}"
        found = self._by_place.get(place, "")
        return found if found and words(match["journal"]) in self.cards[found].journals else ""


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a key stands for, where it stands for one record only."""
    found: dict[str, str] = {}
    for key, id_ in pairs:
        found[key] = "" if key in found else id_
    return {key: id_ for key, id_ in found.items() if key and id_}


def relations(shelf: Shelf) -> list[Link]:
    """What each held notice or version is about, by its own word or else by the paper's."""
    told: dict[tuple[str, str, str], Link] = {}
    for says in (_of_itself, _of_others, _by_title):
        for record in shelf.records.values():
            for link in says(record, shelf):
                told.setdefault((link.pmid, link.kind, link.other), link)
    return sorted(
        told.values(), key=lambda link: (sort_key(link.pmid), link.kind, sort_key(link.other))
    )


def _of_itself(record: Record, shelf: Shelf) -> Iterator[Link]:
    for notice in record.notices:
        other, how = shelf.cited(notice, record.pmid)
        if other and notice.kind in IS:
            yield _link(record.pmid, notice, other, how, shelf)


def _of_others(record: Record, shelf: Shelf) -> Iterator[Link]:
    """A paper names its notice; so the notice, if it is held, is about the paper."""
    for notice in record.notices:
        other, how = shelf.cited(notice, record.pmid)
        rule = f"PubMed: {notice.kind}{how}"
        if notice.kind == "UpdateIn" and other and shelf.is_preprint(record.pmid):
            yield Link(record.pmid, PREPRINT_OF, other, rule)
        elif notice.kind in _NOW_IN and other in shelf.records:
            yield Link(other, _NOW_IN[notice.kind], record.pmid, rule)


def _by_title(record: Record, shelf: Shelf) -> Iterator[Link]:
    if other := shelf.titled(record):
        yield Link(record.pmid, "retraction of", other, "its title names the paper")


def _link(pmid: str, notice: Notice, other: str, how: str, shelf: Shelf) -> Link:
    """A later version is the article of a preprint, or else the update of a review."""
    rule = f"PubMed: {notice.kind}{how}"
    if notice.kind == "UpdateOf" and shelf.is_preprint(other, notice.citation):
        if other in shelf.records:
            return Link(other, PREPRINT_OF, pmid, rule)
        return Link(pmid, ARTICLE_OF, other, rule)
    return Link(pmid, IS[notice.kind][0], other, rule)


def standing(shelf: Shelf) -> list[Integrity]:
    """What each held record has come to, from whichever side it is known, in order of the ids.

    What is said of a duplicate is said of the record that represents it as well.
    """
    own = [found for record in shelf.records.values() for found in _own(record, shelf)]
    known = {(found.pmid, found.kind, found.notice_pmid) for found in own}
    more = [found for found in _from_notices(shelf) if _key(found) not in known]
    said = [*own, *dict.fromkeys(more)]
    kinds = {(found.pmid, found.kind) for found in said}
    carried = (replace(f, pmid=shelf.copies[f.pmid]) for f in said if f.pmid in shelf.copies)
    said += dict.fromkeys(found for found in carried if (found.pmid, found.kind) not in kinds)
    return sorted(said, key=lambda found: sort_key(found.pmid))


def _key(found: Integrity) -> tuple[str, str, str]:
    return found.pmid, found.kind, found.notice_pmid


def _own(record: Record, shelf: Shelf) -> Iterator[Integrity]:
    """Each notice once; a retraction counts even where only a type or the title tells of it."""
    told = [(_bearing(notice, record, shelf), notice) for notice in record.notices]
    for kind, notice in told:
        if kind:
            number = notice.pmid or shelf.cited(notice, record.pmid)[0]
            yield Integrity(record.pmid, kind, number, notice.citation)
    if any(kind == "retracted" for kind, _ in told):
        return
    if "Retracted Publication" in record.publication_types:
        yield Integrity(record.pmid, "retracted", "", "PubMed: Retracted Publication")
    elif _STAMPED.match(record.title):
        yield Integrity(record.pmid, "retracted", "", "its title says so")


def _bearing(notice: Notice, record: Record, shelf: Shelf) -> str:
    """What a notice means for the record that carries it, "" if nothing."""
    if notice.kind == "CommentIn" and _NOTE.search(notice.citation):
        return "editor's note"
    if notice.kind == "UpdateIn" and shelf.is_preprint(record.pmid):
        return ""
    return BEARS.get(notice.kind, "")


def _from_notices(shelf: Shelf) -> Iterator[Integrity]:
    """Of held papers whose own record does not (yet) say what a held notice says."""
    for record in shelf.records.values():
        where = f"{record.journal_abbreviation or record.journal}. {record.date}".strip(". ")
        for notice in record.notices:
            carried = IS.get(notice.kind, ("", ""))[1]
            other = shelf.cited(notice, record.pmid)[0]
            if carried and other in shelf.records:
                there = Notice(carried)
                if kind := _bearing(there, shelf.records[other], shelf):
                    yield Integrity(other, kind, record.pmid, where)
        if other := shelf.titled(record):
            yield Integrity(other, "retracted", record.pmid, where)
