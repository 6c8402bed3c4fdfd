"""Reading files: order, deletions, refusals, and what stops the server from starting."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from lxml import etree
from perennial.errors import InputError
from perennial.eutils import serving
from perennial.eutils.corpus import Corpus, load
from perennial.eutils.history import CAPACITY, History, Kept
from perennial.pubmed import parse

RECORD = """<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue>
<PubDate><Year>2024</Year></PubDate></JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle>
</Article></MedlineCitation><PubmedData><ArticleIdList/></PubmedData></PubmedArticle>"""


def write(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    data = content.encode()
    file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return file


def records(*titled: tuple[str, str], more: str = "") -> str:
    written = (RECORD.format(pmid=pmid, title=title) for pmid, title in titled)
    return f"<PubmedArticleSet>{''.join(written)}{more}</PubmedArticleSet>"


def test_a_later_file_wins_and_its_deletions_count(tmp_path: Path):
    deleted = "<DeleteCitation><PMID>90000002</PMID></DeleteCitation>"
    first = records(("90000001", "old"), ("90000002", "gone"), ("90000003", "kept"))
    second = records(("90000001", "new"), more=deleted)
    corpus = load([write(tmp_path, "1.xml", first), write(tmp_path, "2.xml.gz", second)])
    titles = {pmid: record.title for pmid, record in corpus.records.items()}
    assert titles == {"90000001": "new", "90000003": "kept"}
    assert corpus.raw.keys() == corpus.records.keys()
    assert b"new" in corpus.raw["90000001"]


def test_raw_records_parse_to_the_records(corpus_files: list[Path]):
    corpus = load(corpus_files)
    assert len(corpus.records) == 3
    for pmid, raw in corpus.raw.items():
        assert parse(raw).records == (corpus.records[pmid],)


def test_kinds_of_file_are_told_by_their_root_not_by_their_name(tmp_path: Path):
    article = (Path(__file__).parent / "corpus/article.nxml").read_text("utf-8")
    corpus = load([write(tmp_path, "a.xml", article)])
    assert (len(corpus.records), list(corpus.articles)) == (0, ["99000001"])


def test_a_set_of_articles_is_taken_apart(tmp_path: Path):
    article = (Path(__file__).parent / "corpus/article.nxml").read_text("utf-8")
    inner = article[article.index("<article ") :]
    other = inner.replace("99000001", "99000009").replace("90000001", "90000009")
    unnamed = inner.replace('pub-id-type="pmc"', 'pub-id-type="publisher-id"')
    both = f"<pmc-articleset>{inner}{other}{unnamed}<error id='5'>none</error></pmc-articleset>"
    corpus = load([write(tmp_path, "set.xml", both)])
    assert list(corpus.articles) == ["99000001", "99000009"]
    assert corpus.pmcids["90000009"] == ("99000009",)
    assert [one.reason for one in corpus.refused] == [
        "the article states no PMCID",
        "<error> is not an article",
    ]
    assert etree.fromstring(corpus.articles["99000009"]).tag == "article"


def test_a_record_that_cannot_be_served_is_named_and_nothing_is_served(tmp_path: Path):
    nameless = RECORD.format(pmid="", title="nobody").replace("<PMID></PMID>", "")
    file = write(tmp_path, "some.xml", records(("90000001", "one"), more=nameless))
    with pytest.raises(InputError) as refusal, serving([file]):
        pass
    message = str(refusal.value)
    assert str(file) in message
    assert "article 2" in message
    assert "no PMID" in message


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html><body>502</body></html>",
        "<PubmedArticleSet>",
        "<PubmedArticleSet></PubmedArticleSet>",
        "<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>",
        "<pmc-articleset></pmc-articleset>",
        "<article><front/></article>",
        '<!DOCTYPE article [<!ENTITY a "b">]><article>&a;</article>',
        "<other/>",
    ],
)
def test_a_file_with_nothing_usable_stops_the_server(tmp_path: Path, content: str):
    file = write(tmp_path, "bad.xml", content)
    with pytest.raises(InputError) as raised, serving([file]):
        pass
    assert raised.value.place.file == str(file)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(InputError, match="Cannot be read"):
        load([tmp_path / "missing.xml"])


def test_a_file_that_is_not_packed(tmp_path: Path):
    file = tmp_path / "not.xml.gz"
    file.write_bytes(b"<PubmedArticleSet/>")
    with pytest.raises(InputError, match="Cannot be read"):
        load([file])


@pytest.mark.parametrize("today", ["yesterday", "2025-3-1", "2025-02-30"])
def test_a_day_that_is_none(today: str, corpus_files: list[Path]):
    with pytest.raises(InputError, match="is not a date"):
        load(corpus_files, today=today)


def test_an_undated_corpus_has_the_oldest_day(tmp_path: Path):
    assert load([write(tmp_path, "a.xml", records(("90000001", "one")))]).today == "1970-01-01"


def test_an_empty_corpus_is_empty():
    assert (Corpus().pmc, Corpus().links) == (frozenset(), ())


def test_the_oldest_environment_is_forgotten():
    history = History()
    names = []
    for _ in range(CAPACITY + 1):
        history, name, _ = history.store("", Kept("pubmed", ("1",)))
        names.append(name)
    assert len(set(names)) == CAPACITY + 1
    assert list(history.environments) == names[1:]
