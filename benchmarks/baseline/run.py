"""All of PubMed: what a made-up file of its baseline costs, ours and others', side by side.

    python benchmarks/baseline/run.py [--records 30000] [--rounds 5]

Each side runs in a process of its own, the sides take turns, and ratios are of one round's
seconds. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import made_up  # noqa: E402
from measure import (  # noqa: E402
    Line,
    Run,
    Spread,
    alone,
    duration,
    figure,
    interleaved,
    prose,
    ratio,
    table,
    together,
)
from sides import SIDES  # noqa: E402

FILES = 1_334  # of the baseline of 2026, 30,000 records each but the last
_OF_EACH = 30_000
_FLOOR, _SIFT, _PARSE = (
    "unpacking (isal)",
    "**sifting** for the default search",
    "**parsing** every field",
)
_READERS = tuple(SIDES)[list(SIDES).index(_SIFT) :]  # ours and the peers', not what they stand on
HEAD = (
    "one file", "processor's seconds", "times unpacking (isal)", "times our parsing",
    "records a second", "peak memory, MB",
)  # fmt: skip
AHEAD = ("", "on one core", "on two cores", "on 64 cores")


def line(side: str, path: Path, warm: Path) -> Line:
    """The command line of one side."""
    return [sys.executable, str(HERE / "sides.py"), side, str(path), "--warm", str(warm)]


def measured(records: int, rounds: int, folder: Path) -> str:
    """The report, in Markdown; files are made in ``folder``."""
    warm = made_up.write_baseline(folder / "small", 1, min(2_000, records), seed=1)[0].path
    one, two = (w.path for w in made_up.write_baseline(folder / "large", 2, records))
    runs = interleaved({side: line(side, one, warm) for side in SIDES}, rounds)
    missing = {side: of[0].told["missing"] for side, of in runs.items() if "missing" in of[0].told}
    there = {side: of for side, of in runs.items() if side not in missing}
    parts = [_file(one, records, rounds), *_absent(missing), table(HEAD, [*_rows(there, records)])]
    if _SIFT in there:
        jobs = [line(_SIFT, at, warm) for at in (one, two)]
        parts += [_two(jobs, rounds), _found(there[_SIFT], records)]
    return "\n".join([*parts, _ahead(there, records)])


def _file(path: Path, records: int, rounds: int) -> str:
    packed = path.stat().st_size / 1e6
    return prose(
        f"A file of {records:,} records, {figure(packed)} MB packed; rounds: {rounds}. The parsers "
        "do not hand out the same: pubmed_parser gives strings, Biopython nested lists of all "
        "there is, at once, since its `Entrez.parse`, which would not, refuses such a file."
    )


def _absent(missing: Mapping[str, str]) -> Iterator[str]:
    for side, what in missing.items():
        yield f"Not measured, since {what} is not there: {side}.\n"


def _rows(runs: Mapping[str, Sequence[Run]], records: int) -> Iterator[Sequence[object]]:
    for side, of in runs.items():
        seconds = [run.processor for run in of]
        relative = [ratio(seconds, [run.processor for run in runs[to]]) for to in (_FLOOR, _PARSE)]
        speed = figure(records / Spread.of(seconds).median) if side in _READERS else ""
        peak = figure(max(run.peak for run in of))
        yield side, Spread.of(seconds), *relative, speed, peak


def _two(jobs: Sequence[Line], rounds: int) -> str:
    """By the clock on the wall: one job, then both at a time, so many times."""
    gains = [
        2 * alone(jobs[0]).seconds / max(run.seconds for run in together(jobs))
        for _ in range(rounds)
    ]
    return prose(
        f"Two jobs at a time, a file each, sift {Spread.of(gains)} times as much in a second as "
        "one job does."
    )


def _found(runs: Sequence[Run], records: int) -> str:
    started = Spread.of([run.whole - run.seconds for run in runs])
    return prose(
        f"The search finds {runs[0].told['result']:,} of {records:,} records. A job takes "
        f"{started} s by the clock to start, once for all the files it is given."
    )


def _ahead(runs: Mapping[str, Sequence[Run]], records: int) -> str:
    """What all files would take: as many times one file's seconds, which nobody has measured."""
    rows = []
    for side in filter(runs.__contains__, _READERS):
        one = Spread.of([run.processor for run in runs[side]]).median * _OF_EACH / records
        rows.append((side, *(duration(FILES * one / cores) for cores in (1, 2, 64))))
    said = prose(
        f"All {FILES:,} files of the baseline of 2026, **extrapolated**, not measured: so many "
        "times the median above, shared out evenly; reading from the disk and starting are not "
        "counted."
    )
    return f"{said}\n{table(AHEAD, rows)}"


def report(records: int, rounds: int) -> str:
    """The report; files are made in a folder that goes again."""
    with tempfile.TemporaryDirectory() as folder:
        return measured(records, rounds, Path(folder))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--records", type=int, default=_OF_EACH)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    print(report(asked.records, asked.rounds))
