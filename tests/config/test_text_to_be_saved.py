"""A text that is not in its file yet is read as the file would be, and told at its places."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.config import load, offset_of, parsed
from perennial.errors import InputError, Place
from perennial.screen import load_criteria

ROOT = Path(__file__).resolve().parents[2]
SCREENING = ROOT / "config/screening.yaml"


def test_a_text_is_read_as_its_file() -> None:
    text = SCREENING.read_text("utf-8")
    assert parsed(text, str(SCREENING), "screening") == load(SCREENING, "screening")


def test_places_in_a_query_are_those_of_the_text_and_not_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "spelling.tsv").write_bytes((ROOT / "config/spelling.tsv").read_bytes())
    text = "# one more line\n\n" + SCREENING.read_text("utf-8").replace("NEAR/6", "NEAR/x")
    file = tmp_path / "screening.yaml"
    places = []
    for there in (None, "criteria: []\n", text):
        if there is not None:
            file.write_text(there, "utf-8")
        with pytest.raises(InputError, match="NEAR/n stands between") as refusal:
            load_criteria(parsed(text, str(file), "screening"))
        places.append(refusal.value.place)
    assert len(set(places)) == 1
    assert text[offset_of(text, places[0]) :].startswith("NEAR/x")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b\nc: \x07\n", Place("f", 2, 4)),
        ("a: \ufffe", Place("f", 1, 4)),
        ("conduct: {seed: !!int x}\n", Place("f")),
        ("criteria: !!set x\n", Place("f")),
        ("!!bool x", Place("f")),
        (f"conduct: {{seed: {'9' * 5000}}}\n", Place("f")),
    ],
)
def test_what_the_parser_does_not_expect_is_an_error_in_words(text: str, place: Place) -> None:
    with pytest.raises(InputError) as refusal:
        parsed(text, "f", "screening")
    assert refusal.value.place == place
    assert len(refusal.value.message) < 700
