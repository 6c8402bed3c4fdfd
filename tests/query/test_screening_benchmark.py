"""The screening benchmark runs, and its two sides select the same records where they can."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks/screening"
# A regex ends a sentence at every full stop, and knows no accent, ligature or combining mark:
# criteria with NEAR may differ, all others must not.
BOUND = {"X2", "X3", "I2"}


@pytest.fixture(scope="module")
def compare() -> Iterator[ModuleType]:
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("compare")
    finally:
        sys.path.remove(str(FOLDER))
        for name in ("compare", "records"):
            sys.modules.pop(name, None)


def test_both_sides_select_the_same_records(compare: ModuleType) -> None:
    queries = compare.protocol()
    rows = list(compare.records(300, compare.terms(queries), 0.1))
    ours = compare.by_panel(rows, compare.Panel(queries))
    theirs = compare.by_pandas(rows, queries)
    assert list(ours) == list(theirs) == list(queries)
    same = [name for name in queries if name not in BOUND]
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    assert sum(0 < ours[name] < len(rows) for name in same) > len(same) / 2
    assert set(queries) >= BOUND


def test_it_runs(compare: ModuleType) -> None:
    script = [sys.executable, str(FOLDER / "compare.py"), "--records", "60", "--rounds", "2"]
    done = subprocess.run(script, capture_output=True, text=True, timeout=120, check=True)
    assert "60 records" in done.stdout
    assert done.stdout.count(" times the engine's") == 2
    assert "peak memory" in done.stdout


def test_records_are_the_same_each_time_and_of_realistic_size(compare: ModuleType) -> None:
    made = list(compare.records(80, ["alpha*", "beta gamma"]))
    assert made == list(compare.records(80, ["alpha*", "beta gamma"]))
    sizes = [len(row.abstract) for row in made if row.abstract]
    assert 1200 < sum(sizes) / len(sizes) < 1800
    assert any(not row.abstract.isascii() for row in made)
    assert any("alpha" in row.abstract for row in made)
