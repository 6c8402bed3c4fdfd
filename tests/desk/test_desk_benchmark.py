"""The desk's benchmark runs, small; its section tells what was measured. No time is tested."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks/desk"
CHROMIUM = any(map(shutil.which, ("chromium", "chromium-browser")))


def _told(script: str, *arguments: str) -> dict[str, Any]:
    line = [sys.executable, str(FOLDER / script), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _shares(median: float) -> dict[str, float]:
    return {"median": median, "5 %": median / 2, "95 %": median * 2, "most": median * 3}


def _keys(median: float) -> dict[str, Any]:
    named = ("key_to_screen_ms", "bare_ms", "ratio")
    parts = [f"until_{part}" for part in ("sent", "answered", "drawn")]
    of = [*named, *(f"{part}_{what}" for part in parts for what in ("ms", "share"))]
    return {"records": 10_000, "strokes": 100} | dict.fromkeys(of, _shares(median))


FLIPS = {"median": 0.0, "most": 1_748}
LIVE = {"strokes": 200, "flips": FLIPS} | dict.fromkeys(
    ("live_ms", "preview_ms", "ratio"), _shares(20)
)


def _deciding(median: float) -> dict[str, Any]:
    of = ("key_to_next_ms", "bare_ms", "key_ratio", "row_on_disk_ms", "barest_ms", "row_ratio")
    counts = {"records": 10_000, "decided": 5_000, "answers": 100, "page_opens_ms": 1_234}
    return counts | dict.fromkeys(of, _shares(median))


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "measure", raising=False)
    return runpy.run_path(str(FOLDER / "run.py"))["report"]


def test_the_engine_is_held_against_preview() -> None:
    told = _told("live.py", "--records", "100", "--strokes", "12", "--every", "4")
    assert (told["records"], told["strokes"]) == (100, 12)
    assert 0 < told["ratio"]["5 %"] <= told["ratio"]["median"] <= told["ratio"]["95 %"]


def test_answers_are_kept_and_held_against_the_barest_row() -> None:
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("NO BROWSER: no Chromium is installed")
        pytest.skip("NO BROWSER: answering was NOT measured; install chromium")
    told = _told("deciding.py", "--records", "100", "--decided", "40", "--answers", "2")
    assert (told["records"], told["decided"], told["answers"]) == (100, 40, 2)
    assert told["key_to_next_ms"]["median"] > told["row_on_disk_ms"]["median"] > 0
    assert told["row_ratio"]["median"] > 0 and told["key_ratio"]["median"] > 0


def test_a_row_beside_which_ours_stands_is_written_whole(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    longer = runpy.run_path(str(FOLDER / "deciding.py"))["longer"]
    file = tmp_path / "as_long.tsv"
    file.write_bytes(b"a\tb\n1\t2\n")
    assert longer(file) > 0
    assert file.read_bytes() == b"a\tb\n1\t2\n1\t2\n"
    assert [path.name for path in tmp_path.iterdir()] == ["as_long.tsv"]


def test_each_time_stands_beside_another(report: Any) -> None:
    told = report(_keys(240), LIVE, _deciding(5))
    assert "of 0 records at the median, of 1,748 at most." in " ".join(told.split())
    table = [line for line in told.splitlines() if "|" in line]
    cells = [line.strip("| ").split(" | ") for line in table]
    assert len(cells) == 2 + 7
    assert all(len(row) == 7 and all(row) for row in cells)
    assert cells[2][1:4] == ["100", "240 (120–480)", "720"]


@pytest.mark.parametrize(
    ("screen", "disk", "said"),
    [
        (300, 50, ["This run met it: 300 ms.", "This run met it: 50 ms."]),
        (301, 5, ["This run did **not** meet it: 301 ms.", "This run met it: 5.0 ms."]),
        (30, 51, ["This run met it: 30 ms.", "This run did **not** meet it: 51 ms."]),
    ],
)
def test_a_target_that_was_missed_is_told(
    report: Any, screen: float, disk: float, said: list[str]
) -> None:
    words = " ".join(report(_keys(screen), LIVE, _deciding(disk)).split())
    places = [words.find(sentence) for sentence in said]
    assert -1 not in places and places == sorted(places)
    assert words.count("This run") == 2
