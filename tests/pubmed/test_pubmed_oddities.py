"""Real records on which public parsers are known to stumble, each with what is right.

``python tests/pubmed/test_pubmed_oddities.py`` prints the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from perennial import pubmed
from perennial.record import Record

DATA = Path(__file__).parents[3] / "shared" / "data" / "pubmed_xml"


class Oddity(NamedTuple):
    """A record, what is odd about it, and the test that it came out right."""

    pmid: str
    file: str
    right: str
    holds: Callable[[Record], bool]


_SAMPLE = "fatcat/pubmedsample_2019.xml"
_2026 = "pmparser/pubmed26n1334.xml.gz"

ODDITIES = [
    Oddity(
        "31541003",
        "net-synergy/pubmed21n1005.xml.gz",
        "nested italics: the title reads on to its end",
        lambda r: "through PTEN /PI3K/AKT" in r.title and r.title.endswith("pathway."),
    ),
    Oddity(
        "31541003",
        "net-synergy/pubmed21n1005.xml.gz",
        "no-break spaces beside markup are one blank",
        lambda r: "of miR-367 in HCC tissues" in r.abstract and "  " not in r.abstract,
    ),
    Oddity(
        "31541003",
        "net-synergy/pubmed21n1005.xml.gz",
        "retracted by type and by notice",
        lambda r: (
            "Retracted Publication" in r.publication_types
            and ("RetractionIn", "32167152") in [(n.kind, n.pmid) for n in r.notices]
        ),
    ),
    Oddity(
        "31541003",
        "net-synergy/pubmed21n1005.xml.gz",
        "the PII does not displace the DOI",
        lambda r: r.doi == "10.1042/BSR20182466",
    ),
    Oddity(
        "29869631",
        _SAMPLE,
        "MathML is text without its layout, and the abstract goes on after it",
        lambda r: "Rpre2 = 0.9513" in r.abstract and r.abstract.endswith("linear model."),
    ),
    Oddity(
        "29869631",
        _SAMPLE,
        "thirteen references leave its own identifiers alone",
        lambda r: (r.doi, r.pmcid) == ("10.3389/fchem.2018.00154", "PMC5949317"),
    ),
    Oddity(
        "31418828",
        "net-synergy/pubmed21n1001.xml.gz",
        "six other abstracts stand apart, each with its language",
        lambda r: (
            [other.language for other in r.other_abstracts]
            == ["fre", "ger", "ita", "rus", "spa", "chi"]
            and not re.search("[а-яñß一-鿿]", r.abstract)
            and not any(other.text[:40] in r.abstract for other in r.other_abstracts)
        ),
    ),
    Oddity(
        "41605226",
        _2026,
        "no English title: empty, with the vernacular one beside it",
        lambda r: r.title == "" and r.vernacular_title.startswith("Kommentar zu „ABDOMEN"),
    ),
    Oddity(
        "10188493",
        _SAMPLE,
        "MedlineDate: dated by the beginning of the range, printed as it is",
        lambda r: (r.year, r.date, r.date_text) == (1998, "1998-12", "1998 Dec-1999 Jan"),
    ),
    Oddity(
        "20301577",
        "metapub/sample_article_20301577.xml",
        "a chapter: its own title, date and authors; the book is the journal",
        lambda r: (
            (r.kind, r.title, r.journal, r.date)
            == ("book", "CACNA1C-Related Disorders", "GeneReviews®", "2006-02-15")
            and [a.family for a in r.authors] == ["Napolitano", "Priori"]
        ),
    ),
    Oddity(
        "20301577",
        "metapub/sample_article_20301577.xml",
        "four labelled sections, offsets without the label",
        lambda r: (
            [s.label for s in r.sections]
            == ["CLINICAL CHARACTERISTICS", "DIAGNOSIS/TESTING", "MANAGEMENT", "GENETIC COUNSELING"]
            and r.abstract[r.sections[1].start :].startswith("The diagnosis of a CACNA1C-related")
        ),
    ),
    Oddity(
        "12230355",
        _SAMPLE,
        "the only author is a group",
        lambda r: [a.collective for a in r.authors] == ["U.S. Preventive Services Task Force"],
    ),
    Oddity(
        "17712873",
        _SAMPLE,
        "the author taken out by an erratum is out, the one put in is in",
        lambda r: (
            "Francesco" not in [a.family for a in r.authors]
            and "Moccia" in [a.family for a in r.authors]
            and len(r.authors) == 11
        ),
    ),
    Oddity(
        "17712873",
        _SAMPLE,
        "an erratum without a PMID is a notice all the same",
        lambda r: [(n.kind, n.pmid) for n in r.notices] == [("ErratumIn", "")],
    ),
    Oddity(
        "41578200",
        _2026,
        "the new type Retraction Notice, and what it retracts",
        lambda r: (
            "Retraction Notice" in r.publication_types
            and [(n.kind, n.pmid) for n in r.notices] == [("RetractionOf", "21595987")]
        ),
    ),
    Oddity(
        "19771122",
        _SAMPLE,
        "added 19 years late: EDAT is dated back, CRDT is not",
        lambda r: (r.entered, r.created) == ("1990-12-15", "2009-09-23"),
    ),
]


def _record(oddity: Oddity) -> Record:
    path = DATA / oddity.file
    if not path.exists():
        pytest.skip(f"the real record {oddity.pmid} is not here: {path} is absent")
    return next(r for r in pubmed.parse_file(path).records if r.pmid == oddity.pmid)


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda o: f"{o.pmid}: {o.right}")
def test_oddity(oddity: Oddity) -> None:
    assert oddity.holds(_record(oddity))


def test_record_without_a_pmid_is_refused() -> None:
    path = DATA / "fatcat/pubmedsample_no_pmid_2019.xml.gz"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    parsed = pubmed.parse_file(path)
    assert parsed.records == ()
    assert [(r.pmid, r.place) for r in parsed.refused] == [("", "article 1, line 5")]
    assert "no PMID" in parsed.refused[0].reason


def test_empty_set_is_empty() -> None:
    path = DATA / "metapub/37909814.xml"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    assert pubmed.parse_file(path) == pubmed.Parsed((), (), ())


if __name__ == "__main__":
    for oddity in ODDITIES:
        outcome = "right" if oddity.holds(_record(oddity)) else "WRONG"
        print(f"| {oddity.pmid} | {oddity.right} | {outcome} |")
