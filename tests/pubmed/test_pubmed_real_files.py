"""Every real PubMed file at hand is read, or refused with a reason; none is passed over."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from perennial import pubmed
from perennial.errors import InputError

DATA = Path(__file__).parents[3] / "shared" / "data" / "pubmed_xml"
FILES = sorted(p for p in DATA.rglob("*") if p.name.endswith((".xml", ".xml.gz")))

# What is not PubMed, and what the refusal must name.
NOT_PUBMED = {
    "medgen_concept_336867.xml": "eSummaryResult",
    "medgen_elink_pubmed_0_entries.xml": "eLinkResult",
    "sample_related_pmids_result.xml": "eLinkResult",
    "no_pubmedarticleset.xml": "rss",
    "pmc.xml": "pmc-articleset",
    "pmc_author.xml": "pmc-articleset",
    "pmc_corres_ambiguous.xml": "pmc-articleset",
    "pmc_corres_author.xml": "pmc-articleset",
    "pmc_dual_author_corres.xml": "pmc-articleset",
    "pmc_no_iso_doi.xml": "pmc-articleset",
}
# Files that JabRef's own tests have altered: a second PMID, the same PMID for two books.
ALTERED = {"MedlineImporterTestKeywordSingleEntry", "MedlineImporterTestBookArticleSet"}
EMPTY = {"37909814.xml", "duplicate.xml"}

absent = pytest.mark.skipif(not FILES, reason=f"no real PubMed files here: {DATA} is absent")


def _pubmed_files() -> list[Path]:
    return [path for path in FILES if path.name not in NOT_PUBMED]


@absent
def test_there_are_files_of_both_kinds() -> None:
    assert len(_pubmed_files()) > 150
    assert {path.name for path in FILES} >= set(NOT_PUBMED) | EMPTY


@absent
@pytest.mark.parametrize("path", [p for p in FILES if p.name in NOT_PUBMED], ids=lambda p: p.name)
def test_another_kind_is_refused_by_name(path: Path) -> None:
    with pytest.raises(InputError, match=f"root element is {NOT_PUBMED[path.name]}"):
        pubmed.parse_file(path)


@absent
@pytest.mark.parametrize("path", _pubmed_files(), ids=lambda p: p.name)
def test_every_article_becomes_a_record(path: Path) -> None:
    parsed = pubmed.parse_file(path)
    refused = 1 if path.name == "pubmedsample_no_pmid_2019.xml.gz" else 0
    assert len(parsed.refused) == refused
    assert bool(parsed.records) == (path.name not in EMPTY and not refused)
    for record in parsed.records:
        assert record.pmid.isdecimal()
        assert record.title or record.vernacular_title or record.kind == "book"
        assert record.year or record.kind == "book"
        for text in (record.title, record.abstract, *(a.family for a in record.authors)):
            assert text == " ".join(text.split()) == unicodedata.normalize("NFC", text)
            assert not re.search("[\x00-\x1f\x7f-\x9f]", text)
        for section in record.sections:
            before = record.abstract[: section.start]
            assert before.endswith(f"{section.label}: ")
            assert section.end == len(record.abstract) or record.abstract[section.end] == " "


@absent
@pytest.mark.parametrize("name", ["fatcat/pubmedsample_2019.xml"])
def test_agrees_with_biopython(name: str) -> None:
    """Biopython reads the same file by its DTD, independently of this parser."""
    spec = importlib.util.find_spec("Bio.Entrez")
    assert spec is not None and spec.origin is not None
    if not (Path(spec.origin).parent / "DTDs" / "pubmed_190101.dtd").exists():
        pytest.skip("this Biopython has no pubmed_190101.dtd, and would fetch it")
    from Bio import Entrez  # noqa: PLC0415

    with (DATA / name).open("rb") as file:
        theirs = Entrez.read(file)["PubmedArticle"]
    ours = pubmed.parse_file(DATA / name).records
    assert len(ours) > 150
    for record, their in zip(ours, theirs, strict=True):
        citation, article = their["MedlineCitation"], their["MedlineCitation"]["Article"]
        headings = citation.get("MeshHeadingList", [])
        valid = [a for a in article.get("AuthorList", []) if a.attributes.get("ValidYN") != "N"]
        assert record.pmid == citation["PMID"]
        assert record.journal == article["Journal"]["Title"]
        assert list(record.languages) == article["Language"]
        assert list(record.publication_types) == article["PublicationTypeList"]
        assert [h.ui for h in record.headings] == [
            h["DescriptorName"].attributes["UI"] for h in headings
        ]
        assert [a.family or a.collective for a in record.authors] == [
            " ".join((a.get("LastName") or a.get("CollectiveName")).split()) for a in valid
        ]
        assert _bare(record.title) == _bare(article["ArticleTitle"])


def _bare(text: str) -> str:
    """Text by its letters and digits alone: markup and spacing are what the parsers differ in."""
    return re.sub(r"\W", "", unicodedata.normalize("NFC", re.sub(r"<[^>]*>", "", text)))


def _bib_entries() -> Iterator[tuple[str, Path, dict[str, str]]]:
    for bib in sorted((DATA / "jabref").glob("*.bib")):
        if bib.with_suffix(".xml").exists() and bib.stem not in ALTERED:
            for entry in re.split(r"(?m)^@", bib.read_text(encoding="utf-8"))[1:]:
                fields = dict(re.findall(r"(?m)^\s*([\w-]+)\s*=\s*\{?(.*?)\}?,?\s*$", entry))
                if "pmid" in fields:
                    yield f"{bib.stem}-{fields['pmid']}", bib.with_suffix(".xml"), fields


@absent
@pytest.mark.parametrize(
    ("xml", "fields"), [pytest.param(x, f, id=i) for i, x, f in _bib_entries()]
)
def test_agrees_with_jabref(xml: Path, fields: dict[str, str]) -> None:
    """JabRef keeps beside each of its files the BibTeX it makes of it."""
    record = next(r for r in pubmed.parse_file(xml).records if r.pmid == fields["pmid"])
    ours = {
        "doi": record.doi,
        "pmc": record.pmcid,
        "year": str(record.year),
        "volume": record.volume,
        "issue": record.issue,
        "journal": record.journal,
        "status": record.status,
    }
    shared = {name: value for name, value in ours.items() if fields.get(name)}
    assert shared
    assert shared == {name: fields[name] for name in shared}
