"""The tables: every format holds the same, every column is described, and a validator agrees."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import zipfile
from pathlib import Path

import frictionless
import openpyxl
import pyarrow.parquet as pq
import pytest
import synthetic
from openpyxl.utils.escape import unescape
from perennial.errors import LedgerError
from perennial.passage import Statement
from perennial.render import datapackage, dictionary, sheets, workbook
from perennial.study import Study

TABLES = ("evidence", "studies", "screening")


def _csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def _book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", TABLES)
def test_all_formats_hold_the_same(files, name):
    header, *rows = _csv(files[f"{name}.csv"])
    table = pq.read_table(io.BytesIO(files[f"{name}.parquet"]))
    sheet = [[_text(cell) for cell in row] for row in _book(files["data.xlsx"])[name].values]
    assert rows
    assert header == table.column_names == sheet[0]
    assert [[_text(v) for v in row.values()] for row in table.to_pylist()] == rows == sheet[1:]


def test_the_tables_need_no_byte_order_mark_to_be_read(files):
    assert {files[f"{name}.csv"][:4] for name in TABLES} == {b"pmid"}


def test_numbers_and_truth_keep_their_types(files):
    row = pq.read_table(io.BytesIO(files["evidence.parquet"])).to_pylist()[0]
    assert (type(row["start"]), type(row["set_aside"])) == (int, bool)
    heads, first, *_ = _book(files["data.xlsx"])["evidence"].iter_rows()
    kinds = {head.value: cell.data_type for head, cell in zip(heads, first, strict=True)}
    assert (kinds["start"], kinds["set_aside"], kinds["pmid"]) == ("n", "b", "s")


def test_frictionless_finds_the_tables_as_they_are_described(files, tmp_path):
    report = _validated(files, tmp_path)
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert [task.name for task in report.tasks] == list(TABLES)
    assert all(task.stats["rows"] for task in report.tasks)


@pytest.mark.parametrize(
    ("name", "old", "new", "kind"),
    [
        ("evidence.csv", b"false", b"maybe", "type-error"),
        ("evidence.csv", b",result,", b",rumour,", "constraint-error"),
        ("screening.csv", b",include,", b",perhaps,", "constraint-error"),
        ("studies.csv", synthetic.pmid(1).encode(), b"999999999", "foreign-key"),
        ("screening.csv", b",matched,", b",met,", "incorrect-label"),
        ("evidence.csv", b"the cells", b"some cell", "hash-count"),
    ],
)
def test_frictionless_would_find_a_table_that_was_changed(files, tmp_path, name, old, new, kind):
    assert old in files[name]
    report = _validated({**files, name: files[name].replace(old, new, 1)}, tmp_path)
    assert kind in {found for (found,) in report.flatten(["type"])}


def _validated(files: dict[str, bytes], folder: Path) -> frictionless.Report:
    for name in ("datapackage.json", *(f"{table}.csv" for table in TABLES)):
        (folder / name).write_bytes(files[name])
    return frictionless.validate(str(folder / "datapackage.json"))


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described_in_every_dictionary(files, table):
    names = _csv(files[f"{table}.csv"])[0]
    resources = {each["name"]: each for each in json.loads(files["datapackage.json"])["resources"]}
    fields = {f["name"]: f for f in resources[table]["schema"]["fields"]}
    told = list(_book(files["data.xlsx"])["dictionary"].values)
    parquet = pq.read_schema(io.BytesIO(files[f"{table}.parquet"]))
    page = files["data-dictionary.md"].decode().partition(f"## {table}\n")[2].partition("\n## ")[0]
    assert told[0] == workbook.DICTIONARY
    for name in names:
        [(kind, words)] = [row[2:4] for row in told if row[:2] == (table, name)]
        assert kind and len(words) > 8
        assert words in fields[name]["description"]
        assert parquet.field(name).metadata[b"description"].decode() == words
        assert f"| `{name}` | {kind} | " in page
    assert list(fields) == names


def test_every_column_that_the_stages_make_is_described():
    """The made-up studies have fewer columns than the real ones."""
    for table, kind in (("evidence", Statement), ("studies", Study)):
        hints = dictionary.hints_of((), kind)
        assert set(hints) == set(dictionary.DESCRIBED[table]) - (
            {"set_aside"} if table == "evidence" else set()
        )
        for column in dictionary.columns(table, hints, {}):
            assert column.description.endswith(".")


def test_a_column_that_nobody_described_is_refused():
    odd = dataclasses.make_dataclass("Odd", [("pmid", str), ("novel", str)])
    with pytest.raises(LedgerError, match="novel"):
        dictionary.columns("studies", dictionary.hints_of([odd("1", "x")], Study), {})


def test_codes_of_the_config_are_told_with_their_meaning(files):
    page = files["data-dictionary.md"].decode()
    for code, one in synthetic.DIRECTIONS.items():
        assert f"{code} = {one.label}: {one.meaning.rstrip('.')}" in page


def test_the_workbook_is_made_to_be_read(files):
    book = _book(files["data.xlsx"])
    assert book.sheetnames == [*TABLES, "dictionary"]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet["A1"].font.bold
    assert book["evidence"].column_dimensions["G"].width == 60


def test_the_workbook_tells_no_time(files):
    with zipfile.ZipFile(io.BytesIO(files["data.xlsx"])) as packed:
        assert {part.date_time[:3] for part in packed.infolist()} == {(1980, 1, 1)}
        core = packed.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2


ODD = ["=1+1", "#N/A", "_x0041_", "+7", "x" * 40_000, "😀" * 20_000, "a\x07b", "TRUE", "1e5", " "]


def test_text_in_the_workbook_is_text_whatever_it_looks_like():
    column = dictionary.Column("quote", dictionary.STRING, "")
    table = sheets.Table("t", "T", "quote", (column,), tuple((text,) for text in ODD))
    content = workbook.as_xlsx([table], [])
    cells = [row[0] for row in _book(content)["t"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    found = [unescape(cell.value) for cell in cells]
    assert found[:4] == ODD[:4]
    assert found[6:] == ["a[U+0007]b", *ODD[7:]]
    for text in found[4:6]:
        assert text.endswith("(cut here; the CSV has all)")
        assert len(text.encode("utf-16-le")) // 2 <= 32_767
    assert workbook.as_xlsx([table], []) == content


def test_what_config_says_does_not_break_the_dictionary():
    column = dictionary.Column("c", dictionary.STRING, "What.", codes={"A": "a | <b> *c*\nd"})
    table = sheets.Table("t", "T", "c", (column,), ())
    page = datapackage.markdown(synthetic.review(), [table]).decode()
    assert page.endswith("| `c` | string | What. | A = a \\| &lt;b> \\*c\\* d |\n")
