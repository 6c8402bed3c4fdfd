"""Whether Snakemake is at work on a project."""

from __future__ import annotations

from pathlib import Path

FOLDER = ".snakemake"


def building(project: Path) -> bool:
    """Whether Snakemake holds its lock on a project: it builds now, or was stopped hard."""
    locks = project / FOLDER / "locks"
    return locks.is_dir() and any(locks.iterdir())


def built(project: Path) -> bool:
    """Whether Snakemake has ever been at work there: what it makes is then its to make."""
    return (project / FOLDER).is_dir()
