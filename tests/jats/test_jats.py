"""Each made-up article gives the passages that stand beside it; real ones keep the contract."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial import jats
from perennial.errors import InputError

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "data" / "jats"
REAL = ROOT.parent / "shared" / "data"
ARTICLES = [
    *sorted((REAL / "jats").rglob("*xml")),
    *sorted((REAL / "pubmed_xml/ncbiutils/tests/data").glob("pmc*.xml")),
]
KINDS = {"intro", "methods", "results", "discussion", "conclusions", "other"}
KINDS |= {"caption", "table", "supplement"}

absent = pytest.mark.skipif(not ARTICLES, reason=f"no real articles here: {REAL} is absent")


def _cases(folder: str, at_least: int) -> list[Path]:
    paths = sorted((CASES / folder).glob("*.xml"))
    assert len(paths) >= at_least, f"only {len(paths)} cases in {CASES / folder}"
    assert all(_expected(path)["note"] for path in paths)
    return paths


def _expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def _plain(full: jats.FullText) -> dict[str, Any]:
    return asdict(full) | {"passages": [[p.section, p.heading, p.text] for p in full.passages]}


@pytest.mark.parametrize("path", _cases("valid", at_least=15), ids=lambda path: path.stem)
def test_valid(path: Path) -> None:
    wanted = _expected(path)
    texts = jats.parse(path.read_bytes(), wanted["pmid"], path.name)
    assert [_plain(full) for full in texts] == wanted["texts"]
    for full in texts:
        _keeps_the_contract(full)


@pytest.mark.parametrize("path", _cases("invalid", at_least=8), ids=lambda path: path.stem)
def test_invalid(path: Path) -> None:
    wanted = _expected(path)
    with pytest.raises(InputError) as caught:
        jats.parse(path.read_bytes(), wanted["pmid"], path.name)
    assert wanted["message"] in caught.value.message
    assert caught.value.place.file == path.name
    if wanted["line"]:
        assert caught.value.place.line == wanted["line"]


def _keeps_the_contract(full: jats.FullText) -> None:
    assert full.status in {"full text", "front matter only", "not available"}
    assert (full.status == "full text") == bool(full.passages) == (not full.reason)
    sections = [passage.section for passage in full.passages]
    assert len(set(sections)) == len(sections)
    for kind in {section.partition(".")[0] for section in sections}:
        numbers = [int(s.partition(".")[2]) for s in sections if s.startswith(f"{kind}.")]
        assert kind in KINDS
        assert numbers == list(range(1, len(numbers) + 1))
    for passage in full.passages:
        assert (passage.pmid, passage.source) == (full.pmid, "pmc")
        assert passage.sha256 == sha256(passage.text.encode()).hexdigest()
        assert passage.text == " ".join(passage.text.split())
        assert passage.text == unicodedata.normalize("NFC", passage.text) != ""


@absent
def test_there_are_real_articles() -> None:
    assert len(ARTICLES) > 15


# Some of these state no PMID of their own; a made-up one stands in.
@absent
@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_real_article(path: Path) -> None:
    xml = path.read_bytes()
    pmid = "99999901" if path.parent.name == "pubchunks" else ""
    texts = jats.parse(xml, pmid, path.name)
    assert texts
    for full in texts:
        _keeps_the_contract(full)
        kinds = {passage.section.partition(".")[0] for passage in full.passages}
        assert not kinds or {"results", "discussion"} <= kinds or "other" in kinds


@absent
def test_restricted_articles_say_so() -> None:
    texts = jats.parse((REAL / "pubmed_xml/ncbiutils/tests/data/pmc.xml").read_bytes())
    front = [full for full in texts if full.status == "front matter only"]
    assert [full.pmcid for full in front] == ["PMC7857436", "PMC6745503"]
    assert {full.reason for full in front} == {
        "The publisher of this article does not allow downloading of the full text in XML form."
    }


BODIES = [path.read_bytes() for path in _cases("valid", at_least=15)]


@settings(max_examples=200)
@given(st.data())
def test_any_damage(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(BODIES))
    start = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 40))
    damaged = body[:start] + data.draw(st.binary(max_size=8)) + body[start + length :]
    try:
        texts = jats.parse(damaged, "1")
    except InputError:
        return
    for full in texts:
        _keeps_the_contract(full)


@pytest.mark.parametrize("name", ["sec", "list-item", "italic", "unheard-of"])
def test_nesting_as_deep_as_the_parser_lets_it(name: str) -> None:
    """The parser stops at 256 levels; whatever it lets through is read."""
    inner = f"{f'<{name}>' * 240}<p>Deep.</p>{f'</{name}>' * 240}"
    (full,) = jats.parse(f"<article><body>{inner}</body></article>".encode(), "1")
    assert [passage.text for passage in full.passages] == ["Deep."]
