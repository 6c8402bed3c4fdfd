"""Measuring: each side in a process of its own, the sides taking turns, ratios within a round.

A side is a command line that warms itself up, does its work once and prints, as its last line,
one JSON object with ``seconds`` (wall clock) and ``processor`` (seconds) of that work, its ``peak``
of memory, and whatever else it has to tell. ``timed`` makes one.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
Line = Sequence[str]


@dataclass(frozen=True)
class Run:
    """One run of one side."""

    seconds: float  # of the work, by the clock on the wall
    processor: float  # of the work
    peak: float  # MB that its process held at most
    whole: float  # seconds of the process, from its start to its end
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Spread:
    """A median with the least and the most of the rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Raises StatisticsError for no values."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        if self.least == self.most:
            return figure(self.median)
        return f"{figure(self.median)} ({figure(self.least)}–{figure(self.most)})"


def figure(value: float) -> str:
    """A number with two figures, or all that stand before the point: 0.034, 1.2, 15, 1,334."""
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:#.2g}" if value < 0.995 else f"{value:.1f}"


def duration(seconds: float) -> str:
    """Seconds as people say them: 40 s, 7.5 min, 3.2 h."""
    if seconds < 120:
        return f"{figure(seconds)} s"
    return f"{figure(seconds / 60)} min" if seconds < 7200 else f"{figure(seconds / 3600)} h"


def started(line: Line) -> Callable[[], Run]:
    """Start a side; what is returned waits for it. Raises SystemExit if the side fails."""
    path = os.pathsep.join([str(ROOT / "workflow"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    begun = time.perf_counter()
    child = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603

    def ended() -> Run:
        assert child.stdout is not None  # noqa: S101 - it was asked for
        with child.stdout as out:
            lines = out.read().splitlines()
        if child.wait() or not lines:
            raise SystemExit(f"{' '.join(line[1:])} ended with {child.returncode}")
        told = json.loads(lines[-1])
        whole = time.perf_counter() - begun
        seconds, processor, most = map(told.pop, ("seconds", "processor", "peak"))
        return Run(seconds, processor, most, whole, told)

    return ended


def alone(line: Line) -> Run:
    """Run one side and nothing beside it."""
    return started(line)()


def together(lines: Sequence[Line]) -> list[Run]:
    """Run sides at the same time."""
    return [wait() for wait in [started(line) for line in lines]]


def interleaved(sides: Mapping[str, Line], rounds: int) -> dict[str, list[Run]]:
    """Every side once a round, each round beginning with another."""
    names = list(sides)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for turn in range(rounds):
        at = turn % len(names)
        for name in names[at:] + names[:at]:
            print(f"  round {turn + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
            runs[name].append(alone(sides[name]))
    return runs


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """The one's figures over the other's, round by round."""
    return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])


def timed(work: Callable[[], object]) -> dict[str, Any]:
    """What a side has to print about ``work``; what it returns is told as ``result``."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return {
        "seconds": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "peak": peak(),
        "result": result,
    }


def peak() -> float:
    """MB that this process has held at most.

    Not ``getrusage``: Linux lets a process inherit that figure from the one that started it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 1024)  # bytes there, KB elsewhere
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def prose(text: str) -> str:
    """A paragraph in lines of a hundred characters."""
    return textwrap.fill(text, 100, break_on_hyphens=False, break_long_words=False) + "\n"
