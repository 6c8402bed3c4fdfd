"""Screening: order, three outcomes, proof by words, and the reviewers' last word."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.config import load
from perennial.decisions.decision import DECIDED, Verdict
from perennial.link import link
from perennial.record import Notice, Record
from perennial.screen import load_criteria, screen
from perennial.screened import Screened

PROTOCOL = """
blocks:
  seed: "seed[tiab]"
criteria:
  - {id: X1, action: exclude, label: a virus, reason: about a virus, query: "virus[tiab]",
     without_abstract: judge}
  - {id: X2, action: exclude, label: retracted, reason: retracted, integrity: [retracted]}
  - {id: X3, action: exclude, label: for reviewers, reason: only people say so}
  - {id: I1, action: require, label: a seed, reason: seed, query: "#seed"}
  - {id: T1, action: tag, label: old, reason: old, query: "old[tiab]"}
"""


def _verdict(outcome: str, criterion: str, reviewer: str = "Ada", note: str = "") -> Verdict:
    day, stage = "2026-01-01", "title/abstract"
    return Verdict("1", stage, outcome, criterion, reviewer, day, note, DECIDED, False)


def _screen(folder: Path, *records: Record, **verdicts: Verdict) -> list[Screened]:
    (folder / "screening.yaml").write_text(PROTOCOL, "utf-8")
    criteria = load_criteria(load(folder / "screening.yaml", "screening"))
    _, integrity = link(records)
    return screen(records, integrity, criteria, {v.pmid: v for v in verdicts.values()})


CASES = {
    "An old seed": ("include", "", ("T1",)),
    "A seed virus": ("exclude", "X1", ()),
    "Nothing of the kind": ("human", "I1", ()),
    "An old virus": ("exclude", "X1", ("T1",)),
}


@pytest.mark.parametrize("title", CASES)
def test_the_first_criterion_that_settles_it(tmp_path: Path, title: str) -> None:
    (row,) = _screen(tmp_path, Record("1", title=title))
    assert (row.outcome, row.criterion, row.tags) == CASES[title]
    assert row.decided_by == "rule"
    for match in row.matched:
        assert title[match.start : match.end] == match.text


def test_an_exclusion_shows_its_words(tmp_path: Path) -> None:
    (row,) = _screen(tmp_path, Record("1", title="A seed virus"))
    assert [(m.criterion, m.text) for m in row.matched] == [("X1", "virus")]


RETRACTED = {
    "by type": Record("1", title="seed", publication_types=("Retracted Publication",)),
    "by notice": Record("1", title="seed", notices=(Notice("RetractionIn", "2", "J. 2020"),)),
    "by a notice without PMID": Record("1", title="seed", notices=(Notice("RetractionIn"),)),
}


@pytest.mark.parametrize("how", RETRACTED)
def test_a_retracted_record_is_excluded_however_it_is_known(tmp_path: Path, how: str) -> None:
    (row,) = _screen(tmp_path, RETRACTED[how])
    assert (row.outcome, row.criterion) == ("exclude", "X2")


def test_a_reviewer_outranks_a_rule_and_its_words_stay(tmp_path: Path) -> None:
    decision = _verdict("include", "", "Ada", "")
    (row,) = _screen(tmp_path, Record("1", title="A seed virus"), one=decision)
    assert (row.outcome, row.decided_by) == ("include", "Ada")
    assert [m.text for m in row.matched] == ["virus"]


def test_a_reviewer_may_use_a_criterion_that_no_rule_judges(tmp_path: Path) -> None:
    decision = _verdict("exclude", "X3", "Ada", "")
    (row,) = _screen(tmp_path, Record("1", title="A seed"), one=decision)
    assert (row.outcome, row.criterion, row.reason) == ("exclude", "X3", "only people say so")


def _title_of(words: str) -> Record:
    return Record("1", title=words, notices=(Notice("RetractionIn", "2", "J. 2020"),))


# The retracted record's title, a reviewer's decision → outcome, criterion, set aside, by whom.
STRUCK = {
    "what would be included is set aside": ("seed", None, "exclude", "X2", True, "rule"),
    "what another rule excludes is not": ("seed virus", None, "exclude", "X1", False, "rule"),
    "what a human would have to judge is not": ("leaf", None, "exclude", "X2", False, "rule"),
    "an earlier inclusion does not outlive it": (
        *("leaf", _verdict("include", "")),
        *("exclude", "X2", True, "rule"),
    ),
    "an inclusion in full knowledge does": (
        *("seed", _verdict("include", "X2")),
        *("include", "X2", False, "Ada"),
    ),
    "a reviewer who says the same changes nothing": (
        *("seed", _verdict("exclude", "X2")),
        *("exclude", "X2", True, "rule"),
    ),
    "a reviewer's other reason stands": (
        *("seed", _verdict("exclude", "X3")),
        *("exclude", "X3", False, "Ada"),
    ),
    "a record sent back stays with the notice's criterion": (
        *("seed", _verdict("human", "")),
        *("human", "", False, "Ada"),
    ),
}


@pytest.mark.parametrize("case", STRUCK)
def test_a_retraction_sets_aside_what_would_be_included(tmp_path: Path, case: str) -> None:
    words, decision, *expected = STRUCK[case]
    decisions = {"one": decision} if decision else {}
    (row,) = _screen(tmp_path, _title_of(words), **decisions)
    assert [row.outcome, row.criterion, row.set_aside, row.decided_by] == expected
    assert row.read == (row.outcome == "include" or row.set_aside)


@pytest.mark.parametrize(("abstract", "outcome"), [("", "human"), ("Of a virus.", "exclude")])
def test_a_title_alone_excludes_only_where_the_criterion_says_so(
    tmp_path: Path, abstract: str, outcome: str
) -> None:
    (tmp_path / "screening.yaml").write_text(PROTOCOL.replace("judge", "human"), "utf-8")
    criteria = load_criteria(load(tmp_path / "screening.yaml", "screening"))
    record = Record("1", title="A virus", abstract=abstract)
    (row,) = screen([record], [], criteria, {})
    assert row.outcome == outcome
