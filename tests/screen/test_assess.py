"""The full-text stage: rules where the text was read, reviewers anywhere, the rest as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.assess import assess
from perennial.config import load
from perennial.decisions.decision import DECIDED, Verdict
from perennial.passage import Passage
from perennial.screen import load_criteria
from perennial.screened import FULL_TEXT, Screened

PROTOCOL = """
criteria:
  - {id: I1, action: require, label: a seed, reason: seed, query: "seed[tiab]"}
  - {id: X5, action: exclude, stage: full text, label: in water, reason: grown in water,
     query: "hydroponic*[tiab] AND greenhouse[tiab]"}
  - {id: X6, action: exclude, stage: full text, label: no text, reason: no full text}
"""
SECTIONS = {
    "title": "Of seeds",
    "abstract": "A seed sleeps.",
    "methods.1": "In a greenhouse.",
    "results.1": "Hydroponics failed: hydroponic seeds died.",
}


def passages(*sections: str, pmid: str = "1") -> list[Passage]:
    return [Passage(pmid, name, "pmc", "", SECTIONS[name], "") for name in sections]


def row(outcome: str = "include", *, set_aside: bool = False) -> Screened:
    return Screened("1", outcome, "", "meets every requirement", "rule", ("T",), (), set_aside)


def assessed(
    folder: Path, screened: Screened, cut: list[Passage], verdict: Verdict | None = None
) -> Screened:
    (folder / "screening.yaml").write_text(PROTOCOL, "utf-8")
    criteria = load_criteria(load(folder / "screening.yaml", "screening"))
    (found,) = assess([screened], cut, criteria, {"1": verdict} if verdict else {})
    return found


def said(outcome: str, criterion: str = "") -> Verdict:
    return Verdict("1", FULL_TEXT, outcome, criterion, "Ada", "2026-01-01", "", DECIDED, False)


def test_what_is_found_in_two_sections_excludes_and_is_quoted_where_it_stands(tmp_path: Path):
    found = assessed(tmp_path, row(), passages(*SECTIONS))
    assert (found.outcome, found.criterion, found.stage) == ("exclude", "X5", FULL_TEXT)
    assert found.tags == ("T",)
    assert {match.field for match in found.matched} == {"methods.1", "results.1"}
    for match in found.matched:
        assert SECTIONS[match.field][match.start : match.end] == match.text


@pytest.mark.parametrize("sections", [("title", "abstract"), ("title", "abstract", "methods.1")])
def test_what_does_not_show_it_stands_as_it_was(tmp_path: Path, sections: tuple[str, ...]):
    assert assessed(tmp_path, row(), passages(*sections)) == row()


@pytest.mark.parametrize("outcome", ["exclude", "human"])
def test_what_screening_did_not_let_through_is_not_read(tmp_path: Path, outcome: str):
    assert assessed(tmp_path, row(outcome), passages(*SECTIONS)) == row(outcome)


def test_a_reviewer_outranks_the_rules_and_needs_no_full_text(tmp_path: Path):
    kept = assessed(tmp_path, row(), passages(*SECTIONS), said("include"))
    assert (kept.outcome, kept.decided_by, kept.stage) == ("include", "Ada", FULL_TEXT)
    lost = assessed(tmp_path, row(), passages("title"), said("exclude", "X6"))
    assert (lost.outcome, lost.criterion, lost.reason) == ("exclude", "X6", "no full text")


def test_what_is_set_aside_and_fails_here_is_excluded_like_any_other(tmp_path: Path):
    aside = row("exclude", set_aside=True)
    assert not assessed(tmp_path, aside, passages(*SECTIONS)).set_aside
    assert assessed(tmp_path, aside, passages("title", "abstract")) == aside
    assert assessed(tmp_path, aside, passages(*SECTIONS), said("include")) == aside
