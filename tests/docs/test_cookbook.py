"""Each recipe of the cookbook judges the records that stand beside it as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import ROOT, rows, sections
from perennial.assess import assess
from perennial.config import load
from perennial.link import link
from perennial.passage import Passage
from perennial.query import Mesh
from perennial.record import Heading, Notice, Record
from perennial.screen import load_criteria, screen
from perennial.screened import Screened

RECIPES = sections((ROOT / "docs/cookbook.md").read_text("utf-8"))
FILES = {"# config/mesh.yaml": "mesh.yaml", "british\tamerican": "spelling.tsv"}
SAID = {"include": "include", "exclude": "exclude", "ask": "human"}


def test_there_are_recipes() -> None:
    assert len(RECIPES) >= 14


@pytest.mark.parametrize("name", RECIPES)
def test_its_records_go_the_way_that_it_says(tmp_path: Path, name: str) -> None:
    for text in re.findall(r"^```\w+\n(.*?)^```$", RECIPES[name], re.M | re.S):
        file = FILES.get(text.partition("\n")[0], "screening.yaml")
        (tmp_path / file).write_text(text, "utf-8")
    told = list(rows(RECIPES[name]))
    assert len(told) >= 3
    for row in told:
        assert judged(tmp_path, row) == {head: row[head] for head in row if head not in GIVEN}, row


GIVEN = ("record", "with")


def judged(folder: Path, row: dict[str, str]) -> dict[str, str]:
    """What the recipe in ``folder`` makes of the record, by the columns in which it is told."""
    criteria = load_criteria(load(folder / "screening.yaml", "screening"))
    mesh = Mesh.found(folder / "mesh.yaml")
    record, passages = _record(row["record"], row.get("with", ""))
    screened = screen([record], link([record])[1], criteria, {}, mesh)
    (found,) = assess(screened, passages, criteria, {}, mesh)
    assert {m.criterion for m in found.matched} <= {c.id for c in criteria}
    tags = {f"`{c.id}`": "✓" if c.id in found.tags else "" for c in criteria if c.action == "tag"}
    return tags | ({"outcome": _outcome(found)} if "outcome" in row else {})


def _outcome(found: Screened) -> str:
    said = next(word for word, outcome in SAID.items() if outcome == found.outcome)
    return f"{said} ({found.criterion})" if found.criterion else said


def _record(text: str, given: str) -> tuple[Record, list[Passage]]:
    _, title, abstract = re.fullmatch(r"(\*\*(.+?)\*\*)? ?(.*)", text).groups("")
    facts = [fact.partition(": ")[::2] for fact in given.split("; ") if fact]
    said = {kind: tuple(v for k, v in facts if k == kind) for kind, _ in facts}
    assert set(said) <= {"heading", "type", "language", "date", "notice", "full text"}
    record = Record(
        "1",
        title=title,
        abstract=abstract,
        headings=tuple(map(Heading, said.get("heading", ()))),
        publication_types=said.get("type", ()),
        languages=said.get("language", ()),
        date=said.get("date", ("",))[0],
        notices=tuple(Notice(kind) for kind in said.get("notice", ())),
    )
    sections = [("abstract", abstract), *(("results.1", t) for t in said.get("full text", ()))]
    return record, [Passage("1", name, "pmc", "", text, "") for name, text in sections]
