"""``perennial prioritise``: the same bytes whatever the hash seed, and whole files after a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from perennial.canonical import from_json
from perennial.commands.prioritise import command
from perennial.queue.conduct import Conduct
from perennial.queue.prioritise import Queued
from perennial.tables import read_parquet
from screening_job import decision, records, write_job

HELD = records(60)
ROWS = [
    decision(HELD[1].pmid, "include"),
    decision(HELD[1].pmid, "include", "Ben"),
    decision(HELD[2].pmid, "exclude"),
    decision(HELD[2].pmid, "exclude", "Ben"),
    decision(HELD[3].pmid, "include", date="2022-05-01"),
]
FILES = ("queue.parquet", "conduct.json")
# Imports once, then a process for each job, which dies when it would put the file in its place.
DRIVER = """
import json, os, sys
from pathlib import Path
from perennial.commands.prioritise import command
from scipy import stats
from sklearn import svm
from sklearn.feature_extraction import text

move = Path.replace

def run(arguments, last):
    def replace(self, target):
        if Path(target).name == last:
            os.kill(os.getpid(), 9)
        return move(self, target)
    Path.replace = replace
    command(arguments)

status = []
for arguments, last in json.loads(sys.argv[1]):
    child = os.fork()
    if child == 0:
        run(arguments, last)
    status.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(status))
"""


@dataclass(frozen=True)
class Elsewhere:
    """What processes with a hash seed of their own left: one that ended, and those killed."""

    folder: Path
    before: dict[str, list[bytes]]  # by the file that the killed process did not put in place

    def arguments(self, killed_before: str) -> list[str]:
        return write_job(self.folder / (killed_before or "whole"), HELD, ROWS)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    made = Elsewhere(tmp_path_factory.mktemp("elsewhere"), {})
    for file in FILES:
        _here([*made.arguments(file), "--as-of", "2020-12-31"])
        made.before[file] = _bytes(made.folder / file)
    jobs = json.dumps([(made.arguments(file), file) for file in ("", *FILES)])
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    call = [sys.executable, "-c", DRIVER, jobs]
    done = subprocess.run(
        call, env=environment, timeout=120, check=True, stdout=subprocess.PIPE, text=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [0, -9, -9]
    return made


def _here(arguments: list[str]) -> None:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output


def _bytes(folder: Path) -> list[bytes]:
    return [(folder / "out" / file).read_bytes() for file in FILES]


def test_the_hash_seed_changes_nothing(tmp_path: Path, elsewhere: Elsewhere) -> None:
    _here(write_job(tmp_path, HELD, ROWS))
    assert _bytes(elsewhere.folder / "whole") == _bytes(tmp_path)
    queue = read_parquet(tmp_path / "out/queue.parquet", Queued)
    conduct = from_json((tmp_path / "out/conduct.json").read_bytes(), Conduct)
    assert [row.why for row in queue[:1]] == ["second reviewer"]
    assert sum(conduct.queue["title/abstract"].values()) == len(queue) > 30


@pytest.mark.parametrize(("killed_before", "new"), [(FILES[0], 0), (FILES[1], 1)])
def test_whoever_is_killed_leaves_the_old_file_or_the_new(
    elsewhere: Elsewhere, killed_before: str, new: int
) -> None:
    before, found = elsewhere.before[killed_before], _bytes(elsewhere.folder / killed_before)
    _here(elsewhere.arguments(killed_before))
    after = _bytes(elsewhere.folder / killed_before)
    assert found == after[:new] + before[new:]
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_as_of_a_day_later_decisions_were_not_made(tmp_path: Path) -> None:
    arguments = write_job(tmp_path, HELD, ROWS)
    _here([*arguments, "--as-of", "2021-12-31"])
    queue = read_parquet(tmp_path / "out/queue.parquet", Queued)
    (row,) = [row for row in queue if row.pmid == HELD[3].pmid]
    assert row.why == "undecided"


@pytest.mark.parametrize("others", [[], ["include"], ["human"]], ids=str)
def test_an_answer_taken_back_leaves_queue_and_conduct_as_they_were(
    tmp_path: Path, others: list[str]
) -> None:
    """On a record that rules include, one left open, and one excluded and audited."""
    audited = next(r.pmid for r in HELD if r.title == "Virus in rain")
    pmids = [HELD[0].pmid, HELD[1].pmid, audited]
    before = [decision(pmid, other, "Ben") for pmid in pmids for other in others]
    undone = [
        decision(pmid, outcome)
        for pmid in pmids
        for said in ("include", "exclude", "human")
        for outcome in (said, "withdrawn")
    ]
    for folder, rows in (("before", before), ("after", [*before, *undone])):
        _here(write_job(tmp_path / folder, HELD, rows))
    assert _bytes(tmp_path / "after") == _bytes(tmp_path / "before")
