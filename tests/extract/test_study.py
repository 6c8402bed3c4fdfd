"""A study's row: what its text and record show of it, and no more."""

from __future__ import annotations

import pytest
from extraction_cases import ROOT, abstracts, passages, statements
from perennial.appraisal import load_checklist
from perennial.config import load
from perennial.record import Author, Record
from perennial.screened import Integrity
from perennial.study import Study, characterise
from subject import vocabulary

CHECKLIST = load_checklist(load(ROOT / "config/appraisal.yaml", "appraisal").data)


def _study(key: str, kinds: tuple[str, ...] = ("Journal Article",)) -> Study:
    entry = abstracts()[key]
    record = Record(
        pmid=entry["pmid"] or key,
        title=entry["title"],
        abstract=entry["abstract"],
        authors=(Author(family="Doe", initials="J"),),
        publication_types=kinds,
    )
    notices = [
        Integrity(record.pmid, kind, "", "") for kind in ("corrected", "concern", "corrected")
    ]
    return characterise(record, passages(key), statements(key), vocabulary(), CHECKLIST, notices)


def test_a_mouse_study() -> None:
    study = _study("correia2021")
    assert study.first_author == "Doe J"
    assert study.conditions == ("breast",)
    assert study.sites == ("liver",)
    assert "in vivo" in study.design
    assert study.tier == "A"
    assert study.integrity == ("concern", "corrected")
    assert study.statements == len(statements("correia2021")) > 0
    assert study.text == "title and abstract"


@pytest.mark.parametrize(
    ("key", "kinds", "tier"),
    [
        ("demichele2023esmo", ("Journal Article",), "T"),
        ("hed2025", ("Randomized Controlled Trial",), "T"),
        ("hed2025", ("Review",), "R"),
        ("deng2009mirk", ("Journal Article",), "B"),
    ],
)
def test_tiers(key: str, kinds: tuple[str, ...], tier: str) -> None:
    assert _study(key, kinds).tier == tier


def test_a_bare_record() -> None:
    study = characterise(Record(pmid="1"), [], [], vocabulary(), CHECKLIST, [])
    assert (study.first_author, study.design, study.tier, study.text) == ("", "", "", "title")
