"""The default protocol on papers that use the field's words for something else.

The bank is third-party data and stays where it is; what it may wrongly bring in is named here.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from perennial.config import load
from perennial.query import Mesh
from perennial.record import Record
from perennial.screen import load_criteria, screen

ROOT = Path(__file__).parent.parent.parent
BANK = ROOT.parent / "shared/data/dormancy/homonym_bank.tsv"
# Included, and rightly: they are about dormant or persisting malignant cells.
RIGHT = {"38308117", "38503727", "38702301"}
# Included, and wrongly: a hypothesis, without data of its own.
WRONG = {"15217504"}


@pytest.mark.skipif(not BANK.exists(), reason=f"NOT RUN: {BANK} is not here")
def test_at_most_two_in_a_hundred_homonyms_come_in() -> None:
    csv.field_size_limit(10_000_000)
    with BANK.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    papers = [Record(row["pmid"], title=row["title"], abstract=row["abstract"]) for row in rows]
    criteria = load_criteria(load(ROOT / "config/screening.yaml", "screening"))
    screened = screen(papers, [], criteria, {}, Mesh.load(ROOT / "config/mesh.yaml"))
    included = {row.pmid for row in screened if row.outcome == "include"}
    assert len(papers) > 100
    assert included == RIGHT | WRONG
    assert len(WRONG) <= 0.02 * len(papers)
