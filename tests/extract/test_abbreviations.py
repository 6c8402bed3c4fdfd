"""What a text defines its short forms to mean, and what names then mean in it."""

from __future__ import annotations

import pytest
from extraction_cases import passage, table
from hypothesis import assume, given
from hypothesis import strategies as st
from perennial.extract import Vocabulary, extract
from perennial.extract.abbreviations import abbreviates, definitions
from perennial.extract.fold import fold
from perennial.extract.meanings import within
from perennial.extract.terms import find
from subject import vocabulary

WORDS = st.lists(st.text("abcdefghij", min_size=3, max_size=8), min_size=2, max_size=6)


@pytest.mark.parametrize("row", table("definitions.tsv"), ids=lambda row: row["note"])
def test_definitions(row: dict[str, str]) -> None:
    found = [(d.short, d.long) for d in definitions(row["text"])]
    assert found == ([(row["short"], row["long"])] if row["short"] else [])


def _named(text: str, words: Vocabulary) -> list[str]:
    every = (words.terms, words.contexts["conditions"], words.contexts["sites"])
    found = sorted(
        (m.start, f"{text[m.start : m.end]}={'+'.join(m.ids)}")
        for terms in every
        for m in find(terms, text, fold(text))
    )
    return [name for _, name in found]


@pytest.mark.parametrize("row", table("meanings.tsv"), ids=lambda row: row["note"])
def test_meanings(row: dict[str, str]) -> None:
    """A sentence at a time, as extraction reads: a condition of a name is met in its sentence."""
    local = within(vocabulary(), [row["text"]])
    assert _named(row["text"], local) == list(filter(None, row["named"].split("; ")))


@given(WORDS, st.sampled_from(["", "Of "]), st.sampled_from(["", " rose.", ", and fell."]))
def test_initials_are_found_with_their_words(words: list[str], before: str, after: str) -> None:
    short, long = "".join(word[0] for word in words).upper(), " ".join(words)
    (found,) = definitions(f"{before}{long} ({short}){after}")
    assert found.short == short
    assert f"{before}{long}".endswith(found.long)  # maybe fewer words, if they will do
    assert abbreviates(short, found.long) or found.long.startswith(short.lower())


@given(st.text("aAbB (cC)[d]-.;1β", max_size=60))
def test_a_definition_is_words_of_the_text(text: str) -> None:
    for found in definitions(text):
        assert text[found.start : found.start + len(found.long)] == found.long
        assert found.short in text
        assert len(found.long) > len(found.short)
        sought = [c for c in fold(found.short).text if c.isalnum()]
        letters = iter(fold(found.long).text)
        assert all(letter in letters for letter in sought)  # in their order


@given(st.text(max_size=80))
def test_where_nothing_is_defined_all_is_as_before(text: str) -> None:
    assume("(" not in text and "[" not in text)
    assert within(vocabulary(), [text]) is vocabulary()


def test_definitions_do_not_depend_on_the_order_of_passages() -> None:
    texts = [row["text"] for row in table("meanings.tsv")]
    there, back = within(vocabulary(), texts), within(vocabulary(), texts[::-1])
    for text in texts:
        assert _named(text, there) == _named(text, back)


def test_a_definition_holds_in_the_whole_document_and_in_no_other() -> None:
    said = "TSPO-1 induces dormancy of disseminated tumour cells."
    defined = passage("abstract", "Thrombospondin-1 (TSPO-1) is a protein of the matrix.")
    read = passage("results.1", said)
    (found,) = extract([defined, read], vocabulary(), title="A study", publication_types=())
    assert (found.factor, found.factor_text, found.section) == ("THBS1", "TSPO-1", "results.1")
    assert found.quote == said
    assert not extract([read], vocabulary(), title="A study", publication_types=())


def test_what_a_document_calls_something_else_states_nothing() -> None:
    said = "MET and HGF were seen. MET induces dormancy of disseminated tumour cells with HGF."
    elsewhere = extract([passage("abstract", said)], vocabulary(), title="", publication_types=())
    assert "MET" in {s.factor for s in elsewhere}
    defined = f"Mesenchymal-epithelial transition (MET) is a change of cells. {said}"
    here = extract([passage("abstract", defined)], vocabulary(), title="", publication_types=())
    assert "MET" not in {s.factor for s in here}
