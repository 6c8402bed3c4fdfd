"""What a change costs: one criterion edited, or 37 records added, among 10,000 to a million.

    python benchmarks/change/run.py [--sizes 10000,100000,1000000] [--rounds 3] [--folder DIR]

The archive is made up (``made_up_archive.py``); the commands are the real ones, each a process of
its own, with tables in parts and a memo. Snakemake's start-up is not in it, that of Python and of
each command is. Sizes take turns, so that whatever else the machine does falls on all alike.
Nobody links the records: there is nothing to link in them (up to ``LINKED`` that is shown), and
linking reads every record each time, as docs/design.md says. Of the stages between screening and
extraction, too, the outcome is written directly. A million records take some 15 minutes of a
processor and 3 GB of disk. The code must stay as it is meanwhile: what another version worked out
is not used.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from made_up_archive import NEW, Writer, begin, update
from perennial.memo import Memo
from perennial.parted.layout import parts_of
from perennial.parted.links import linked
from perennial.passage import Passage
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.tables import columns_of, read_parquet, write_parquet
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
SIZES = (10_000, 100_000, 1_000_000)
LINKED = 10_000  # records up to which `perennial link` is run to show that it finds nothing
STAGES = ("records", "screen", "extract")


@dataclass(frozen=True)
class Cost:
    """Seconds of a command: by the clock on the wall, and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Row:
    """A figure: what was done at which size, how often, and what it cost in the median."""

    task: str
    size: int
    wall: float
    cpu: float
    rounds: int


@dataclass
class Review:
    """A folder with an archive of ``count`` records and what is made of it."""

    folder: Path
    count: int
    writer: Writer
    costs: dict[str, list[Cost]] = field(default_factory=dict)

    @property
    def results(self) -> Path:
        """Where the stages write."""
        return self.folder / "results"

    @property
    def table(self) -> Path:
        """The records."""
        return self.results / "1_records/records.parquet"

    def build(self) -> None:
        """The whole review for the first time: everything is worked out."""
        shutil.copytree(ROOT / "config", self.folder / "config")
        begin(self.folder / "archive", self.count, self.writer)
        self.stages("anew")

    def add(self, day: int) -> None:
        """37 records more."""
        update(self.folder / "archive", self.count, day, self.writer)
        self.stages("added")

    def edit(self, round_: int) -> None:
        """One criterion asks for one thing more, each time another."""
        path = self.folder / "config/screening.yaml"
        yaml = YAML()
        protocol = yaml.load(path.read_text("utf-8"))
        row = next(one for one in protocol["criteria"] if "query" in one)
        row["query"] = f"({row['query'].strip()}) NOT absent{round_}[ti]"
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(protocol, file)
        self._screen("edited")

    def stages(self, task: str) -> None:
        """From the archive to the statements drawn."""
        given = ("--source", "made-up", "--archive", "archive", "--parts")
        self._run(f"{task}: records", "records", *given, "-o", "results/1_records")
        self._link()
        self._screen(f"{task}: screen")
        self._read()
        evidence = "results/5_evidence"
        self._run(
            *(f"{task}: extract", "extract", "results/1_records/records.parquet"),
            *("results/4_fulltext/passages.parquet", "--vocabulary", "config/evidence.yaml"),
            *("--assessed", "results/4_fulltext/assessed.parquet"),
            *("--account", f"{evidence}/extraction.json", "-o", f"{evidence}/drawn.parquet"),
        )

    def _screen(self, task: str) -> None:
        protocol = ("--criteria", "config/screening.yaml", "--decisions", "decisions.tsv")
        self._run(
            *(task, "screen", "results", *protocol, "--mesh", "config/mesh.yaml", "--parts"),
            *("-o", "results/3_screened"),
        )

    def _link(self) -> None:
        """Tell the memo, as ``perennial link`` would, that there is nothing to link."""
        folder, memo = self.results / "2_linked", Memo(self.folder / ".perennial")
        parts = parts_of(self.table, Record)
        shown = read_parquet(self.table, Record) if self.count <= LINKED else []
        found = linked([part.digest for part in parts], lambda: shown, memo)
        if any(found):
            raise RuntimeError(f"the made-up records are linked: {found}")
        write_parquet(folder / "links.parquet", found[0], Link)
        write_parquet(folder / "integrity.parquet", found[1], Integrity)
        header = ROOT.joinpath("config/decisions.tsv").read_text("utf-8").splitlines()[0]
        (self.folder / "decisions.tsv").write_text(header + "\n", "utf-8")

    def _read(self) -> None:
        """Titles and abstracts of the included studies as passages; nothing else to assess."""
        screened, folder = self.results / "3_screened/screened.parquet", self.results / "4_fulltext"
        folder.mkdir(exist_ok=True)
        rows = pq.read_table(screened)
        pq.write_table(rows, folder / "assessed.parquet")
        included = rows.filter(pc.equal(rows["outcome"], "include"))["pmid"]
        wanted = set(included.to_pylist())
        told = columns_of(self.table, "pmid", "title", "abstract")
        texts = (
            Passage(pmid, section, "pubmed", "", text, sha256(text.encode()).hexdigest())
            for pmid, title, abstract in told
            if pmid in wanted
            for section, text in (("title", title), ("abstract", abstract))
        )
        write_parquet(folder / "passages.parquet", texts, Passage)
        self.included = len(wanted)

    def _run(self, task: str, *command: str) -> None:
        memo = {"PERENNIAL_MEMO": ".perennial"}
        with _measured() as cost:
            subprocess.run(  # noqa: S603 - the project's own commands
                [sys.executable, "-m", "perennial", *command],
                cwd=self.folder,
                env=os.environ | memo,
                check=True,
                stderr=subprocess.DEVNULL,
            )
        self.costs.setdefault(task, []).append(cost())
        print(f"{self.count:>9,} {task:<18} {cost()}", file=sys.stderr, flush=True)


@contextmanager
def _measured() -> Iterator[Callable[[], Cost]]:
    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    wall, cpu = time.monotonic(), spent()
    cost: list[Cost] = []
    yield lambda: cost[0]
    cost.append(Cost(time.monotonic() - wall, spent() - cpu))


def run(sizes: Sequence[int] = SIZES, rounds: int = 3, folder: Path | None = None) -> list[Row]:
    """Measure all tasks at all ``sizes``; the median of ``rounds`` (one for what is made anew)."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        reviews = [
            Review(Path(place) / str(size), size, Writer(ROOT / "config/screening.yaml"))
            for size in sizes
        ]
        for review in reviews:
            review.build()
        for turn in range(1, rounds + 1):
            for review in reviews:
                review.add(turn)
        for turn in range(1, rounds + 1):
            for review in reviews:
                review.edit(turn)
        return [_row(task, review) for review in reviews for task in review.costs]


def _row(task: str, review: Review) -> Row:
    costs = review.costs[task]
    wall, cpu = (statistics.median(getattr(c, name) for c in costs) for name in ("wall", "cpu"))
    return Row(task, review.count, wall, cpu, len(costs))


def exponent(rows: Sequence[Row]) -> float:
    """The slope of log(processor time) over log(size), by least squares: 1 is proportional."""
    sizes, costs = ([math.log(value) for value in values] for values in _columns(rows))
    return statistics.linear_regression(sizes, costs).slope


def _columns(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    return [row.size for row in rows], [row.cpu for row in rows]


def told(rows: Sequence[Row]) -> Iterator[str]:
    """What the figures come to, in words."""
    by = {(row.task, row.size): row for row in rows}
    sizes = sorted({row.size for row in rows})
    if len(sizes) > 1:
        for task in ("edited", "anew: screen"):
            slope = exponent([by[task, size] for size in sizes])
            yield f"{task}: processor time grows with size to the {slope:.2f}"
    for size in sizes:
        share = by["edited", size].cpu / by["anew: screen", size].cpu
        yield f"{size:,}: one criterion edited is {share:.2f} of screening anew (processor time)"
    least, most = sizes[0], sizes[-1]
    for clock in ("wall", "cpu"):
        spent = [
            sum(getattr(by[f"added: {stage}", size], clock) for stage in STAGES)
            for size in (least, most)
        ]
        yield (
            f"{NEW} records added to {most:,} cost {spent[1] / spent[0]:.2f} × those to {least:,} "
            f"({clock}: {spent[1]:.1f} s, {spent[0]:.1f} s)"
        )


def main() -> None:
    """Print one line of JSON per figure, then what they come to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; else the place for such files")
    given = parser.parse_args()
    rows = run([int(size) for size in given.sizes.split(",")], given.rounds, given.folder)
    for row in rows:
        print(json.dumps(vars(row)))
    print(*told(rows), sep="\n")


if __name__ == "__main__":
    main()
