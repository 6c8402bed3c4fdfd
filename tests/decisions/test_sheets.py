"""Spreadsheets: out, filled in, back; the same decisions, nothing that runs, nothing twice."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from perennial.commands.decisions import command
from perennial.decisions.table import Decision
from perennial.errors import InputError
from perennial.record import Record
from small_review import TWO, Project

Made = Callable[..., Project]
KINDS = (".xlsx", ".csv")
Filled = dict[str, dict[str, str]]  # PMID -> column -> what is typed in


def _run(project: Project, *arguments: str) -> str:
    done = CliRunner().invoke(command, [*arguments, *project.options])
    if done.exception:
        raise done.exception
    return done.output


def _export(project: Project, kind: str, *options: str) -> Path:
    file = project.folder / f"sheet{kind}"
    _run(project, "export", str(file), *options)
    return file


def _import(project: Project, file: Path, reviewer: str = "Ada") -> str:
    return _run(project, "import", str(file), "--reviewer", reviewer, "--date", "2026-01-02")


def _fill(file: Path, filled: Filled) -> None:
    """What somebody types into the sheet."""
    if file.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
        for row in rows[1:]:
            for column, value in filled.get(row[0], {}).items():
                row[rows[0].index(column)] = value
        sink = io.StringIO(newline="")
        csv.writer(sink).writerows(rows)
        file.write_text(sink.getvalue(), "utf-8-sig", newline="")
        return
    book = load_workbook(file)
    sheet = book["records"]
    header = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for column, value in filled.get(row[0].value, {}).items():
            row[header.index(column)].value = value
    book.save(file)


def _cells(file: Path) -> list[list[str]]:
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    sheet = load_workbook(file)["records"]
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_queue_goes_out_with_what_the_rules_say(project: Made, kind: str) -> None:
    header, *rows = _cells(_export(project(), kind))
    assert [row[0] for row in rows] == ["1", "3", "5"]
    first = dict(zip(header, rows[0], strict=True))
    assert (first["rule"], first["rule criterion"], first["rule reason"]) == (
        "human",
        "I1",
        "not shown: A seed",
    )
    assert (first["year"], first["journal"]) == ("2020", "Journal of Tales")
    assert first["outcome"] == first["criterion"] == first["note"] == ""


def test_all_records_or_those_that_one_reviewer_has_not_answered(project: Made) -> None:
    review = project()
    assert [row[0] for row in _cells(_export(review, ".csv", "--all"))[1:]] == list("123456")
    file = _export(review, ".csv")
    _fill(file, {"3": {"outcome": "include"}})
    _import(review, file)
    left = _cells(_export(review, ".csv", "--reviewer", "Ada"))
    assert [row[0] for row in left[1:]] == ["1", "5"]


@pytest.mark.parametrize("kind", KINDS)
def test_same_queue_same_bytes(project: Made, kind: str) -> None:
    review = project()
    assert _export(review, kind).read_bytes() == _export(review, kind).read_bytes()


def test_no_clock_in_an_xlsx(project: Made) -> None:
    with zipfile.ZipFile(_export(project(), ".xlsx")) as packed:
        assert {part.date_time[0] for part in packed.infolist()} == {1980}
        assert packed.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_as_a_formula(project: Made, kind: str) -> None:
    file = _export(project(), kind)
    title = _cells(file)[2][1]
    if kind == ".csv":
        assert title == "'=HYPERLINK(1)"
        return
    assert title == "=HYPERLINK(1)"
    sheet = load_workbook(file)["records"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    with zipfile.ZipFile(file) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_an_xlsx_offers_outcomes_and_criteria(project: Made) -> None:
    book = load_workbook(_export(project(), ".xlsx"))
    offered = {str(v.sqref): v.formula1 for v in book["records"].data_validations.dataValidation}
    assert offered == {"I2:I4": '"include,exclude,human"', "J2:J4": "criteria!$A$2:$A$5"}
    assert [row[0].value for row in book["criteria"].iter_rows()] == ["criterion", *_REASONS]


_REASONS = ["X1", "X2", "X3", "I1"]


@pytest.mark.parametrize("kind", KINDS)
def test_twice_is_once(project: Made, kind: str) -> None:
    review = project()
    file = _export(review, kind)
    _fill(file, {"1": {"outcome": "Exclude", "criterion": "x3", "note": "no, \t no"}})
    assert "1 decision appended" in _import(review, file)
    held = review.file.read_bytes()
    assert "nothing appended: 1 decision of" in _import(review, file)
    assert review.file.read_bytes() == held
    _fill(file, {"1": {"outcome": "include", "criterion": "", "note": ""}})
    assert "1 decision appended" in _import(review, file)
    assert [row.outcome for row in review.decisions] == ["exclude", "include"]


@pytest.mark.parametrize("kind", KINDS)
def test_hashes_are_those_of_what_the_sheet_showed(project: Made, kind: str) -> None:
    review = project()
    file = _export(review, kind)
    exported = {row[0]: row for row in _cells(file)}
    review.protocol("seed[tiab]", "seeds[tiab]")
    _fill(file, {"1": {"outcome": "include"}})
    _import(review, file)
    (row,) = review.decisions
    assert [row.under, row.text] == exported["1"][-2:]


def test_an_xlsx_remembers_the_hash_of_every_criterion(project: Made) -> None:
    review = project()
    file = _export(review, ".xlsx")
    hashes = {row[0].value: row[2].value for row in load_workbook(file)["criteria"].iter_rows()}
    review.protocol("virus[tiab]", "viral[tiab]")
    _fill(file, {"1": {"outcome": "exclude", "criterion": "X1"}})
    _import(review, file)
    assert review.decisions[0].under == f"X1:{hashes['X1']}"


def test_a_sheet_does_not_tell_what_others_decided(project: Made) -> None:
    review = project(TWO)
    before = _export(review, ".csv").read_bytes()
    file = _export(review, ".csv")
    _fill(file, {"1": {"outcome": "exclude", "criterion": "X3", "note": "secret"}})
    _import(review, file)
    assert _export(review, ".csv").read_bytes() == before


WRONG = {
    "an outcome": ({"3": {"outcome": "maybe"}}, "I3: unknown outcome 'maybe'"),
    "a criterion": ({"1": {"outcome": "exclude", "criterion": "X9"}}, "J2: unknown criterion"),
    "a tag": ({"1": {"outcome": "exclude", "criterion": "T1"}}, "J2: T1 is a tag"),
    "no criterion": ({"5": {"outcome": "exclude"}}, "J4: an exclusion needs its criterion"),
    "no outcome": ({"5": {"note": "hm"}}, "I4: unknown outcome ''"),
    "a record": (
        {"1": {"pmid": "77", "outcome": "include"}},
        "A2: decision on unknown record '77'",
    ),
    "a stage": ({"1": {"stage": "later", "outcome": "include"}}, "L2: unknown stage 'later'"),
    "a hash": ({"1": {"text": "x", "outcome": "include"}}, "N2: text: 'x' is not a hash"),
    "twice": (
        {"1": {"outcome": "include"}, "3": {"pmid": "1", "outcome": "include"}},
        "A3: 1 is decided twice",
    ),
    "a formula": ({"1": {"outcome": "=1+1"}}, "I2: unknown outcome '=1+1'"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_cell_is_named_and_nothing_is_imported(project: Made, what: str, kind: str) -> None:
    review = project()
    filled, message = WRONG[what]
    file = _export(review, kind)
    _fill(file, {"3": {"outcome": "include"}} | filled)
    with pytest.raises(InputError) as refusal:
        _import(review, file)
    assert message in str(refusal.value)
    assert file.name in str(refusal.value)
    assert review.decisions == []


@pytest.mark.parametrize("kind", KINDS)
def test_mistakes_are_named_together(project: Made, kind: str) -> None:
    review = project()
    file = _export(review, kind)
    wrong = {"1": {"outcome": "withdrawn"}, "3": {"outcome": "exclude"}, "5": {"note": "hm"}}
    _fill(file, wrong)
    with pytest.raises(InputError) as refusal:
        _import(review, file)
    assert [line.strip() for line in refusal.value.message.splitlines()] == [
        "3 cells cannot be right:",
        "I2: unknown outcome 'withdrawn' (one of: include, exclude, human)",
        "J3: an exclusion needs its criterion (one of: X1, X2, X3, I1)",
        "I4: unknown outcome '' (one of: include, exclude, human)",
    ]
    assert review.decisions == []


def test_ten_mistakes_are_named_and_the_rest_counted(project: Made) -> None:
    review = project("", [Record(str(n), title="No more") for n in range(1, 14)])
    file = _export(review, ".csv")
    _fill(file, {str(n): {"outcome": "maybe"} for n in range(1, 14)})
    with pytest.raises(InputError) as refusal:
        _import(review, file)
    told = refusal.value.message.splitlines()
    assert (told[0], len(told)) == ("13 cells cannot be right:", 12)
    assert told[-1].strip() == "and 3 more"


def test_a_sheet_that_nobody_filled_in_says_so(project: Made) -> None:
    review = project()
    file = _export(review, ".csv")
    held = review.file.read_bytes()
    assert f"nothing appended: no row of {file} is filled in" in _import(review, file)
    assert review.file.read_bytes() == held


NO_SHEETS = {
    "a.xlsx": (b"pmid,outcome\n", "not an XLSX file"),
    "b.csv": (b"pmid,outcome\n1,include\n", "the sheet has no column 'criterion'"),
    "c.csv": (b"pmid,outc\xf6me\n", "not UTF-8 text"),
    "d.csv": (b"", "the sheet has no column"),
    "e.ods": (b"", "not a kind of sheet"),
}


@pytest.mark.parametrize("name", NO_SHEETS)
def test_what_is_no_sheet(project: Made, name: str) -> None:
    review = project()
    data, message = NO_SHEETS[name]
    (review.folder / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        _import(review, review.folder / name)


_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9))
HOSTILE = {
    "a bomb": f'<!DOCTYPE worksheet [<!ENTITY e0 "aaaaaaaaaaaaaaaaaaaa">{_ENTITIES}]>|&e8;',
    "a file of ours": '<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file:///etc/passwd">]>|&e;',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_an_xlsx_that_means_harm(project: Made, what: str) -> None:
    review = project()
    head, entity = HOSTILE[what].split("|")
    with zipfile.ZipFile(_export(review, ".xlsx")) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"pmid" in sheet
    parts["xl/worksheets/sheet1.xml"] = head.encode() + sheet.replace(b"pmid", entity.encode())
    file = review.folder / "hostile.xlsx"
    with zipfile.ZipFile(file, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    with pytest.raises(InputError, match="not an XLSX file"):
        _import(review, file)


def test_semicolons_and_numbers_as_a_spreadsheet_saves_them(project: Made) -> None:
    review = project()
    file = _export(review, ".csv")
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    rows[1][rows[0].index("outcome")] = "include"
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=";").writerows(rows)
    file.write_text(sink.getvalue(), "utf-8-sig", newline="")
    _import(review, file)
    book_file = _export(review, ".xlsx")
    book = load_workbook(book_file)
    book["records"]["A3"].value, book["records"]["I3"].value = 3, "include"
    book.save(book_file)
    _import(review, book_file)
    assert [(row.pmid, row.outcome) for row in review.decisions] == [
        ("1", "include"),
        ("3", "include"),
    ]


_ANSWERS = st.dictionaries(
    st.sampled_from(["1", "3", "5"]),
    st.tuples(
        st.sampled_from(["include", "human", "exclude"]),
        st.sampled_from(_REASONS),
        st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12),
    ),
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=_ANSWERS)
@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_are_the_same_decisions(
    project: Made, kind: str, answers: dict[str, tuple[str, str, str]]
) -> None:
    review = project()
    review.file.write_text("pmid\toutcome\tcriterion\treviewer\tdate\tnote\n", "utf-8")
    file = _export(review, kind)
    named = {
        pmid: criterion if outcome == "exclude" else ""
        for pmid, (outcome, criterion, _) in answers.items()
    }
    _fill(file, {
        pmid: {"outcome": outcome, "criterion": named[pmid], "note": _typed(note, kind)}
        for pmid, (outcome, _, note) in answers.items()
    })  # fmt: skip
    _import(review, file)
    got = {row.pmid: row for row in review.decisions}
    assert set(got) == set(answers)
    for pmid, (outcome, _, note) in answers.items():
        row: Decision = got[pmid]
        assert (row.outcome, row.criterion, row.reviewer) == (outcome, named[pmid], "Ada")
        assert row.note == " ".join(_shown(note).split())
        assert row.text
        assert row.under


def _typed(note: str, kind: str) -> str:
    """XLSX writes no control characters; in a CSV an apostrophe may be there to defuse."""
    return _shown(note).lstrip("'") if kind == ".csv" else _shown(note)


def _shown(note: str) -> str:
    return "".join(" " if sign in _UNSEEN else sign for sign in note)


_UNSEEN = {chr(n) for n in (*range(32), *range(127, 160), 0xAD)}
