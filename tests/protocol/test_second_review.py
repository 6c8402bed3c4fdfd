"""The protocol of the second review, on records made up for it, and its measurement."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from perennial.config import load
from perennial.record import Record
from perennial.screen import load_criteria, screen

ROOT = Path(__file__).parents[2]
REVIEW = ROOT / "examples/virus-metagenomics"
sys.path.insert(0, str(ROOT / "benchmarks/protocol"))

import measured  # noqa: E402
from labelled import Labelled  # noqa: E402

LINES = (Path(__file__).parent / "cases.tsv").read_text("utf-8").splitlines()[1:]  # after a note
CASES = list(csv.DictReader(LINES, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_there_are_cases_of_each_outcome() -> None:
    assert {case["outcome"] for case in CASES} >= {"include", "human", "exclude"}
    assert len(CASES) > 60


def test_each_record_has_an_outcome_that_is_meant() -> None:
    criteria = load_criteria(load(REVIEW / "config/screening.yaml", "screening"))
    records = [
        Record(f"x{number:010}", title=case["title"], abstract=case["abstract"] or "")
        for number, case in enumerate(CASES)
    ]
    made = {row.pmid: row for row in screen(records, [], criteria, {})}
    wrong = [
        (case["title"], made[record.pmid].outcome, made[record.pmid].criterion)
        for case, record in zip(CASES, records, strict=True)
        if made[record.pmid].outcome not in case["outcome"].split("/")
    ]
    assert wrong == []


@pytest.fixture(scope="module")
def data() -> Labelled:
    """The cases, with those called relevant that are to be included."""
    titles, abstracts = (tuple(case[key] or "" for case in CASES) for key in ("title", "abstract"))
    return Labelled("made up", titles, abstracts, tuple("include" in c["outcome"] for c in CASES))


def test_the_workflow_gives_each_row_its_outcome(data: Labelled, tmp_path: Path) -> None:
    made = measured.outcomes(REVIEW, data, tmp_path)
    wrong = [c for c, what in zip(CASES, made, strict=True) if what not in c["outcome"].split("/")]
    assert wrong == []
    told = dict(measured.screening(data, made))
    assert told["sensitivity of included and queued"] == f"{sum(data.included)} of " + (
        f"{sum(data.included)}, 100.0 %"
    )


def test_what_rules_lose_is_told(data: Labelled) -> None:
    lost = ["exclude"] * len(CASES)
    told = dict(measured.screening(data, lost))
    assert told["sensitivity of included and queued"].startswith("0 of ")
    assert told["share of the records excluded by rule"] == "100.0 %"
    assert "precision of included by rule" not in told
    unread = dict(measured.reading(data, lost, range(1)))
    assert unread["records unread at 95 % recall"] == measured.LOST
    whole = dict(measured.audit(data, lost, len(CASES)))
    assert whole[f"audit of {len(CASES)}: at most, median of 200 samples"] == str(
        sum(data.included)
    )


def test_a_queue_read_to_its_end_saves_what_rules_settled(data: Labelled) -> None:
    made = ["human" if relevant else "exclude" for relevant in data.included]
    told = dict(measured.reading(data, made, range(2)))
    unread = 1 - sum(data.included) / len(data.included)
    assert told["records unread at 100 % recall"] == f"{100 * unread:.1f} %"
