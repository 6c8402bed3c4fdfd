"""The benchmark of evidence runs, on a handful of made-up articles, and counts what it should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from perennial import jats

FOLDER = Path(__file__).parents[2] / "benchmarks/evidence"


@pytest.mark.skipif(
    not os.environ.get("PERENNIAL_LONG"),
    reason="NOT RUN: it compiles the vocabulary four times; PERENNIAL_LONG=1 runs it",
)
def test_it_runs_on_a_few(tmp_path: Path) -> None:
    sizes = ["--articles", "1", "--timed", "1", "--rounds", "1"]
    line = [sys.executable, str(FOLDER / "run.py"), *sizes]
    told = json.loads(subprocess.run(line, capture_output=True, check=True, cwd=tmp_path).stdout)
    assert told["articles"] == 1
    assert told["passages"] == 43
    assert told["passages_per_s"] > 0
    assert told["ratio_to_floor"] > 0
    assert set(told["peak_mb"]) == {"1"}
    for peaks in told["peak_mb"].values():
        assert peaks["passages"] > 0
        assert peaks["extract"] > 0


def test_articles_are_as_long_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    import articles  # noqa: PLC0415

    (full,) = jats.parse(articles.made(7, ["NR2F1"]).encode())
    prose = [p for p in full.passages if p.section.partition(".")[0] not in {"table", "caption"}]
    assert len(prose) == articles.PARAGRAPHS
    assert 110 <= sum(len(p.text.split()) for p in prose) / len(prose) <= 140
    assert any("NR2F1" in p.text for p in prose)
    assert articles.made(7, ["NR2F1"]) == articles.made(7, ["NR2F1"])
