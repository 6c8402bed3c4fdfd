"""The row of a study has what its text reports, and the words behind its tier."""

from __future__ import annotations

import csv

import pytest
from appraisal_cases import ROOT, checklist, passage
from perennial.config import load
from perennial.passage import Statement
from perennial.record import Record
from perennial.study import Study, characterise
from subject import vocabulary

with (ROOT / "tests/data/appraisal/tiers.tsv").open(encoding="utf-8", newline="") as _file:
    TIERS = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _statement(quote: str = "", **cells: str) -> Statement:
    blank = dict.fromkeys(Statement.__dataclass_fields__, "")
    said = {"factor": "SRC", "standing": "result", "quote": quote} | cells
    return Statement(**(blank | {"start": 0, "end": len(quote)} | said))


def _study(text: str, kinds: tuple[str, ...] = (), *statements: Statement) -> Study:
    record = Record(pmid="1", abstract=text, publication_types=kinds)
    read = [passage(text, "abstract")]
    return characterise(record, read, statements, vocabulary(), checklist(), [])


def test_what_the_text_reports_is_in_the_row():
    study = _study("Inhibition awakened dormant cells in mice. Mice were randomised.")
    assert (study.viability, study.reversibility) == ("not stated", "shown")
    assert study.reported == ("animals-chance",)
    assert "animals-planned" in study.not_reported
    assert [(s.item, s.section) for s in study.shown] == [
        ("reversibility", "abstract"),
        ("animals-chance", "abstract"),
    ]


def test_a_study_is_not_asked_what_its_design_has_no_part_in():
    study = _study("Cells in culture stayed quiescent.")
    assert (study.reported, study.not_reported, study.shown) == ((), (), ())


def test_there_are_tiers():
    assert {case["tier"].strip() for case in TIERS} == {"", *_legend()}


def _legend() -> set[str]:
    return set(load(ROOT / "config/appraisal.yaml", "appraisal")["tiers"])


@pytest.mark.parametrize("case", TIERS, ids=lambda case: case["note"])
def test_the_tier_says_why(case: dict[str, str]):
    kinds = (case["types"],) if case["types"] else ()
    changed = [_statement(perturbation="loss")] if case["changed"] else []
    study = _study(case["text"], kinds, *changed)
    assert (study.tier, study.tier_why) == (case["tier"].strip(), study.tier_why)
    assert case["why"] in study.tier_why


@pytest.mark.parametrize(
    ("statement", "tier"),
    [
        (_statement(perturbation="gain"), "A"),
        (_statement(basis="perturbed"), "A"),  # an agent was given
        (_statement("SRC was required to keep them asleep."), "A"),
        (_statement("Blocking it woke them."), "A"),
        (_statement("They showed SRC-dependent rest."), "A"),
        (_statement("SRC kept them asleep."), ""),
        (_statement(basis="associated", quote="It went with SRC-dependent rest."), ""),
        (_statement(perturbation="loss", standing="background"), ""),
        (_statement(perturbation="loss", standing="hypothesis"), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else value.quote or value.standing,
)
def test_only_a_result_of_a_change_counts_as_one(statement: Statement, tier: str):
    assert _study("Mice were seen.", (), statement).tier == tier


def test_words_of_an_introduction_name_no_design():
    read = [passage("Mice were used before.", "intro.1"), passage("Cells slept.", "results.1")]
    study = characterise(Record(pmid="1"), read, [], vocabulary(), checklist(), [])
    assert (study.design, study.text) == ("", "full text")
