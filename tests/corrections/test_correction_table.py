"""corrections.tsv: read in order, bad rows told at their line, appended whole."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from correction_cases import ROOT, row
from perennial import growing
from perennial.corrections.correction import COLUMNS, Correction
from perennial.corrections.table import append, cells_of, load_corrections
from perennial.errors import InputError
from subject import vocabulary

HEAD = "\t".join(COLUMNS)
ID = "0123456789ab"
ROW = row(2, {"id": ID, "action": "confirm", "reviewer": "Ada"}, {})
with (Path(__file__).parent / "bad_rows.tsv").open(encoding="utf-8", newline="") as _file:
    BAD = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _load(file: Path, as_of: str = "") -> list[Correction]:
    return load_corrections(file, ["1"], vocabulary(), as_of)


def test_there_are_bad_rows() -> None:
    assert len(BAD) >= 20


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["note"])
def test_a_bad_row_is_told_at_its_line(tmp_path: Path, case: dict[str, str]) -> None:
    file = tmp_path / "corrections.tsv"
    given = dict(cell.split("=", 1) for cell in case["row"].split("|"))
    cells = {**dict.fromkeys(COLUMNS, ""), "id": ID, "action": "confirm", "reviewer": "Ada"} | given
    file.write_text("\n".join([HEAD, "", "\t".join(cells.values()), ""]), "utf-8")
    with pytest.raises(InputError) as told:
        _load(file)
    assert case["message"] in told.value.message
    assert told.value.place.line == 3
    assert told.value.hint


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        ("condition", "brest", "did you mean 'breast'?"),
        ("condition", "ovarian cancer", "did you mean 'ovary'?"),
        ("species", "Mouse", "did you mean 'mouse'?"),
        ("site", "nowhere at all", "config/evidence.yaml defines names, under contexts.sites"),
        ("factor", "osteopontin", "did you mean 'SPP1'?"),
        ("factor", "no such factor at all", "config/evidence.yaml defines names, under factors"),
        ("direction", "RAE", "did you mean 'REA'?"),
        ("standing", "results", "did you mean 'result'?"),
    ],
)
def test_an_unknown_name_is_told_at_its_cell_with_the_one_meant(
    tmp_path: Path, column: str, cell: str, hint: str
) -> None:
    file = tmp_path / "corrections.tsv"
    append(file)
    by_hand = replace(ROW, action="correct", section="abstract", **{column: cell})
    with file.open("a", encoding="utf-8") as table:
        table.write(growing.line(cells_of(by_hand)))
    with pytest.raises(InputError, match=f"unknown {column} '{cell}'") as told:
        _load(file)
    line = file.read_text("utf-8").splitlines()[1]
    place = told.value.place
    assert (place.line, line[place.column - 1 :].partition("\t")[0]) == (2, cell)
    assert told.value.hint == hint


def test_known_names_pass_one_or_several(tmp_path: Path) -> None:
    file = tmp_path / "corrections.tsv"
    row = replace(ROW, action="correct", condition="breast; prostate", site="lung", species="-")
    append(file, row)
    assert _load(file) == [row]


def test_the_project_s_own_file_has_the_columns() -> None:
    first = (ROOT / "config/corrections.tsv").read_text("utf-8").partition("\n")[0]
    assert first == HEAD


def test_a_name_gone_since_is_let_pass_where_a_command_wrote_it(tmp_path: Path) -> None:
    file = tmp_path / "corrections.tsv"
    append(file, replace(ROW, action="correct", factor="NOSUCH1", text=ID))
    assert [one.factor for one in _load(file)] == ["NOSUCH1"]


def test_a_correction_of_a_later_date_was_not_made_yet(tmp_path: Path) -> None:
    file = tmp_path / "corrections.tsv"
    append(file, replace(ROW, date="2026-01-01"), replace(ROW, date="2026-03-01", pmid="9"), ROW)
    assert [(one.line, one.date) for one in _load(file, "2026-02-01")] == [
        (2, "2026-01-01"),
        (4, ""),
    ]


def test_rows_come_and_none_goes(tmp_path: Path) -> None:
    file = tmp_path / "corrections.tsv"
    append(file, ROW)
    first = file.read_bytes()
    append(file, replace(ROW, note="two\tcells\nno more", reviewer="Bo"))
    assert file.read_bytes().startswith(first)
    assert [one.note for one in _load(file)] == ["", "two cells no more"]


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "corrections.tsv"
    file.write_text("pmid\toutcome\n", "utf-8")
    with pytest.raises(InputError, match="columns"):
        append(file, ROW)
    assert file.read_text("utf-8") == "pmid\toutcome\n"
