from __future__ import annotations

from pathlib import Path

import pytest
from perennial.errors import InputError
from perennial.render import documents, wording
from perennial.render.pandoc import pandoc


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "no studies"), (1, "1 study"), (2, "2 studies"), (12345, "12,345 studies")],
)
def test_a_noun_follows_its_number(number, words):
    assert wording.counted(number, "study", "studies") == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")],
)
def test_words_in_a_row(words, sentence):
    assert wording.listed(words) == sentence


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (["retracted"], "a notice of retraction"),
        (["retracted", "concern"], "a notice of retraction and an expression of concern"),
        (["odd"], "a notice (odd)"),
    ],
)
def test_a_notice_in_words(kinds, words):
    assert wording.notice(kinds) == words


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-06-01", "1 June 2026"),
        ("2026-06", "June 2026"),
        ("2026", "2026"),
        ("2026-06-01T08:00:00Z", "1 June 2026"),
        ("2026-13-01", "2026-13-01"),
        ("soon", "soon"),
    ],
)
def test_a_date_in_words(date, words):
    assert wording.long_date(date) == words


@pytest.mark.parametrize("name", ["", "0123", "12 34", "javascript:alert(1)", "1/../2", "१२३"])
def test_what_is_no_identifier_gets_no_address(name):
    assert (wording.pubmed(name), wording.pmc(name), wording.doi(name)) == ("", "", "")


def test_identifiers_get_addresses():
    assert wording.doi('10.0000/a<b>"c"?d#e') == "https://doi.org/10.0000/a%3Cb%3E%22c%22%3Fd%23e"
    assert wording.pubmed("900000001").endswith("/900000001/")
    assert wording.pmc("PMC12").endswith("/PMC12/")


def test_an_anchor_holds_no_odd_character():
    assert wording.anchor("s", 'a b"<c>') == "s-a_b__c_"


def test_the_document_reads_no_other_picture(templates: Path):
    html = "<p><img src='/etc/hostname'></p>"
    with pytest.raises(InputError, match="/etc/hostname"):
        documents.docx(html, {"flow.png": b""}, templates / "document", "2026-06-01")


def test_a_date_that_is_none_is_refused(templates: Path):
    with pytest.raises(InputError, match="not a date"):
        documents.docx("<p>x</p>", {}, templates / "document", "June")


def test_pandocs_complaint_reaches_the_user():
    with pytest.raises(InputError, match="pandoc failed"):
        pandoc("x", "--from=nothing-known")
