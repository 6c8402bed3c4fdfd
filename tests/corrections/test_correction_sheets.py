"""Spreadsheets of statements: out, filled in, back; nothing that runs, nothing twice."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from correction_cases import PMID, ROOT, passage, statement
from openpyxl import load_workbook
from perennial.appraisal import load_checklist
from perennial.commands.correct import command as correct
from perennial.commands.corrections import command
from perennial.config import load
from perennial.corrections.correction import Correction
from perennial.corrections.table import load_corrections
from perennial.errors import InputError
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Screened
from perennial.study import Study, characterise
from perennial.tables import read_parquet, write_parquet
from subject import vocabulary

KINDS = (".xlsx", ".csv")
CHECKLIST = load_checklist(load(ROOT / "config/appraisal.yaml", "appraisal").data)
TEXTS = {
    "title": "=HYPERLINK(1): cells",
    "abstract": "-TWIST1 wakes the cells. SOX9 keeps “them” asleep. NANOG too. So do osteoblasts.",
}
WAKES, KEEPS, TOO = (
    "TWIST1 REA abstract: -TWIST1 wakes the cells.",
    "SOX9 MNT abstract: SOX9 keeps “them” asleep.",
    "NANOG MNT abstract: NANOG too.",
)
Filled = dict[str, dict[str, str]]  # factor -> column -> what is typed in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A review of one study, ready to be corrected."""
    (tmp_path / "config").mkdir()
    for name in ("evidence.yaml", "corrections.tsv"):
        shutil.copy(ROOT / "config" / name, tmp_path / "config" / name)
    record = Record(PMID, title=TEXTS["title"], abstract=TEXTS["abstract"])
    drawn = [statement(said, TEXTS) for said in (WAKES, KEEPS, TOO)]
    passages = [passage(section, text) for section, text in TEXTS.items()]
    read = Screened(PMID, "include", "", "", "rule", (), ())
    study = characterise(record, passages, drawn, vocabulary(), CHECKLIST, [])
    write_parquet(tmp_path / "results/1_records/records.parquet", [record], Record)
    write_parquet(tmp_path / "results/4_fulltext/passages.parquet", passages, Passage)
    write_parquet(tmp_path / "results/4_fulltext/assessed.parquet", [read], Screened)
    write_parquet(tmp_path / "results/5_evidence/drawn.parquet", drawn, Statement)
    write_parquet(tmp_path / "results/5_evidence/studies.parquet", [study], Study)
    _correct(tmp_path)
    return tmp_path


def _invoke(what: Callable[..., object], *arguments: str) -> str:
    done = CliRunner().invoke(what, arguments)  # type: ignore[arg-type]
    if done.exception:
        raise done.exception
    return done.output


def _correct(folder: Path) -> None:
    config, results = folder / "config", folder / "results"
    options = ["--corrections", str(config / "corrections.tsv")]
    options += ["--vocabulary", str(config / "evidence.yaml"), "-o", str(results / "5_evidence")]
    _invoke(correct, str(results), *options)


def _run(folder: Path, *arguments: str) -> str:
    own = ["--results", str(folder / "results"), "--config", str(folder / "config")]
    return _invoke(command, *arguments, *own)


def _export(folder: Path, kind: str, *options: str) -> Path:
    file = folder / f"sheet{kind}"
    _run(folder, "export", str(file), *options)
    return file


def _import(folder: Path, file: Path, reviewer: str = "Ada") -> str:
    return _run(folder, "import", str(file), "--reviewer", reviewer, "--date", "2026-01-02")


def _rows(folder: Path) -> list[Correction]:
    return load_corrections(folder / "config/corrections.tsv", None, vocabulary())


def _statements(folder: Path) -> list[Statement]:
    return read_parquet(folder / "results/5_evidence/statements.parquet", Statement)


def _fill(file: Path, filled: Filled, *more: dict[str, str]) -> None:
    """What somebody types into the rows of the factors, and into rows of their own below."""
    if file.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
        header, body = rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        for row in body:
            row.update(filled.get(row["factor"], {}))
        sink = io.StringIO(newline="")
        writer = csv.DictWriter(sink, header, restval="")
        writer.writeheader()
        writer.writerows([*body, *more])
        file.write_text(sink.getvalue(), "utf-8-sig", newline="")
        return
    book = load_workbook(file)
    sheet = book["statements"]
    header = [cell.value for cell in sheet[1]]
    for cells in sheet.iter_rows(min_row=2):
        for column, value in filled.get(cells[header.index("factor")].value, {}).items():
            cells[header.index(column)].value = value
    for row in more:
        sheet.append([row.get(column) for column in header])
    book.save(file)


ADDED = {
    "action": "add",
    "pmid": PMID,
    "section": "abstract",
    "new quote": "So do osteoblasts.",
    "new factor": "Osteoblasts",
    "new direction": "mnt",
}
ALL = {
    "TWIST1": {"action": "confirm"},
    "SOX9": {"action": "Correct", "new direction": "rea", "new site": "lung", "new condition": "-"},
    "NANOG": {"action": "reject", "note": "=1+1"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_out_filled_in_back_and_applied(folder: Path, kind: str) -> None:
    file = _export(folder, kind)
    _fill(file, ALL, ADDED)
    assert "4 corrections appended" in _import(folder, file)
    assert [row.action for row in _rows(folder)] == ["confirm", "correct", "reject", "add"]
    _correct(folder)
    stand = _statements(folder)
    assert [(s.factor, s.direction, s.reviewed) for s in stand] == [
        ("TWIST1", "REA", "confirmed"),
        ("SOX9", "REA", "corrected"),
        ("osteoblasts", "MNT", "added"),
    ]
    assert stand[1].corrected_from == "direction MNT; condition breast; site (none)"
    assert stand[0].quote == "-TWIST1 wakes the cells."
    told = json.loads((folder / "results/5_evidence/corrections.json").read_text("utf-8"))
    assert [row["became"] for row in told["outcomes"]] == ["applied"] * 4
    assert [row["quote"] for row in told["outcomes"] if row["action"] == "reject"] == ["NANOG too."]
    said = _import(folder, file)
    assert "no corrections appended" in said
    assert f"rows 2–5 of {file.name}: said already" in said
    assert len(_rows(folder)) == 4
    rest = _export(folder, ".csv", "--reviewer", "Ada").read_text("utf-8-sig").splitlines()
    assert len(rest) == 2 and "osteoblasts" in rest[1]  # nobody has judged what Ada added


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_statements_give_the_same_bytes(folder: Path, kind: str) -> None:
    assert _export(folder, kind).read_bytes() == _export(folder, kind).read_bytes()


def test_no_cell_runs(folder: Path) -> None:
    book = load_workbook(_export(folder, ".xlsx"))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}  # an empty cell counts as a number
    cells = list(csv.reader(io.StringIO(_export(folder, ".csv").read_text("utf-8-sig"))))
    starts = [cell[:1] for row in cells for cell in row]
    assert not {"=", "+", "-", "@"} & set(starts)
    lists = {
        str(choice.sqref)[0]: choice
        for choice in book["statements"].data_validations.dataValidation
    }
    assert len(lists) == 4


def test_a_second_reviewer_sees_what_was_drawn_not_what_was_said(folder: Path) -> None:
    file = _export(folder, ".xlsx")
    _fill(file, ALL)
    _import(folder, file)
    _correct(folder)
    header, *rows = csv.reader(io.StringIO(_export(folder, ".csv").read_text("utf-8-sig")))
    shown = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["factor"], row["direction"]) for row in shown] == [
        ("TWIST1", "REA"),
        ("SOX9", "MNT"),
        ("NANOG", "MNT"),
    ]


BAD: dict[str, tuple[Filled, dict[str, str], str]] = {
    "an unknown action": ({"SOX9": {"action": "agree"}}, {}, r"M3: unknown action 'agree'"),
    "an unknown factor": (
        {"SOX9": {"action": "correct", "new factor": "NOSUCH1"}},
        {},
        r"N3: unknown factor 'NOSUCH1'",
    ),
    "an unknown site": (
        {"SOX9": {"action": "correct", "new site": "lnug"}},
        {},
        r"Q3: unknown site 'lnug'\n  hint: did you mean 'lung'\?",
    ),
    "a species by its plural": (
        {},
        ADDED | {"new species": "mice"},
        r"S5: unknown species 'mice'\n  hint: did you mean 'mouse'\?",
    ),
    "nothing corrected": ({"SOX9": {"action": "correct"}}, {}, r"M3: the correction corrects noth"),
    "a note alone": ({"SOX9": {"note": "hm"}}, {}, r"M3: unknown action ''"),
    "a value with a confirmation": (
        {"SOX9": {"action": "confirm", "new site": "lung"}},
        {},
        r"Q3: new site is filled in",
    ),
    "words that are not there": (
        {},
        ADDED | {"new quote": "So do the others."},
        r"U5: the study has no such words",
    ),
    "an unknown record": ({}, ADDED | {"pmid": "9"}, r"B5: correction on unknown record '9'"),
    "the same twice": ({"TWIST1": {"action": "confirm"}}, {"twice": "yes"}, "judged twice"),
}


def test_rows_that_change_nothing_are_told_with_the_reason(folder: Path) -> None:
    file = _export(folder, ".csv")
    _fill(file, {"SOX9": {"action": "correct", "new direction": "MNT", "new condition": "Breast"}})
    text = file.read_text("utf-8-sig")
    header, first = text.splitlines()[:2]
    gone = dict(zip(header.split(","), next(csv.reader([first])), strict=True))
    gone |= {"id": "0123456789ab", "action": "reject"}
    _fill(file, {}, gone)
    assert _import(folder, file).splitlines()[0].startswith("2 corrections appended to ")
    assert _import(folder, file).splitlines()[1:] == [
        "  rows 2, 4 of sheet.csv: nothing is filled in",
        "  rows 3, 5 of sheet.csv: said already, and not appended again",
    ]
    (folder / "config/corrections.tsv").write_text(
        (ROOT / "config/corrections.tsv").read_text("utf-8"), "utf-8"
    )
    assert _import(folder, file).splitlines()[1:] == [
        "  rows 2, 4 of sheet.csv: nothing is filled in",
        "  row 3 of sheet.csv: what was drawn already, so the correction confirms it",
        "  row 5 of sheet.csv: no statement has this id now; its quote will be looked for",
    ]


def test_one_correction_is_one(folder: Path) -> None:
    file = _export(folder, ".csv")
    _fill(file, {"SOX9": {"action": "confirm"}})
    assert _import(folder, file).startswith("1 correction appended")


@pytest.mark.parametrize("what", BAD)
def test_a_bad_cell_is_named_and_nothing_is_imported(folder: Path, what: str) -> None:
    filled, more, message = BAD[what]
    file = _export(folder, ".csv")
    if more.get("twice"):
        _fill(file, filled)
        header, first, *_ = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
        more = dict(zip(header, first, strict=True))
    _fill(file, filled, *([more] if more else []))
    with pytest.raises(InputError, match=message):
        _import(folder, file)
    assert _rows(folder) == []


def test_before_anything_was_drawn_the_command_says_so(folder: Path) -> None:
    (folder / "results/5_evidence/drawn.parquet").unlink()
    with pytest.raises(InputError, match="there is no such file yet"):
        _export(folder, ".csv")


def test_a_sheet_filled_in_before_the_text_changed_still_finds_its_place(folder: Path) -> None:
    file = _export(folder, ".csv")
    _fill(file, {"SOX9": {"action": "correct", "new site": "lung"}, "NANOG": {"action": "reject"}})
    texts = TEXTS | {"abstract": "Cells. SOX9 keeps «them» asleep. Some SOX9 keeps “them” asleep."}
    drawn = [statement("SOX9 MNT abstract: Some SOX9 keeps “them” asleep.", texts)]
    passages = [passage(section, text) for section, text in texts.items()]
    write_parquet(folder / "results/4_fulltext/passages.parquet", passages, Passage)
    write_parquet(folder / "results/5_evidence/drawn.parquet", drawn, Statement)
    _import(folder, file)
    _correct(folder)
    told = json.loads((folder / "results/5_evidence/corrections.json").read_text("utf-8"))
    assert [(row["became"], row["action"]) for row in told["outcomes"]] == [
        ("moved", "correct"),
        ("lost", "reject"),
    ]
    (stands,) = _statements(folder)
    assert (stands.reviewed, stands.site, stands.quote) == (
        "corrected",
        "lung",
        "SOX9 keeps “them” asleep.",
    )
