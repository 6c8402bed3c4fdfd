"""Where tables are parted, and that their layout changes neither rows nor bytes."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.memo import Memo
from perennial.parted import cuts
from perennial.parted.layout import encoded_rows, laid_out, parts_of
from perennial.record import Author, Heading, Record
from perennial.tables import columns_of, read_parquet, write_parquet

IDS = st.lists(st.integers(1, 10**8).map(str), max_size=60, unique=True).map(
    lambda ids: sorted(ids, key=int)
)


@pytest.fixture(autouse=True, scope="module")
def small_parts() -> None:
    """So that a few ids make several parts."""
    patch = pytest.MonkeyPatch()
    patch.setattr(cuts, "MEAN", 5)
    yield
    patch.undo()


@given(IDS)
def test_parts_are_the_whole_in_order(ids: list[str]) -> None:
    parts = list(cuts.cut(ids, str))
    assert list(chain(*parts)) == ids
    assert len(parts) >= 1
    assert all(parts) or parts == [[]]
    names = [cuts.name(part) for part in parts]
    assert names == sorted(set(names))


@given(IDS, st.integers(1, 10**8).map(str))
def test_one_more_touches_its_own_part(ids: list[str], more: str) -> None:
    before = {tuple(part) for part in cuts.cut(ids, str)}
    after = {tuple(part) for part in cuts.cut(sorted({*ids, more}, key=int), str)}
    assert len(before - after) <= 1
    assert len(after - before) <= 2
    assert all(more in part or cuts.ends(more) for part in after - before)


def test_of_pubmeds_ids_parts_are_about_as_large_as_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "MEAN", 512)
    for step in (1, 3, 10, 1000):
        ids = [str(10_000_000 + step * number) for number in range(30_000)]
        sizes = list(map(len, cuts.cut(ids, str)))
        assert 30_000 / 512 / 2 < len(sizes) < 30_000 / 512 * 2, step
        assert max(sizes) < 512 * 12, step


def test_ids_of_imports_come_behind_pmids() -> None:
    assert cuts.name(["99999999"]) < cuts.name(["x0123456789"])


RECORDS = [
    Record(
        str(number), title=f"T {number}", authors=(Author("A", "B"),) * (number % 3),
        headings=(Heading("H", "D1", True, ("q",) * (number % 2)),),
    )
    for number in range(1, 40)
]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 4, 39])
@pytest.mark.parametrize("memo", [False, True])
def test_a_table_in_parts_is_the_same_table(tmp_path: Path, count: int, memo: bool) -> None:
    rows, store = RECORDS[:count], Memo(tmp_path / "memo" if memo else None)
    write_parquet(tmp_path / "plain", rows, Record)
    for path, in_parts in ((tmp_path / "file", False), (tmp_path / "folder", True)):
        with laid_out(path, Record, store, in_parts) as table:
            for part in cuts.cut(rows, lambda record: record.pmid):
                table.put(cuts.name(r.pmid for r in part), encoded_rows(part, Record))
        assert read_parquet(path, Record) == rows
        assert list(columns_of(path, "pmid", "year")) == [(r.pmid, r.year) for r in rows]
    assert (tmp_path / "file").read_bytes() == (tmp_path / "plain").read_bytes()
    digests = [
        [part.digest for part in parts_of(tmp_path / name, Record)] for name in ("file", "folder")
    ]
    assert digests[0] == digests[1]
    (first, *_) = parts_of(tmp_path / "file", Record)
    assert first.rows() == next(cuts.cut(rows, lambda record: record.pmid))


def test_a_table_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "table"
    for in_parts in (True, False):
        with laid_out(path, Record, Memo(), True) as table:
            table.put("part-1.parquet", encoded_rows(RECORDS, Record))
        with pytest.raises(RuntimeError), laid_out(path, Record, Memo(), in_parts) as table:
            table.put("part-1.parquet", encoded_rows([], Record))
            raise RuntimeError
        if in_parts:
            assert read_parquet(path, Record) == RECORDS
    assert [each.name for each in tmp_path.iterdir() if each.name != "table"] == []
