"""Whatever changes and whatever is remembered, the tables are those of the pure functions."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from changing_review import ABSENT, EDITS, REFUSED, Review, files
from perennial import memo as memos
from perennial.parted import cuts
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet

TABLES = {"1_records/records.parquet": Record, "3_screened/screened.parquet": Screened}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few records make several parts, and row groups."""
    monkeypatch.setattr(cuts, "MEAN", 4)
    monkeypatch.setattr("perennial.tables.GROUP", 7)
    monkeypatch.setattr("perennial.parted.layout.GROUP", 7)


def changes(review: Review) -> Iterator[str]:
    """One change after another, at random; what each was."""
    draw = review.draw
    review.begin(25)
    yield "begun"
    for _ in range(5):
        kind = draw.choice(("new", "revised", "both", "criterion", "decision", "withdrawn", "odd"))
        known = sorted(pmid for pmid in review.held if pmid < 1000)
        match kind:
            case "new":
                review.arrive(draw.sample(range(500, 900), 3))
            case "revised":
                review.arrive(draw.sample(known, 2))
            case "both":
                review.arrive({draw.choice(known), draw.randint(1, 999)})
                review.protocol(X1=draw.choice(EDITS))
            case "criterion":
                review.protocol(**{draw.choice(("X1", "T1", "I1")): draw.choice(EDITS)})
            case "decision":
                outcome = draw.choice((("include", ""), ("exclude", "X1")))
                review.decisions((draw.choice(known), *outcome))
            case "withdrawn":
                review.withdraw(draw.choice(known))
            case "odd":
                review.arrive([draw.randint(1000, 2000)], words=draw.choice((REFUSED, ABSENT)))
        yield kind


def nothing(_memo: Path, _draw: random.Random) -> None:
    """Let the memo be."""


def delete(memo: Path, draw: random.Random) -> None:
    """Delete the memo, or a part of it."""
    shutil.rmtree(draw.choice([memo, memo / "files", memo / "values"]), ignore_errors=True)


def damage(memo: Path, draw: random.Random) -> None:
    """Flip a bit of, shorten or empty every third file."""
    for path in sorted(path for path in memo.rglob("*") if path.is_file()):
        data = path.read_bytes()
        at = draw.randrange(max(1, len(data)))
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] if data else b"x"
        if draw.random() < 1 / 3:
            path.unlink()  # results may hold the same file
            path.write_bytes(draw.choice([flipped, data[:at], b""]))


@pytest.mark.parametrize("harm", [nothing, delete, damage])
@pytest.mark.parametrize("seed", range(4 if os.environ.get("PERENNIAL_LONG") else 1))
def test_with_or_without_memo_the_tables_are_the_same(
    tmp_path: Path, seed: int, harm: Callable[[Path, random.Random], None]
) -> None:
    draw = random.Random(seed)
    review, memo = Review(tmp_path, draw), tmp_path / "memo"
    for number, _ in enumerate(changes(review)):
        expected, plain, whole, parted = (
            tmp_path / f"{name}{number}" for name in ("expected", "plain", "whole", "parted")
        )
        review.expected(expected)
        if harm is nothing:
            review.run(plain)
            assert files(plain) == files(expected)
        harm(memo, draw)
        review.run(whole, memo)
        assert files(whole) == files(expected)
        harm(memo, draw)
        review.run(parted, memo, parts=True)
        same(parted, expected)


def same(parted: Path, expected: Path) -> None:
    """A review in parts holds the rows and the other files of one that is not."""
    for table, kind in TABLES.items():
        assert (parted / table).is_dir()
        assert read_parquet(parted / table, kind) == read_parquet(expected / table, kind)
    others = {name for name in files(expected) if name not in TABLES} - {"1_records/records.csv"}
    told, wanted = files(parted), files(expected)
    assert {name for name in told if name.partition(".parquet/")[0] + ".parquet" not in TABLES} == (
        others
    )
    assert {name: told[name] for name in others} == {name: wanted[name] for name in others}


def test_a_folder_has_the_same_bytes_without_memo(tmp_path: Path) -> None:
    review = Review(tmp_path, random.Random(5))
    for number, _ in enumerate(changes(review)):
        with_, without = tmp_path / f"with{number}", tmp_path / f"without{number}"
        review.run(with_, tmp_path / "memo", parts=True)
        review.run(without, parts=True)
        assert files(with_) == files(without)


@pytest.mark.parametrize(("after", "parts"), [(1, True), (7, True), (17, False), (40, True)])
def test_the_memo_may_vanish_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, parts: bool
) -> None:
    review, memo = Review(tmp_path, random.Random(after)), tmp_path / "memo"
    review.begin(25)
    review.run(tmp_path / "before", memo, parts)
    review.arrive([*list(review.held)[:2], 901])
    review.run(tmp_path / "expected", parts=parts)
    asked = 0
    path_of = memos.Memo._path

    def vanishing(self: memos.Memo, kind: str, name: str) -> Path:
        nonlocal asked
        asked += 1
        if asked % after == 0:
            shutil.rmtree(memo, ignore_errors=True)
        return path_of(self, kind, name)

    monkeypatch.setattr(memos.Memo, "_path", vanishing)
    review.run(tmp_path / "found", memo, parts)
    assert asked > after
    assert files(tmp_path / "found") == files(tmp_path / "expected")


def test_a_table_changes_its_layout(tmp_path: Path) -> None:
    review, results = Review(tmp_path, random.Random(1)), tmp_path / "results"
    review.begin(25)
    review.expected(tmp_path / "expected")
    for parts in (False, True, True, False):
        review.run(results, tmp_path / "memo", parts)
        if parts:
            same(results, tmp_path / "expected")
        else:
            assert files(results) == files(tmp_path / "expected")
