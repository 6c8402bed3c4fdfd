"""The bundled corpus is valid PubMed XML, real in its facts and honest about its abstracts."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import Bio.Entrez
import pytest
from lxml import etree
from perennial import pubmed

CORPUS = Path(__file__).parents[2] / "resources" / "example"
FILES = sorted(CORPUS.glob("*.xml"))
NOTE = "Paraphrase written for the Perennial example corpus"
IDENTIFIERS = {
    "domain/bibliography.tsv": "pmid",
    "domain/decoys.tsv": "pmid",
    "data/dormancy/epmc_nr2f1_dormancy.tsv": "pmid",
    "data/dormancy/seed_pmids.tsv": "id",
    "data/dormancy/homonym_bank.tsv": "pmid",
}
RUN = 8  # words in a row that would count as copied

# NLM's identifiers of publication types, as they stand in its own records
PUBLICATION_TYPES = {
    "Journal Article": "D016428",
    "Review": "D016454",
    "Editorial": "D016421",
    "Randomized Controlled Trial": "D016449",
    "Clinical Trial, Phase II": "D017427",
    "Systematic Review": "D000078182",
    "Meta-Analysis": "D017418",
}


@pytest.fixture(scope="session")
def dtd() -> etree.DTD:
    folder = Path(Bio.Entrez.__file__).parent / "DTDs"
    return etree.DTD(str(folder / "pubmed_250101.dtd"))


def test_the_glob_finds_the_corpus():
    names = [path.name for path in FILES]
    assert names == ["adjacent.xml", "decoys.xml", "primary.xml", "reviews.xml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_valid_against_the_dtd_that_it_names(path, dtd, trees):
    tree = trees[path.name]
    assert tree.docinfo.system_url.endswith("pubmed_250101.dtd")
    assert dtd.validate(tree), dtd.error_log.filter_from_errors()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_records_stand_in_the_order_of_their_pmids(path, trees):
    pmids = [int(pmid) for pmid in trees[path.name].xpath("//MedlineCitation/PMID/text()")]
    assert pmids == sorted(pmids)


def test_no_pmid_doi_or_pmcid_stands_twice(trees):
    for kind in ("pubmed", "doi", "pmc"):
        found = Counter(
            value.lower()
            for tree in trees.values()
            for value in tree.xpath(f"//ArticleId[@IdType='{kind}']/text()")
        )
        assert found
        assert [value for value, count in found.items() if count > 1] == []


def test_the_corpus_is_large_enough_to_show_the_way(articles, abstracts):
    reviews = [
        pmid
        for pmid, article in articles.items()
        if "Review" in article.xpath(".//PublicationType/text()")
    ]
    assert len(articles) >= 90
    assert len(abstracts) >= 45
    assert len(reviews) >= 15
    assert "40614736" in articles


def test_an_article_names_itself_alike_everywhere(articles):
    for pmid, article in articles.items():
        ids = article.xpath("PubmedData/ArticleIdList/ArticleId[@IdType='pubmed']/text()")
        dois = {
            doi
            for path in (".//ELocationID[@EIdType='doi']", ".//ArticleId[@IdType='doi']")
            for doi in article.xpath(f"{path}/text()")
        }
        assert ids == [pmid]
        assert len(dois) <= 1, pmid


def test_only_known_authors_stand_in_a_complete_list(articles):
    lists = [found for article in articles.values() for found in article.iter("AuthorList")]
    assert {found.get("CompleteYN") for found in lists} == {"Y", "N"}
    alone = [found for found in lists if found.get("CompleteYN") == "Y" and len(found) == 1]
    assert alone == []


def test_publication_types_carry_the_identifiers_of_nlm(articles):
    types = {
        (found.text, found.get("UI"))
        for article in articles.values()
        for found in article.iter("PublicationType")
    }
    assert types <= set(PUBLICATION_TYPES.items())


def test_every_abstract_says_that_it_is_a_paraphrase(articles, abstracts):
    said = {
        pmid: article.findtext(".//Abstract/CopyrightInformation", "")
        for pmid, article in articles.items()
    }
    assert all(said[pmid].startswith(NOTE) for pmid in abstracts)
    assert not any(said[pmid] for pmid in said.keys() - abstracts.keys())


def test_no_abstract_is_empty_or_speaks_of_its_source(abstracts):
    for pmid, abstract in abstracts.items():
        assert len(abstract.split()) >= 20, pmid
        assert abstract == abstract.strip(), pmid
        assert not re.search(r"abstract shown|excerpt|in-brief|figure legend", abstract), pmid


def test_known_corrections_are_carried(articles):
    def kinds(pmid: str) -> list[str]:
        return articles[pmid].xpath(".//CommentsCorrections/@RefType")

    assert kinds("34079127") == ["ErratumIn"]
    assert kinds("35650435") == ["CommentIn"]  # an editor's note, not an expression of concern


def test_every_pmid_was_seen_in_the_source_material(articles, shared):
    seen = {
        row[column]
        for name, column in IDENTIFIERS.items()
        for row in _rows(shared / name)
        if row[column]
    }
    assert len(seen) > 100
    assert sorted(articles.keys() - seen) == []


def test_no_run_of_words_is_taken_from_a_real_abstract(abstracts, texts, shared):
    bank = _rows(shared / "data/dormancy/homonym_bank.tsv")
    real = {run for row in bank for run in _runs(row["abstract"])}
    assert len(real) > 1000
    ours = abstracts | {record["key"]: record["abstract"] for record in texts}
    copied = {key: _runs(text) & real for key, text in ours.items()}
    assert {key: runs for key, runs in copied.items() if runs} == {}


def test_the_projects_parser_reads_every_record(articles, abstracts):
    records = {}
    for path in FILES:
        parsed = pubmed.parse_file(path)
        assert not parsed.refused, path.name
        records |= {record.pmid: record for record in parsed.records}
    assert records.keys() == articles.keys()
    assert {pmid for pmid, record in records.items() if record.abstract} == abstracts.keys()
    assert all(record.title and record.year and record.journal for record in records.values())


def test_the_readme_counts_what_is_there(trees):
    rows = re.findall(
        r"^\| `(\w+\.xml)` .*\| (\d+) \| (\d+) \|$", (CORPUS / "README.md").read_text(), re.M
    )
    counted = {
        name: (len(tree.getroot()), len(tree.xpath("//Abstract"))) for name, tree in trees.items()
    }
    assert {name: (int(all_), int(with_)) for name, all_, with_ in rows} == counted


def _rows(path: Path) -> list[dict[str, str]]:
    quoting = csv.QUOTE_MINIMAL if path.name == "homonym_bank.tsv" else csv.QUOTE_NONE
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=quoting))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
