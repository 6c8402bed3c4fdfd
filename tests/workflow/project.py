"""A copy of the project, on which the real Snakemake is run."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PARTS = ("Snakefile", "config", "environment.yml", "profiles", "resources", "workflow")


@dataclass(frozen=True)
class Project:
    """A copy of the project in a folder of its own; its commands use its own package."""

    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        bin_ = str(Path(sys.executable).parent)
        path = {"PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(self.folder / "workflow")}
        # Another locale, hash seed and time zone each time must not change a byte.
        odd = {"PYTHONHASHSEED": str(len(str(self.folder))), "TZ": "Asia/Kathmandu"}
        environment = {**os.environ, **path, **odd}
        if command[0] == "snakemake":
            return _forked(command, self.folder, environment)
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def snakemake(self, *options: str) -> str:
        """Run Snakemake; returns all it said. AssertionError if it failed."""
        done = self.run("snakemake", *options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def due(self) -> set[str]:
        """The rules that Snakemake would run now."""
        said = self.snakemake("--dry-run", "--quiet", "rules")
        listed = said.partition("Reasons:")[0]
        return set(re.findall(r"^(\w+) +\d+$", listed, re.M)) - {"all", "review", "total"}

    def digests(self) -> dict[str, str]:
        """SHA-256 of every file under results/."""
        files = sorted(path for path in (self.folder / "results").rglob("*") if path.is_file())
        return {
            str(path.relative_to(self.folder)): sha256(path.read_bytes()).hexdigest()
            for path in files
        }

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def copy(self, folder: Path) -> Project:
        """A project with everything that this one has made; mtimes stay."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)


@cache
def _preloaded() -> subprocess.Popen[str]:
    """Snakemake in a process that waits for orders, as long as this one lives."""
    program = [sys.executable, str(Path(__file__).with_name("preloaded.py"))]
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.communicate)  # it ends when no order can come any more
    return process


def _forked(
    command: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """As ``subprocess.run``: every run has a process of its own, which has loaded Snakemake."""
    process = _preloaded()
    assert process.stdin and process.stdout
    with tempfile.TemporaryDirectory() as said:
        order = {"command": command, "folder": str(folder), "environment": environment}
        print(json.dumps({**order, "said": f"{said}/"}), file=process.stdin, flush=True)
        status = int(process.stdout.readline())
        told = [Path(said, name).read_text("utf-8") for name in ("1", "2")]
    return subprocess.CompletedProcess(command, status, *told)


def fresh(folder: Path) -> Project:
    """A copy of the project's sources, with nothing made yet."""
    folder.mkdir()
    junk = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=junk)
        else:
            shutil.copy2(source, folder / part)
    return Project(folder)
