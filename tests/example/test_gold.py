"""The gold set for screening agrees with itself and with the corpus."""

from __future__ import annotations

import csv
import re

import pytest

COLUMNS = ["key", "pmid", "doi", "title", "kind", "expected", "criterion", "note"]
FIELDS = {"key", "title", "year", "journal", "publication_types", "abstract"}
KIND = re.compile(r"primary|trial|review|editorial|(decoy|adjacent):[a-z_]+")
CODES = re.compile(r"(X([1-9]|1[0-2])(\|X([1-9]|1[0-2]))*)?")


def test_columns_and_values(gold):
    assert list(gold[0]) == COLUMNS
    for row in gold:
        assert row["key"] and row["title"], row
        assert KIND.fullmatch(row["kind"]), row
        assert row["expected"] in {"include", "exclude", "context"}, row
        assert CODES.fullmatch(row["criterion"]), row


@pytest.mark.parametrize("column", ["key", "pmid", "doi"])
def test_no_value_stands_twice(gold, column):
    values = [row[column].lower() for row in gold if row[column]]
    assert len(values) == len(set(values)) > 0


def test_only_exclusions_have_a_criterion(gold):
    assert [row["key"] for row in gold if row["criterion"] and row["expected"] != "exclude"] == []
    assert [
        row["key"] for row in gold if row["expected"] == "exclude" and not row["criterion"]
    ] == []


def test_it_holds_what_screening_is_measured_on(gold):
    decoys = {row["pmid"]: row["kind"] for row in gold if row["kind"].startswith("decoy:")}
    assert sum(row["expected"] == "include" for row in gold) >= 40
    assert sum(row["kind"] == "review" for row in gold) >= 15
    with_pmid = {pmid: kind for pmid, kind in decoys.items() if pmid}
    assert len(with_pmid) >= 15
    assert len(set(with_pmid.values())) >= 6


def test_decoys_are_never_included(gold):
    assert {row["expected"] for row in gold if row["kind"].startswith("decoy:")} == {"exclude"}


def test_rows_with_a_pmid_are_the_corpus_and_have_its_titles(gold, articles):
    rows = {row["pmid"]: row["title"] for row in gold if row["pmid"]}
    titles = {
        pmid: "".join(article.find(".//ArticleTitle").itertext())
        for pmid, article in articles.items()
    }
    assert rows.keys() == titles.keys()
    differing = {p: (rows[p], titles[p]) for p in rows if rows[p] != titles[p].rstrip(".")}
    assert differing == {}


def test_rows_with_a_pmid_have_the_doi_of_the_corpus(gold, articles):
    dois = {
        pmid: next(iter(article.xpath(".//ArticleId[@IdType='doi']/text()")), "")
        for pmid, article in articles.items()
    }
    assert {row["pmid"]: row["doi"] for row in gold if row["pmid"]} == dois


def test_rows_without_a_pmid_have_their_text_beside_them(gold, texts):
    rows = {row["key"]: row["title"] for row in gold if not row["pmid"]}
    assert {record["key"]: record["title"] for record in texts} == rows
    assert all(set(record) == FIELDS for record in texts)
    assert sum(bool(record["abstract"]) for record in texts) >= 30


@pytest.mark.parametrize("name", ["bibliography.tsv", "decoys.tsv"])
def test_every_paper_of_the_source_material_has_a_row(gold, shared, name):
    with (shared / "domain" / name).open(encoding="utf-8", newline="") as lines:
        papers = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(papers) > 20
    titles = [_plain(row["title"]) for row in gold]
    missing = [paper["title"] for paper in papers if _beginning(paper["title"]) not in titles]
    assert missing == []
    pmids = {row["pmid"] for row in gold}
    assert {paper["pmid"] for paper in papers if paper["pmid"]} <= pmids


def _beginning(title: str) -> str:
    """The title up to the mark that says where its source cuts it."""
    return _plain(title.partition("[title cut")[0])


def _plain(title: str) -> str:
    return re.sub(r"\W+", "", title).lower()
