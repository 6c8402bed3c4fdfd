"""What the editor completes, and how it shows that two texts differ."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from perennial.config import SCHEMAS
from perennial.desk.contrast import contrast
from perennial.desk.newest import PAGES, Newest
from perennial.desk.words import headings, words
from perennial.query import Mesh
from perennial.query.tags import TAGS, UNANSWERABLE

MESH = Path(__file__).resolve().parents[2] / "config/mesh.yaml"
LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12)


def test_every_key_and_value_of_the_schema_is_offered() -> None:
    keys = words()["keys"]
    schema = json.loads((SCHEMAS / "screening.schema.json").read_text("utf-8"))["properties"]
    assert set(keys[""]) == set(schema)
    assert set(keys["criteria"]) == set(schema["criteria"]["items"]["properties"])
    assert keys["criteria"]["action"]["values"] == ["exclude", "require", "tag"]
    assert "retracted" in keys["criteria"]["integrity"]["values"]
    assert keys["conduct"]["blinded"]["values"] == ["true", "false"]
    assert keys["conduct"]["reviewers_per_record"]["values"] == ["1", "2"]


def test_tags_that_can_be_answered_are_offered_once_each() -> None:
    offered = [name for name, _ in words()["tags"]]
    assert offered[0] == "tiab"
    assert sorted(offered) == sorted({tag.name for tag in TAGS.values()})
    assert not set(offered) & set(UNANSWERABLE)


def test_headings_are_offered_by_their_beginning() -> None:
    mesh = Mesh.load(MESH)
    found = headings(mesh, "breast neo")
    assert "Breast Neoplasms" in found
    assert all(name.lower().startswith("breast neo") for name in found)
    assert headings(mesh, " ") == headings(None, "a") == []


@given(LINES, LINES)
def test_a_contrast_holds_what_differs(old: list[str], new: list[str]) -> None:
    lines = contrast("\n".join(old), "\n".join(new))
    old, new = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    assert [old[line.theirs - 1] for line in lines if line.theirs] == [
        line.text for line in lines if line.theirs
    ]
    gone = {line.theirs for line in lines if line.kind == "theirs"}
    come = {line.yours: line.text for line in lines if line.kind == "yours"}
    kept = iter([text for number, text in enumerate(old, 1) if number not in gone])
    again = [come[n] if n in come else next(kept) for n in range(1, len(new) + 1)]
    assert again == new
    assert [*kept] == []


def test_the_newest_number_of_a_page_counts_whatever_comes_later() -> None:
    newest = Newest()
    for page, serial in (("one", 3), ("two", 1), ("one", 2)):
        newest.note(page, serial)
    assert newest.is_newest("one", 3)
    assert not newest.is_newest("one", 2)
    assert newest.is_newest("two", 1)
    for number in range(PAGES):
        newest.note(f"page {number}", 1)
    assert newest.is_newest("one", 2)  # forgotten: an answer too many does no harm
