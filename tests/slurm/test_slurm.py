"""Through a real Slurm: the same bytes as without, whoever dies on the way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests/workflow"), str(ROOT / "benchmarks/baseline")]

from project import Project, fresh  # noqa: E402

# What the profile leaves to the user: this Slurm has no accounting. Looking more often saves time.
SLURM = (
    "--workflow-profile", "profiles/slurm", "--slurm-status-command", "squeue",
    "--slurm-no-account", "--slurm-init-seconds-before-status-checks", "2",
)  # fmt: skip
SITTING_OUT = {"search", "fetch", "fetch_fulltext", "mirror", "all"}  # run where one submits
INDEX = "archive/index/records.json"
T = TypeVar("T")
pytestmark = pytest.mark.usefixtures("slurm")


@pytest.fixture(scope="module")
def made(slurm: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, made without Slurm."""
    project = fresh(tmp_path_factory.mktemp("made") / "project")
    project.snakemake()
    return project


@pytest.fixture
def unrendered(made: Project, tmp_path: Path) -> Project:
    """All of the example but the last rule."""
    project = made.copy(tmp_path / "project")
    shutil.rmtree(project.folder / "results/review")
    return project


def _submitted(said: str) -> list[str]:
    """What each job was sent for: a group of rules or a rule."""
    return re.findall(r"submitted with SLURM jobid \d+ \(log: \S*/slurm_logs/(\w+)", said)


def _jobs(*states: str) -> list[str]:
    """Slurm's numbers of the jobs in these states."""
    command = ["squeue", "--noheader", "--format=%i", f"--states={','.join(states)}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def _until(found: Callable[[], T], what: str, seconds: int = 120) -> T:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := found():
            return seen
        time.sleep(0.2)
    pytest.fail(f"{what}: not within {seconds} s")


def _working(log: str) -> list[int]:
    """The processes of a running job, once the rule's command is among them."""
    pids = []
    for job in _jobs("RUNNING"):
        command = ["scontrol", "listpids", job]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)
        pids += [int(pid) for pid in re.findall(r"^(\d+)", listed.stdout, re.M)]
    return pids if any(f"--log {log}" in _command(pid) for pid in pids) else []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8").replace("\0", " ")
    except OSError:  # it has ended
        return ""


def _start(project: Project) -> subprocess.Popen[str]:
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(project.folder / "workflow"),
    }
    out = (project.folder / "said.txt").open("w")
    return subprocess.Popen(
        ["snakemake", *SLURM], cwd=project.folder, env=env, stdout=out, stderr=out, text=True
    )


def test_the_example_is_the_same_through_sbatch(made: Project, tmp_path: Path) -> None:
    project = fresh(tmp_path / "project")
    said = project.snakemake(*SLURM)
    sent = _submitted(said)
    assert len(sent) == 3, said
    assert {"rule_render"} < set(sent)
    assert not {f"rule_{rule}" for rule in SITTING_OUT} & set(sent)
    assert project.digests() == made.digests()
    assert "Nothing to be done" in project.snakemake(*SLURM)


def test_a_worker_that_is_killed_is_replaced(made: Project, unrendered: Project) -> None:
    running = _start(unrendered)
    for pid in _until(lambda: _working("logs/render.log"), "the rule at work"):
        os.kill(pid, signal.SIGKILL)
    assert running.wait(300) == 0
    said = (unrendered.folder / "said.txt").read_text("utf-8")
    assert "Trying to restart job" in said
    assert _submitted(said) == ["rule_render", "rule_render"]
    assert unrendered.digests() == made.digests()


def test_whoever_submits_may_die(made: Project, unrendered: Project) -> None:
    """As docs/clusters.md says: cancel what is left, unlock, run again."""
    running = _start(unrendered)
    _until(lambda: _working("logs/render.log"), "the rule at work")
    running.kill()
    running.wait(10)
    subprocess.run(["scancel", *_jobs("RUNNING", "PENDING")], check=True)
    _until(lambda: not _jobs("RUNNING", "PENDING", "COMPLETING"), "the jobs cancelled")
    assert "cannot be locked" in unrendered.run("snakemake", *SLURM).stderr
    unrendered.snakemake("--unlock")
    unrendered.snakemake(*SLURM)
    assert unrendered.digests() == made.digests()


def test_twenty_files_of_the_baseline_are_the_same_through_sbatch(
    slurm: Path, tmp_path: Path
) -> None:
    import made_up as synthetic  # noqa: PLC0415 - beside a benchmark
    import vocabulary  # noqa: PLC0415

    rates = replace(vocabulary.DEFAULT, subject=0.05)
    synthetic.write_baseline(tmp_path / "files", files=18, records=300, updates=2, rates=rates)
    alone, spread = (_over_files(tmp_path / name, tmp_path / "files") for name in ("a", "b"))
    alone.snakemake(INDEX)
    said = spread.snakemake(*SLURM, INDEX)
    assert sorted(_submitted(said)) == ["rule_gather", "rule_sift", "rule_sift"]
    assert spread.digests() == alone.digests()
    assert len(alone.digests()) == 2
    for index in (INDEX, "archive/index/search.json"):
        assert (spread.folder / index).read_bytes() == (alone.folder / index).read_bytes()
    assert (alone.folder / INDEX).read_text("utf-8").count('": "') > 20


def _over_files(folder: Path, files: Path) -> Project:
    """A project whose source is a folder of baseline files, ten to a job."""
    project = fresh(folder)
    project.edit("config/config.yaml", "server: example", "server: baseline")
    source = f"\nentrez:\n  baseline: {{files: {files}, group: 10}}\n"
    project.edit("config/config.yaml", "\nentrez:\n", source)
    strategies = project.folder / "config/search.yaml"  # what lies below a heading is not known
    asked = strategies.read_text("utf-8")
    strategies.write_text(re.sub(r"\[(mh|pt)\]", r"[\1:noexp]", asked), "utf-8")
    return project
