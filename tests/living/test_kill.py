"""kill -9 at any moment, then run again: nothing is lost, nothing differs, little is asked twice.

Twelve moments by default; PERENNIAL_LONG=1 tries two hundred.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from living_job import BATCH, Jobs
from living_source import Memory, Paper, opened
from perennial.archive import Archive
from perennial.canonical import to_json
from perennial.commands.records import command as records_command
from perennial.verify import verify

MOMENTS = 200 if os.environ.get("PERENNIAL_LONG") else 12
DAYS = ("2026-02-01", "2026-02-08")
PAUSE = 0.005  # seconds that the source takes over each answer


def memory_on(day: str) -> Memory:
    """The source on the first day, and on the second, when it has changed."""
    memory = Memory(pause=PAUSE)
    memory.put(*(Paper(pmid) for pmid in range(1, 43)))
    if day == DAYS[1]:
        memory.put(*(Paper(pmid, "2026-02-05", "2026-02-05") for pmid in range(101, 116)))
        memory.put(*(Paper(pmid, revised="2026-02-06", title="beta") for pmid in range(5, 40, 3)))
    return memory


@pytest.fixture(scope="module")
def jobs() -> Iterator[Jobs]:
    with Jobs() as program:
        yield program


def run(jobs: Jobs, folder: Path, day: str, after: int = 0, pause: float = 0.0) -> Memory:
    """One run of the job, killed ``pause`` seconds after that many requests, unless it is 0."""
    memory = memory_on(day)

    def now() -> bool:
        reached = 0 < after <= len(memory.asked)
        time.sleep(pause if reached else 0)
        return reached

    with opened(memory, day) as source:
        status = jobs.run(folder, source.url, now)
    assert status == 0 or (after and status == -signal.SIGKILL)
    return memory


def table(folder: Path) -> dict[str, bytes]:
    """results/1_records as the stage writes it."""
    target = folder / "records"
    arguments = ["--archive", str(folder / "archive"), "--source", "example", "-o", str(target)]
    records_command.main(arguments, standalone_mode=False)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


@dataclass(frozen=True)
class Undisturbed:
    """The folder, the records table and the number of requests, after each day's run."""

    folders: tuple[Path, ...]
    tables: tuple[dict[str, bytes], ...]
    requests: tuple[int, ...]


@pytest.fixture(scope="module")
def undisturbed(jobs: Jobs, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    base = tmp_path_factory.mktemp("undisturbed")
    days = []
    for number, day in enumerate(DAYS):
        folder = base / day
        if number:
            shutil.copytree(base / DAYS[number - 1], folder)
        folder.mkdir(exist_ok=True)
        requests = len(run(jobs, folder, day).asked)
        days.append((folder, table(folder), requests))
    return Undisturbed(*map(tuple, zip(*days, strict=True)))


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_kill_at_any_moment_costs_the_batch_in_flight(
    jobs: Jobs, undisturbed: Undisturbed, tmp_path: Path, moment: int
) -> None:
    """The moments are spread over the first search and the refresh after it by turns.

    A request takes about two pauses of the source, so the kill falls at random into waiting
    for an answer, writing it, or making the next request.
    """
    day, chance = moment % 2, random.Random(moment)
    after = 1 + int(undisturbed.requests[day] * (moment // 2 + chance.random()) / (MOMENTS / 2))
    folder = tmp_path / "review"
    if day:
        shutil.copytree(undisturbed.folders[0], folder)
    folder.mkdir(exist_ok=True)
    asked = run(jobs, folder, DAYS[day], after, chance.random() * 2 * PAUSE).fetched()
    asked += run(jobs, folder, DAYS[day]).fetched()
    found = verify(Archive(folder / "archive"))
    assert (found.faults, found.staged) == ((), 0)
    assert table(folder) == undisturbed.tables[day]
    times = Counter(asked)
    assert max(times.values()) <= 2
    assert sum(count > 1 for count in times.values()) <= BATCH


def test_what_lies_between_the_steps_of_writing_an_answer_is_mended(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """Staged, then written down, then in its place: every torn state in between, made by hand."""
    whole = Archive(undisturbed.folders[0] / "archive").journal.read_bytes()
    *before, last = whole.splitlines(keepends=True)
    digest = json.loads(last)["answer"]
    assert whole.count(digest.encode()) == 1
    for cut in range(len(last) + 1):
        if cut % 40 in (0, len(last) % 40):
            folder = tmp_path / str(cut)
            shutil.copytree(undisturbed.folders[0] / "archive", folder)
            archive = Archive(folder)
            archive.journal.write_bytes(b"".join(before) + last[:cut])
            archive.path(digest).rename(folder / "incoming" / f"{digest}.gz")
            _mended(archive, len(before) + (cut >= len(last) - 1))


def _mended(archive: Archive, lines: int) -> None:
    assert (verify(archive).staged, verify(archive).faults) == (1, ())
    assert len(list(archive.lines())) == lines
    with archive.writing():
        pass
    assert (verify(archive).staged, verify(archive).faults) == (0, ())
    assert len(list(archive.lines())) == lines


def test_two_runs_of_the_same_source_keep_the_same_ledgers(jobs: Jobs, tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run(jobs, tmp_path / name, DAYS[0])
        runs.append(Archive(tmp_path / name / "archive").runs("example"))
    assert to_json(runs[0][0]) == to_json(runs[1][0])
