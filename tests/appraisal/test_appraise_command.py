"""``perennial appraise`` describes studies by the statements that stand, not by those drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from appraisal_cases import ROOT, passage
from click.testing import CliRunner
from perennial.commands.appraise import command
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Integrity, Screened
from perennial.study import Study
from perennial.tables import read_parquet, write_parquet

TEXT = "Loss of SRC woke the cells in mice."
BLANK = dict.fromkeys(Statement.__dataclass_fields__, "")
DRAWN = Statement(
    **(BLANK | {"pmid": "1", "factor": "SRC", "perturbation": "loss", "standing": "result"})
    | {"quote": TEXT, "section": "abstract", "start": 0, "end": len(TEXT)}
)


def _study(folder: Path, *stand: Statement, aside: bool = False) -> Study:
    read = Screened("1", "include", "", "", "rule", (), (), set_aside=aside)
    not_read = Screened("2", "exclude", "", "X1", "rule", (), ())
    results = folder / "results"
    write_parquet(results / "1_records/records.parquet", [Record("1"), Record("2")], Record)
    write_parquet(
        results / "2_linked/integrity.parquet", [Integrity("1", "concern", "", "")], Integrity
    )
    write_parquet(results / "4_fulltext/assessed.parquet", [read, not_read], Screened)
    texts = [passage(TEXT, "abstract"), replace(passage(TEXT, "abstract"), pmid="2")]
    write_parquet(results / "4_fulltext/passages.parquet", texts, Passage)
    write_parquet(results / "5_evidence/statements.parquet", stand, Statement)
    options = ["--vocabulary", str(ROOT / "config/evidence.yaml"), "-o", str(folder / "s.parquet")]
    options += ["--appraisal", str(ROOT / "config/appraisal.yaml")]
    done = CliRunner().invoke(command, [str(results), *options], catch_exceptions=False)
    assert done.exit_code == 0
    (study,) = read_parquet(folder / "s.parquet", Study)
    return study


@pytest.mark.parametrize(
    ("stand", "tier", "count"),
    [
        ((DRAWN,), "A", 1),
        ((), "", 0),  # rejected
        ((replace(DRAWN, standing="background", reviewed="corrected"),), "", 1),
    ],
    ids=["as drawn", "rejected", "corrected"],
)
def test_the_tier_and_the_count_go_by_what_stands(
    tmp_path: Path, stand: tuple[Statement, ...], tier: str, count: int
) -> None:
    study = _study(tmp_path, *stand)
    assert (study.tier, study.statements) == (tier, count)


def test_notices_and_what_is_set_aside_are_in_the_row(tmp_path: Path) -> None:
    study = _study(tmp_path, DRAWN, aside=True)
    assert (study.pmid, study.integrity, study.set_aside) == ("1", ("concern",), True)
