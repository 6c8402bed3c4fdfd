"""What must hold for any input: no third way out, nothing fetched, the same record back."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial import pubmed, text
from perennial.errors import InputError
from pubmed_golden import pairs

VALID = pairs("valid", at_least=15)
BODIES = [path.read_bytes() for path in VALID]
FRAGMENTS = [
    b"",
    b"<",
    b">",
    b"&",
    b"&#x92;",
    b"&#1;",
    b"</PMID>",
    b"<i>",
    b"\x00",
    b"\xff",
    b"<!--",
]


def _reads(xml: bytes) -> None:
    """Either a result or an InputError, and nothing else."""
    try:
        parsed = pubmed.parse(xml)
    except InputError:
        with pytest.raises(InputError):
            list(pubmed.raw_articles(xml))
        return
    assert [pmid for pmid, _ in pubmed.raw_articles(xml)] == [r.pmid for r in parsed.records]
    for record in parsed.records:
        for section in record.sections:
            assert record.abstract[section.start : section.end]


@given(st.binary(max_size=300))
def test_any_bytes(xml: bytes) -> None:
    _reads(xml)


@settings(max_examples=300)
@given(st.data())
def test_any_damage(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(BODIES))
    start = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 60))
    patch = data.draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=8))
    _reads(body[:start] + patch + body[start + length :])


@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once(written: str) -> None:
    once = text.clean(written)
    assert text.clean(once) == once
    assert not set(once) & {chr(n) for n in (*range(32), *range(0x7F, 0xA1), 0xAD, 0x200B)}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_raw_article_gives_the_same_record(path: Path) -> None:
    xml = path.read_bytes()
    raw = list(pubmed.raw_articles(xml))
    again = [pubmed.parse(article).records for _, article in raw]
    assert again == [(record,) for record in pubmed.parse(xml).records]
    assert raw == list(pubmed.raw_articles(xml))
    assert [article for _, one in raw for _, article in pubmed.raw_articles(one)] == [
        article for _, article in raw
    ]


def test_layout_does_not_change_raw_bytes() -> None:
    wide = b"""<PubmedArticleSet>
      <PubmedArticle>
        <!-- laid out --> <MedlineCitation Owner="NLM" Status="MEDLINE">
          <PMID Version='1'>1</PMID>
          <Article><ArticleTitle><i>A</i> <b>B</b></ArticleTitle></Article>
        </MedlineCitation>
      </PubmedArticle>
    </PubmedArticleSet>"""
    tight = (
        b'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1</PMID>'
        b"<Article><ArticleTitle><i>A</i> <b>B</b></ArticleTitle></Article>"
        b"</MedlineCitation></PubmedArticle>"
    )
    glued = tight.replace(b"</i> <b>", b"</i><b>")
    assert list(pubmed.raw_articles(wide)) == list(pubmed.raw_articles(tight))
    assert list(pubmed.raw_articles(tight)) != list(pubmed.raw_articles(glued))


def test_a_dtd_is_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        xml = f'<!DOCTYPE PubmedArticleSet SYSTEM "http://127.0.0.1:{port}/pubmed.dtd">'
        assert pubmed.parse(f"{xml}<PubmedArticleSet/>".encode()) == pubmed.Parsed((), (), ())
        with pytest.raises(BlockingIOError):
            server.accept()


def test_nesting_without_end_is_refused() -> None:
    deep = b"<i>" * 100_000 + b"x" + b"</i>" * 100_000
    with pytest.raises(InputError, match="depth"):
        pubmed.parse(b"<PubmedArticleSet>" + deep + b"</PubmedArticleSet>")


@pytest.mark.parametrize("name", ["plain.xml", "packed.xml.gz"])
def test_a_file_is_read_packed_or_not(tmp_path: Path, name: str) -> None:
    xml = (VALID[0].parent / "inline_markup.xml").read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(xml, mtime=0) if name.endswith(".gz") else xml)
    assert pubmed.parse_file(tmp_path / name) == pubmed.parse(xml)


@pytest.mark.parametrize(
    "body", [b"not gzip", gzip.compress(b"<a/>" * 999, mtime=0)[:-9], b"\x1f\x8b\x08"]
)
def test_a_broken_archive_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "broken.xml.gz").write_bytes(body)
    with pytest.raises(InputError, match="Cannot be read"):
        pubmed.parse_file(tmp_path / "broken.xml.gz")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.xml: Cannot be read"):
        pubmed.parse_file(tmp_path / "absent.xml")


def test_an_archive_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pubmed, "_LARGEST", 1000)
    (tmp_path / "large.xml.gz").write_bytes(gzip.compress(b" " * 1001, mtime=0))
    with pytest.raises(InputError, match="more than 1000 bytes"):
        pubmed.parse_file(tmp_path / "large.xml.gz")
