"""Copies of the built example, over which desks run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from project import Project

sys.path.insert(0, str(Path(__file__).parents[1] / "decisions"))  # small_review, by any order


@pytest.fixture(scope="session")
def copied(made: Project) -> Callable[[Path], Path]:
    """Copy what a desk needs of the built example to a folder."""

    def copy(folder: Path) -> Path:
        for name in ("config", "results", "archive"):
            shutil.copytree(made.folder / name, folder / name)
        return folder

    return copy
