"""Snakemake at work on a review: to start it, and to tell whether it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from perennial.places import SNAKEFILE

FOLDER = ".snakemake"


def building(project: Path) -> bool:
    """Whether Snakemake holds its lock on a project: it builds now, or was stopped hard."""
    locks = project / FOLDER / "locks"
    return locks.is_dir() and any(locks.iterdir())


def built(project: Path) -> bool:
    """Whether Snakemake has ever been at work there: what it makes is then its to make."""
    return (project / FOLDER).is_dir()


def build(*options: str) -> int:
    """Run Snakemake here with ``options``; its exit status.

    By the Snakefile that lies here, and without one by the package's own.
    """
    rules = () if Path("Snakefile").exists() else ("--snakefile", str(SNAKEFILE))
    beside = str(Path(sys.executable).parent)  # where rules find `perennial`, whoever starts us
    path = os.pathsep.join((beside, os.environ.get("PATH", "")))
    run = [sys.executable, "-m", "snakemake", *rules, *options]
    return subprocess.run(run, env={**os.environ, "PATH": path}, check=False).returncode  # noqa: S603
