"""Tables come back as they were, whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.record import Author, Heading, Notice, Record, Section
from perennial.tables import (
    parquet,
    read_parquet,
    rows_of,
    write_csv,
    write_parquet,
    write_whole,
)
from pyarrow.parquet import ParquetFile

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
RECORDS = st.builds(
    Record,
    pmid=st.integers(1, 10**8 - 1).map(str),
    title=TEXT,
    abstract=TEXT,
    year=st.integers(0, 2100),
    authors=st.lists(st.builds(Author, family=TEXT, orcid=TEXT), max_size=2).map(tuple),
    headings=st.lists(
        st.builds(Heading, TEXT, TEXT, st.booleans(), st.lists(TEXT, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    notices=st.lists(st.builds(Notice, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    sections=st.lists(st.builds(Section, TEXT, st.integers(0, 9), st.integers(0, 9))).map(tuple),
)


@settings(max_examples=25)
@given(st.lists(RECORDS, max_size=4))
def test_parquet_gives_back_what_was_written(tmp_path_factory, records: list[Record]) -> None:
    path = tmp_path_factory.mktemp("table") / "records.parquet"
    write_parquet(path, records, Record)
    first = path.read_bytes()
    assert read_parquet(path, Record) == records
    write_parquet(path, records, Record)
    assert path.read_bytes() == first


@settings(max_examples=25)
@given(st.lists(RECORDS, max_size=7), st.integers(1, 4))
def test_large_tables_are_written_and_read_in_groups(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record], size: int
) -> None:
    path = tmp_path_factory.mktemp("groups") / "records.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("perennial.tables.GROUP", size)
        write_parquet(path, iter(records), Record)
        assert list(rows_of(path, Record)) == records
        first = path.read_bytes()
        with parquet(path, Record) as write:
            for record in records:
                write(record)
        assert path.read_bytes() == first
    assert ParquetFile(path).num_row_groups == max(1, -(-len(records) // size))


def test_rows_that_end_in_a_fault_leave_the_table_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "t.parquet"
    write_parquet(target, [Record("1")], Record)
    before = target.read_bytes()

    def faulty() -> Iterator[Record]:
        yield Record("2")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_parquet(target, faulty(), Record)
    assert [p.name for p in tmp_path.iterdir()] == ["t.parquet"]
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "cell",
    ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/C calc'!A0"],
)
def test_a_cell_that_would_run_is_defused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "t.csv"
    write_csv(path, ["a"], [[cell]])
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read[1] == [f"'{cell}".replace("\r", "\n")]


def test_a_number_stays_a_number(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", ["a"], [["-1.5"], [-2], [("x", "y")]])
    assert (tmp_path / "t.csv").read_text("utf-8") == "a\n-1.5\n-2\nx; y\n"


def test_nothing_is_written_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "f"
    write_whole(target, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
    assert target.read_bytes() == b"old"
