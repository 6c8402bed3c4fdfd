"""Retractions, corrections and versions, told by either of the two records or by both."""

from __future__ import annotations

import pytest
from perennial.link import link
from perennial.record import Author, Notice, Record

TITLE = "Frost hardiness of winter wheat in northern gardens"
PAPER = {
    "title": TITLE,
    "journal": "Journal of example gardens",
    "journal_abbreviation": "J Ex Gard",
    "authors": (Author("Aalto"),),
    "year": 2019,
    "volume": "12",
    "pages": "101-9",
    "doi": "10.1000/frost",
    "publication_types": ("Journal Article",),
}


def paper(pmid: str = "1", *notices: Notice, **fields: object) -> Record:
    return Record(pmid, notices=notices, **(PAPER | fields))  # type: ignore[arg-type]


def notice(pmid: str = "9", *notices: Notice, **fields: object) -> Record:
    own = {"year": 2021, "volume": "14", "pages": "5", "doi": "10.1000/frost-r"}
    types = {"publication_types": ("Retraction Notice",)}
    return Record(pmid, notices=notices, **(PAPER | own | types | fields))  # type: ignore[arg-type]


def told(*records: Record) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    links, integrity = link(records)
    return (
        [(found.pmid, found.kind, found.other) for found in links],
        [(found.pmid, found.kind, found.notice_pmid) for found in integrity],
    )


# RefType at the paper, at the notice → the link of the notice, the standing of the paper.
BOTH_WAYS = (
    ("RetractionIn", "RetractionOf", "retraction of", "retracted"),
    ("PartialRetractionIn", "PartialRetractionOf", "partial retraction of", "retracted"),
    ("ExpressionOfConcernIn", "ExpressionOfConcernFor", "concern about", "concern"),
    ("ErratumIn", "ErratumFor", "erratum of", "corrected"),
    ("UpdateIn", "UpdateOf", "later version of", "corrected"),
    (
        "RetractedandRepublishedIn",
        "RetractedandRepublishedFrom",
        "republication after retraction of",
        "republished",
    ),
    (
        "CorrectedandRepublishedIn",
        "CorrectedandRepublishedFrom",
        "corrected republication of",
        "republished",
    ),
)


@pytest.mark.parametrize(("at_paper", "at_notice", "kind", "bears"), BOTH_WAYS)
def test_either_side_is_enough(at_paper: str, at_notice: str, kind: str, bears: str) -> None:
    says_paper, says_notice = Notice(at_paper, "9", "J"), Notice(at_notice, "1", "J")
    both = ([("9", kind, "1")], [("1", bears, "9")])
    assert told(paper("1", says_paper), notice("9", says_notice)) == both
    assert told(paper("1", says_paper), notice("9")) == both
    assert told(paper("1"), notice("9", says_notice)) == both
    assert told(paper("1", says_paper)) == ([], [("1", bears, "9")])
    assert told(notice("9", says_notice)) == ([("9", kind, "1")], [])


CITATIONS = {
    "by its DOI": "J Ex Gard. 2021 Mar;14(1):5. doi: 10.1000/frost-r.",
    "by its place": "J Ex Gard. 2021 Mar 4;14(1):5",
}


@pytest.mark.parametrize("citation", CITATIONS.values(), ids=CITATIONS)
def test_a_notice_without_a_number_is_found_by_its_citation(citation: str) -> None:
    links, integrity = told(paper("1", Notice("RetractionIn", "", citation)), notice("9"))
    assert links == [("9", "retraction of", "1")]
    assert integrity == [("1", "retracted", "9")]


@pytest.mark.parametrize(
    "citation",
    ["J Ex Gard. 2021;14(1):6", "Ann Ex. 2021;14(1):5", "nobody knows where", ""],
)
def test_a_notice_that_nothing_fits_still_counts(citation: str) -> None:
    links, integrity = told(paper("1", Notice("RetractionIn", "", citation)), notice("9"))
    assert (links, integrity) == ([], [("1", "retracted", "")])


def test_a_citation_of_the_record_itself_is_none() -> None:
    own = Notice("ErratumIn", "", "J Ex Gard. 2019;12(3):101-9")
    assert told(paper("1", own)) == ([], [("1", "corrected", "")])


@pytest.mark.parametrize(
    "title",
    [
        f"Retraction: {TITLE}",
        f"Retraction notice to “{TITLE}” [J. Ex. Gard. 12 (2019) 101–109]",
        f'Retraction note to: "{TITLE}".',
        f"Notice of Retraction: {TITLE.upper()}",
    ],
)
def test_an_imported_notice_names_its_paper_by_title(title: str) -> None:
    links, integrity = told(paper("1"), notice("x9", title=title))
    assert links == [("x9", "retraction of", "1")]
    assert integrity == [("1", "retracted", "x9")]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": f"Retraction: {TITLE}", "journal": "Annals", "journal_abbreviation": "Ann"},
        {"title": f"Retraction: {TITLE}", "year": 2017},
        {"title": "Retraction: Snow cover and the hardening of rye"},
        {"title": f"Retraction of roots: {TITLE}"},
    ],
    ids=["another journal", "before the paper", "another title", "not a notice"],
)
def test_a_title_alone_does_not_retract(fields: dict[str, object]) -> None:
    assert told(paper("1"), notice("x9", **fields)) == ([], [])


def test_two_papers_of_one_title_are_not_retracted_by_title() -> None:
    other = paper("2", doi="10.1000/other", year=2018, volume="11", pages="7")
    links, integrity = told(paper("1"), other, notice("x9", title=f"Retraction: {TITLE}"))
    assert integrity == []
    assert [kind for _, kind, _ in links] == ["maybe duplicate of"]


def test_a_stamped_title_retracts_the_record_and_its_representative() -> None:
    stamped = paper("x5", title=f"RETRACTED: {TITLE}")
    links, integrity = told(paper("1"), stamped)
    assert links == [("x5", "duplicate of", "1")]
    assert integrity == [("1", "retracted", ""), ("x5", "retracted", "")]


def test_what_is_known_of_the_representative_is_not_said_twice() -> None:
    stamped = paper("x5", title=f"RETRACTED: {TITLE}")
    _, integrity = told(paper("1", Notice("RetractionIn", "9", "J")), stamped)
    assert integrity == [("1", "retracted", "9"), ("x5", "retracted", "")]


def test_a_republished_paper_is_not_a_duplicate_of_the_retracted_one() -> None:
    old = paper("1", Notice("RetractedandRepublishedIn", "2", "J"))
    new = paper("2", year=2020)  # even under the same DOI
    assert told(old, new)[0] == [("2", "republication after retraction of", "1")]


def preprint(pmid: str, *notices: Notice) -> Record:
    own = {
        "journal": "bioRxiv",
        "journal_abbreviation": "bioRxiv",
        "publication_types": ("Preprint",),
    }
    return paper(pmid, *notices, **own, doi="10.1101/2018.01.01.000001", year=2018, pages="")


def test_a_preprint_and_its_article_from_either_side() -> None:
    to_article, to_preprint = (
        Notice("UpdateIn", "1", "J Ex"),
        Notice("UpdateOf", "2", "bioRxiv. 2018"),
    )
    both = [("2", "preprint of", "1")]
    assert told(paper("1", to_preprint), preprint("2", to_article)) == (both, [])
    assert told(paper("1", to_preprint), preprint("2")) == (both, [])
    assert told(paper("1"), preprint("2", to_article)) == (both, [])
    assert told(preprint("2", to_article)) == (both, [])
    assert told(paper("1", to_preprint)) == ([("1", "article of the preprint", "2")], [])


def test_a_preprint_with_two_articles_to_choose_from_is_a_question() -> None:
    second = paper("3", doi="10.1000/second", pages="7", journal="Annals", journal_abbreviation="")
    links, _ = told(paper("1"), preprint("2"), second)
    assert {kind for _, kind, _ in links} == {"maybe duplicate of"}


def test_a_copy_that_fits_two_versions_goes_with_the_one_of_its_year() -> None:
    old = paper("1", Notice("UpdateIn", "2"), doi="10.1000/living", year=2011)
    new = paper("2", Notice("UpdateOf", "1"), doi="10.1000/living", year=2017)
    links, _ = told(old, new, paper("x3", doi="10.1000/living", year=2017))
    assert ("x3", "duplicate of", "2") in links


def test_two_papers_are_not_joined_by_a_third_record() -> None:
    """One export with the DOI of one paper and the PMCID of another joins neither to the other."""
    other = paper("2", doi="", pmcid="PMC2", title="Snow cover and the hardening of rye", pages="3")
    mixed = Record("x3", doi="10.1000/frost", pmcid="PMC2")
    links, _ = told(paper("1"), other, mixed)
    assert links == [("x3", "duplicate of", "1"), ("2", "maybe duplicate of", "1")]
