"""Pairs of spellings: where they apply, where they must not, and files with faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from perennial.errors import InputError
from perennial.query import Document, QueryError, Spelling, evaluate, parse, parse_blocks
from perennial.record import Record

ROOT = Path(__file__).parents[2]
PAIRS = [("tumour", "tumor"), ("haemat", "hemat"), ("oestrogen", "estrogen")]
PAIRS += [("colonis", "coloniz")]


@pytest.mark.parametrize(
    ("word", "spellings"),
    [
        ("tumour", "tumor|tumour"),
        ("tumor*", "tumor*|tumour*"),
        ("tumorous", "tumorous|tumourous"),
        ("hematologic", "haematologic|hematologic"),
        ("colonisation", "colonisation|colonization"),
        ("oestrogen", "estrogen|oestrogen"),
        ("estrogens", "estrogens|oestrogens"),
        ("dormant", "dormant"),
        ("tumo*", "tumo*"),  # finds both as it is
        ("tumo*rous", "tumo*rous"),  # a form that an asterisk cuts is not seen
    ],
)
def test_spellings_of_a_word(word: str, spellings: str) -> None:
    assert Spelling(PAIRS).of(word) == spellings


@pytest.mark.parametrize(
    ("pair", "word", "spellings"),
    [
        (("our", "or"), "four", "four"),  # not “for”: that has three letters
        (("our", "or"), "for", "for"),
        (("our", "or"), "colour", "color|colour"),
        (("haem", "hem"), "haem*", "haem*"),  # not “hem*”, which finds the hemisphere
        (("haem", "hem"), "hem", "hem"),
        (("haem", "hem"), "haemo*", "haemo*|hemo*"),
    ],
)
def test_no_spelling_has_fewer_than_four_letters(
    pair: tuple[str, str], word: str, spellings: str
) -> None:
    assert Spelling([pair]).of(word) == spellings


def test_both_spellings_are_found_and_shown_as_they_stand() -> None:
    record = Record(
        "1", title="Tumour and tumor", abstract="Haematopoietic tumor cells.", keywords=("tumours",)
    )
    spelling = Spelling(PAIRS[:2])
    for text, wanted in (
        ("tumor[ti]", ["Tumour", "tumor"]),
        ("tumour*[tiab]", ["tumor", "tumours", "Tumour", "tumor"]),
        ('"hematopoietic tumour cell*"[ab]', ["Haematopoietic tumor cells"]),
        ('"tumour tumor"[ti:~1]', ["Tumour and tumor"]),
        ("hematopoietic tumour", ["Haematopoietic", "tumor", "Tumour", "tumor"]),
    ):
        found = evaluate(parse(text, {}, spelling), Document.of(record)).spans
        assert [span.text for span in found] == wanted


def test_off_unless_given() -> None:
    record = Document.of(Record("1", title="A tumour"))
    assert not evaluate(parse("tumor[ti]"), record).holds
    assert not evaluate(parse_blocks({"a": "tumor[ti]"})["a"], record).holds


def test_blocks_and_near_take_the_spelling_too() -> None:
    blocks = parse_blocks({"a": "tumor[ab]", "b": "cells[ab]"}, Spelling(PAIRS))
    record = Document.of(Record("1", abstract="A tumour of cells."))
    assert evaluate(parse("#a NEAR/1 #b", blocks), record).holds


def test_headings_names_and_values_keep_their_spelling() -> None:
    spelling = Spelling(PAIRS)
    record = Document.of(Record("1", publication_types=("Tumour Review",), journal="Tumour"))
    for text in ("tumor[mh]", "tumor review[pt]", "tumor[ta]", "tumor[au]"):
        assert not evaluate(parse(text, {}, spelling), record).holds


def test_a_word_with_too_many_spellings_is_refused_at_its_place() -> None:
    assert Spelling([("haem", "hem")]).of("hemhemhemhem").count("|") == 15
    with pytest.raises(QueryError, match="too many") as caught:
        parse("x[ti] OR hemhemhemhemhem[ti]", {}, Spelling([("haem", "hem")]))
    assert (caught.value.start, caught.value.end) == (9, 24)
    with pytest.raises(QueryError, match="too many"):
        parse(f"{'hem' * 30_000}[ti]", {}, Spelling([("haem", "hem")]))


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        ("tumour\ttumor\n", 1, "header"),
        ("", 1, "header"),
        ("british\tamerican\ntumour tumor\n", 2, "1 cells"),
        ("british\tamerican\na\tb\tc\n", 2, "3 cells"),
        ("british\tamerican\n\ntumour\t\n", 3, "no spelling"),
        ("british\tamerican\nae\te\n", 2, "'ae' is no spelling"),
        ("british\tamerican\ntumour*\ttumor*\n", 2, "no spelling"),
        ("british\tamerican\ntwo words\ttwo\n", 2, "no spelling"),
        ("british\tamerican\nsame\tSame\n", 2, "both spellings"),
        ("british\tamerican\ntumour\ttumor\nfibre\tfiber\ntumours\ttumor\n", 4, "line 2"),
    ],
)
def test_a_faulty_file_is_refused_at_its_line(
    tmp_path: Path, rows: str, line: int, says: str
) -> None:
    path = tmp_path / "spelling.tsv"
    path.write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        Spelling.load(path)
    assert (caught.value.place.file, caught.value.place.line) == (str(path), line)
    assert caught.value.hint


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    path = tmp_path / "spelling.tsv"
    with pytest.raises(InputError, match="cannot be read"):
        Spelling.load(path)
    path.write_bytes(b"british\tamerican\n\xff\xfe\ttumor\n")
    with pytest.raises(InputError, match="cannot be read"):
        Spelling.load(path)


def test_the_file_of_the_default_protocol() -> None:
    path = ROOT / "config/spelling.tsv"
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    spelling = Spelling.load(path)
    assert len(rows) >= 35
    for british, american in (row.split("\t") for row in rows):
        assert {british, american} <= set(spelling.of(f"{british}*".strip("*")).split("|"))
        assert spelling.of(british) == spelling.of(american)
    for word in ("four", "for", "hour", "dormant", "cells", "quiescence", "p53"):
        assert spelling.of(word) == word
