"""The row of a study has what its text reports, and the rule behind its tier."""

from __future__ import annotations

import pytest
from appraisal_cases import ROOT, checklist, passage
from perennial.config import load
from perennial.extract import load_vocabulary
from perennial.record import Record
from perennial.study import Study, characterise

VOCABULARY = load_vocabulary(load(ROOT / "config" / "evidence.yaml", "evidence").data)


def _study(text: str, kinds: tuple[str, ...] = (), asked: bool = True) -> Study:
    record = Record(pmid="1", abstract=text, publication_types=kinds)
    read = [passage(text, "abstract")]
    return characterise(record, read, [], VOCABULARY, [], checklist=checklist() if asked else None)


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


def test_without_a_checklist_nothing_is_asked():
    study = _study("Mice were randomised.", asked=False)
    assert (study.viability, study.reported, study.not_reported) == ("not stated", (), ())


@pytest.mark.parametrize(
    ("text", "kinds", "tier", "why"),
    [
        ("Patients entered a phase 2 study.", (), "T", "designs named: trial"),
        ("A computational study.", (), "S", "designs named: computational; not named: in vivo"),
        ("Mice were seen.", (), "", "no rule fits; designs named: in vivo; no finding"),
        ("", (), "", "no rule fits; designs named: none"),
        ("Patients entered a phase 2 study.", ("Review",), "", "other people's work"),
    ],
)
def test_the_tier_says_why(text: str, kinds: tuple[str, ...], tier: str, why: str):
    study = _study(text, kinds)
    assert study.tier == tier
    assert why in study.tier_why
