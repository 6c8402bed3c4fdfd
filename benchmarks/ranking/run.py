"""Perennial's ranking against ASReview's, on labelled sets: same priors, same retraining.

python benchmarks/ranking/run.py --data FOLDER [--seeds 5] [--only NAME] [--without-asreview]

FOLDER holds the labelled CSV files. ASReview runs in an environment of its own, made once from
asreview.lock beside this file. Prints a Markdown table of medians over the seeds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from labelled import Labelled, read
from measures import recall_at, time_to_discovery, work_saved
from simulate import screened, words_of

HERE = Path(__file__).resolve().parent
MEASURES: dict[str, Callable[[Sequence[bool]], float]] = {
    "WSS@95": work_saved,
    "recall at 10 %": recall_at,
    "time to discovery": time_to_discovery,
}
Runs = list[list[bool]]


def ours(data: Labelled, seeds: range) -> Runs:
    """Labels in the order read, without the priors, for each seed."""
    words = words_of(data)
    return [[data.included[row] for row in screened(data, words, s)[2:]] for s in seeds]


def theirs(python: Path, file: Path, seeds: range) -> Runs:
    """The same, from ASReview."""
    call = [str(python), str(HERE / "asreview_side.py"), str(file.resolve()), *map(str, seeds)]
    with tempfile.TemporaryDirectory() as folder:  # ASReview leaves a cache where it is started
        done = subprocess.run(  # noqa: S603 - our own script
            call, stdout=subprocess.PIPE, check=True, timeout=1800, cwd=folder
        )
    return list(json.loads(done.stdout).values())


def environment(folder: Path) -> Path:
    """ASReview's own Python; the environment is made where there is none."""
    python = folder.absolute() / "bin/python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        lock = str(HERE / "asreview.lock")
        pip = [str(python), "-m", "pip", "--quiet", "install", "--require-hashes", "-r", lock]
        subprocess.run(pip, check=True)  # noqa: S603 - pip, and our own lock
        (folder / "ready").touch()
    return python


def header(sides: Sequence[str]) -> list[str]:
    """The two lines that open the table."""
    columns = ["set", "records", "included", *(f"{m}, {s}" for m in MEASURES for s in sides)]
    return [f"| {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) - 1)}"]


def row(data: Labelled, sides: Sequence[Runs]) -> str:
    """A set's line: medians over the seeds, per cent."""
    numbers = [100 * median(map(measure, runs)) for measure in MEASURES.values() for runs in sides]
    cells = [data.name, str(len(data.included)), str(sum(data.included))]
    return f"| {' | '.join(cells + [f'{number:.1f}' for number in numbers])} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="Only sets whose name holds this.")
    parser.add_argument("--without-asreview", action="store_true")
    parser.add_argument("--environment", type=Path, default=HERE / ".venv-asreview")
    asked = parser.parse_args(arguments)
    files = [f for f in sorted(asked.data.glob("*.csv")) if asked.only in f.stem]
    if not files:
        sys.exit(f"no labelled set in {asked.data}")
    python = None if asked.without_asreview else environment(asked.environment)
    print("\n".join(header(["ours"] if python is None else ["ours", "ASReview"])))
    for file in files:
        data, seeds = read(file), range(asked.seeds)
        runs = [ours(data, seeds)] + ([] if python is None else [theirs(python, file, seeds)])
        print(row(data, runs), flush=True)


if __name__ == "__main__":
    main()
