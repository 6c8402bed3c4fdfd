"""Folding and sentences: every offset leads back to the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.extract.fold import fold
from perennial.extract.sentences import spans
from perennial.extract.terms import Alias, build, find


@given(st.text())
def test_each_folded_letter_has_its_origin(source: str) -> None:
    for folded in (fold(source), fold(source).bare):
        assert len(folded.text) == len(folded.origins)
        assert all(0 <= i < len(source) for i in folded.origins)
        assert list(folded.origins) == sorted(folded.origins)


@given(st.text(st.characters(categories=["L", "N", "P", "M", "Zs"])))
def test_a_text_is_folded_letter_by_letter(source: str) -> None:
    each = [(letter, i) for i, c in enumerate(source) for letter in fold(c).text]
    folded = fold(source)
    assert list(zip(folded.text, folded.origins, strict=True)) == each
    bare = [(letter, i) for letter, i in each if letter != "-"]
    assert list(zip(folded.bare.text, folded.bare.origins, strict=True)) == bare


@given(st.text(alphabet="aB .,;!?-βΓ1\n()"))
def test_sentences_cover_the_text_in_order(source: str) -> None:
    found = spans(source)
    assert [a for a, _ in found] == sorted(a for a, _ in found)
    assert all(a < b for a, b in found)
    kept = "".join(source[a:b] for a, b in found)
    assert "".join(kept.split()) == "".join(source.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It needs p38alpha/beta. TGF-β2 acts.", 2),
        ("Smith et al. saw it (Fig. 2). It grew.", 2),
        ("It was lung cancer. Drugs were found. They act.", 3),
        ("P was 0.05 vs. 0.5 in E. coli.", 1),
        ("D2.0R cells rest. SU86.86 cells do not.", 2),
        ("", 0),
    ],
)
def test_sentence_ends(text: str, count: int) -> None:
    assert len(spans(text)) == count, [text[a:b] for a, b in spans(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("TGF-β2 rose", "TGF-β2"),
        ("tgfbeta2 rose", "tgfbeta2"),
        ("TGF‑Β2s rose", "TGF‑Β2s"),
        ("TGF-β21 rose", ""),
        ("xTGF-β2 rose", ""),
        ("anti-TGFβ2-treated", "TGFβ2"),
        ("TGF-β rose", ""),
    ],
)
def test_names_are_whole_words_in_any_spelling(text: str, named: str) -> None:
    found = find(build([Alias("TGF-beta2", ("x",))]), text, fold(text))
    assert [text[m.start : m.end] for m in found] == ([named] if named else [])


def test_the_longer_name_wins() -> None:
    terms = build([Alias("IL", ("a",)), Alias("IL receptor", ("b",))])
    assert [m.ids for m in find(terms, "IL receptor, IL", fold("IL receptor, IL"))] == [
        ("b",),
        ("a",),
    ]


def test_case_counts_where_asked() -> None:
    terms = build([Alias("NETs", ("a",), exact=True)])
    assert find(terms, "NETs", fold("NETs"))
    assert not find(terms, "nets", fold("nets"))
