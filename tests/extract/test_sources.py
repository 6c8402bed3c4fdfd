"""Which text may speak: kinds of publication, kinds of section."""

from __future__ import annotations

import pytest
from extraction_cases import passage
from perennial.extract import extract
from perennial.passage import Statement
from subject import vocabulary

TITLE = "Dormancy of breast cancer cells"
TEXT = "TGF-β2 induces dormancy of disseminated tumour cells."


def _drawn(section: str, text: str = TEXT, kinds: tuple[str, ...] = ()) -> list[Statement]:
    return extract([passage(section, text)], vocabulary(), title=TITLE, publication_types=kinds)


@pytest.mark.parametrize("section", ["caption.1", "methods.2", "table.1", "supplement.1"])
def test_lists_and_captions_are_not_read(section: str) -> None:
    assert not _drawn(section)


@pytest.mark.parametrize("kind", ["Review", "Editorial", "Comment", "review"])
def test_secondary_publications_are_no_source(kind: str) -> None:
    assert not _drawn("abstract", kinds=("Journal Article", kind))


@pytest.mark.parametrize(
    ("section", "text", "standing"),
    [
        ("abstract", TEXT, "result"),
        ("results.3", TEXT, "result"),
        ("intro.1", TEXT, "background"),
        (
            "abstract",
            "It was previously shown that BMP7 induces dormancy of tumour cells.",
            "background",
        ),
        ("abstract", "BMP7 may induce dormancy of tumour cells.", "hypothesis"),
        ("abstract", "BMP7 induces dormancy of tumour cells; it may act on p38.", "result"),
    ],
)
def test_standing(section: str, text: str, standing: str) -> None:
    assert [s.standing for s in _drawn(section, text)] == [standing]


def test_the_quote_is_the_source_as_it_stands() -> None:
    source = passage("abstract", f"  It is so (Fig. 1).\u00a0 {TEXT} More.")
    (statement,) = extract([source], vocabulary(), title=TITLE, publication_types=())
    assert statement.quote == TEXT
    assert source.text[statement.start : statement.end] == TEXT
    assert statement.factor_text == "TGF-β2"


def test_nothing_is_read_from_nothing() -> None:
    assert extract([], vocabulary(), title="", publication_types=()) == []


def test_a_list_run_together_is_no_sentence() -> None:
    names = "SRC, AXL, MERTK and GAS6, " * 400
    assert not _drawn("abstract", f"{names} induce dormancy of tumour cells.")
