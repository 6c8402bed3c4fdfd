"""The benchmarks run, on made-up records; what they measure is in docs/screening-measured.md."""

from __future__ import annotations

import csv
import random
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of 60 records, one in six relevant and all of these with a word of their own."""
    folder, draw = tmp_path_factory.mktemp("labelled"), random.Random(2)
    with (folder / "Made_up.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["record_id", "title", "abstract", "label_included"])
        for n in range(60):
            words = [f"word{draw.randrange(30)}" for _ in range(10)]
            writer.writerow(
                [n, "signal" if n % 6 == 0 else "noise", " ".join(words), int(n % 6 == 0)]
            )
    return folder


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[list[str]]]:
    """Run a script as if by hand; the cells of the tables that it prints."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks/ranking"))

    def run(which: str, data: Path, *arguments: str) -> list[list[str]]:
        script = str(ROOT / f"benchmarks/{which}/run.py")
        monkeypatch.setattr(sys, "argv", [script, "--data", str(data), *arguments])
        runpy.run_path(script, run_name="__main__")
        return [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()]

    return run


def test_ranking(run: Callable[..., list[list[str]]], labelled: Path) -> None:
    cells = run("ranking", labelled, "--seeds", "1", "--without-asreview")[-1]
    assert cells[:3] == ["Made_up", "60", "10"]
    assert float(cells[3]) > 50  # one word tells them apart


def test_stopping(run: Callable[..., list[list[str]]], labelled: Path) -> None:
    rows = [cells for cells in run("stopping", labelled, "--seeds", "2") if cells[0] == "Made_up"]
    assert len(rows) == 2
    assert rows[0][1] == "2/2"
    assert float(rows[1][-1]) >= 95


@pytest.mark.parametrize("which", ["ranking", "stopping"])
def test_no_sets_are_an_error(
    run: Callable[..., list[list[str]]], tmp_path: Path, which: str
) -> None:
    with pytest.raises(SystemExit, match="no labelled set"):
        run(which, tmp_path)


def test_the_other_side_is_pinned_by_hash_and_names_no_host() -> None:
    text = (ROOT / "benchmarks/ranking/asreview.lock").read_text("utf-8")
    pins = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", text, re.M | re.S)
    assert len(pins) > 20
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
    assert re.search(r"^asreview==2\.", text, re.M)
