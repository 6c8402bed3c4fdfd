"""What is read from an article's text is what its tree says, and nothing is read that is no XML."""

from __future__ import annotations

import gzip
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial import pubmed
from perennial.errors import InputError
from perennial.pubmed import grammar, printed
from perennial.record import Record
from pubmed_golden import DATA, ROOT

sys.path.insert(0, str(ROOT / "benchmarks/baseline"))
import made_up

KNOWN = yaml.safe_load((DATA / "printed.yaml").read_text("utf-8"))
ARTICLE: str = KNOWN["article"]
SHARED = ROOT.parent / "shared" / "data" / "pubmed_xml"
REAL = sorted(p for p in SHARED.rglob("*") if p.name.endswith((".xml", ".xml.gz")))
_ONE = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)


def _of_tree(article: bytes) -> tuple[Record, ...] | None:
    """What the tree of one article says, None for what cannot be read or is refused."""
    try:
        said = pubmed.article(article)
    except InputError:
        return None
    return (said,) if isinstance(said, Record) else None


def _is_printed(article: str) -> bool:
    found = grammar.ARTICLE.match(article)
    return found is not None and found.end() == len(article)


def _changed(change: dict[str, Any]) -> str:
    if "each" in change:
        return ARTICLE.replace(*change["each"])
    before, after = change.get("from", ""), change.get("to", "")
    assert before in ARTICLE
    return ARTICLE.replace(before, after, 1)


@pytest.mark.parametrize("change", KNOWN["changes"], ids=lambda change: change["note"])
def test_after_a_change_it_is_read_from_what_it_should_be(change: dict[str, Any]) -> None:
    article = _changed(change)
    tree, text = _of_tree(article.encode()), printed.articles(article.encode())
    assert text in (None, tree)
    if tree:
        assert change["read"] == ("text" if _is_printed(article) else "tree")
        assert text or change["read"] == "tree"
    else:
        assert change["read"] == "nothing"


def test_the_pattern_captures_what_it_says() -> None:
    assert tuple(grammar.ARTICLE.groupindex) == grammar.Printed._fields
    assert grammar.ARTICLE.groups == len(grammar.Printed._fields)
    assert all(grammar.Printed(*grammar.ARTICLE.match(ARTICLE).groups("")))  # type: ignore[union-attr]
    record = pubmed.article(ARTICLE.encode())
    assert isinstance(record, Record)
    unset = [name for name in Record.__slots__ if not getattr(record, name)]
    assert not unset, "the article of printed.yaml is to show every field"


@pytest.mark.skipif(not REAL, reason=f"no real PubMed files here: {SHARED} is absent")
def test_real_articles_say_the_same_by_either_way() -> None:
    of_text = of_tree = 0
    for path in REAL:
        xml = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for article in _ONE.findall(xml):
            text, tree = printed.articles(article), _of_tree(article)
            assert text is None or text == tree, path
            of_text += bool(text) and _is_printed(article.decode())
            of_tree += bool(tree)
    assert of_text > 0.95 * of_tree > 300


@pytest.mark.parametrize("oddities", ["real", "adversarial", "strange", "none"])
def test_made_up_articles_say_the_same_by_either_way(tmp_path: Path, oddities: str) -> None:
    written = made_up.write_file(tmp_path / "a.xml.gz", 1, 300, oddities=oddities)
    articles = _ONE.findall(gzip.decompress(written.path.read_bytes()))
    known = [(printed.articles(article), _of_tree(article)) for article in articles]
    assert [text for text, _ in known if text] == [tree for text, tree in known if text]
    usual = sum(_is_printed(article.decode()) for article in articles)
    assert usual > (0 if oddities == "strange" else 150)


FRAGMENTS = ["", "<", ">", "&", "&#1;", "<i>", "</i>", "<!--", "]]>", "\x01", '"', " ", "<Year>"]
FRAGMENTS += ["</PubmedArticle>", "<PubmedArticle>", 'UI="D4"', "<?x?>", "/", "\ufffe", "é", "="]


TAGS = re.findall("<[^>]*>|[^<]+", ARTICLE)
SOME = settings(max_examples=20_000 if os.environ.get("PERENNIAL_LONG") else 300)


def _is_no_better_than_its_tree(article: str) -> None:
    text = printed.articles(article.encode())
    assert text is None or text == _of_tree(article.encode())


@SOME
@given(st.data())
def test_what_is_damaged_is_never_read(data: st.DataObject) -> None:
    at, length = data.draw(st.integers(0, len(ARTICLE))), data.draw(st.integers(0, 12))
    fragment = data.draw(st.sampled_from(FRAGMENTS))
    _is_no_better_than_its_tree(ARTICLE[:at] + fragment + ARTICLE[at + length :])


@SOME
@given(st.integers(0, len(TAGS) - 1), st.integers(0, len(TAGS) - 1), st.integers(0, 3))
def test_what_is_misplaced_is_never_read(one: int, other: int, how: int) -> None:
    pieces = list(TAGS)
    if how == 0:
        pieces.insert(other, pieces[one])
    elif how == 1:
        del pieces[one]
    elif how == 2:
        pieces[one] = pieces[other]
    else:
        pieces[one], pieces[other] = pieces[other], pieces[one]
    _is_no_better_than_its_tree("".join(pieces))


def test_bytes_that_are_no_text_are_not_read() -> None:
    assert printed.articles(ARTICLE.encode().replace(b"Seeds", b"\xff")) is None
    assert printed.articles(ARTICLE.encode("utf-16")) is None
    assert printed.articles(b"") == ()


_FRAMES = {
    "usual": ("<?xml version='1.0'?>\n<!DOCTYPE PubmedArticleSet SYSTEM 'x.dtd'>\n", ""),
    "a default for an attribute": (
        "<!DOCTYPE PubmedArticleSet [<!ATTLIST AbstractText Label CDATA 'NONE'>]>\n",
        "",
    ),
    "a namespace": ("", " xmlns='http://example.org/'"),
}


@pytest.mark.parametrize("frame", _FRAMES.values(), ids=_FRAMES)
def test_a_set_says_the_same_by_either_way(
    frame: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, declared = frame
    articles = f"{ARTICLE}{ARTICLE.replace('<Volume>', '<Odd/><Volume>')}{ARTICLE}"
    xml = f"{before}<PubmedArticleSet{declared}>{articles}</PubmedArticleSet>\n".encode()
    known = pubmed.parse(xml)
    assert len(known.records) == 3
    monkeypatch.setattr(printed, "articles", lambda xml: None)
    assert pubmed.parse(xml) == known


@pytest.mark.parametrize("end", ["", "</PubmedArticleSet", "</PubmedBookArticleSet>", "\x0b"])
def test_a_set_without_its_end_is_refused(end: str) -> None:
    with pytest.raises(InputError):
        pubmed.parse(f"<PubmedArticleSet>{ARTICLE}{end}".encode())
