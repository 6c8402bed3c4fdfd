"""The benchmark runs, and what it times is a preview that changes something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmark_runs_small() -> None:
    run = ROOT / "benchmarks/preview/run.py"
    done = subprocess.run(
        [sys.executable, str(run), "--records", "300", "--repeat", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["records"] == 300
    assert told["full_screening_s"] > 0 and told["ratio"] > 0
