"""Settings for all tests: property tests take the same examples every time, without a clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from perennial.lock import locked

sys.path.insert(0, str(Path(__file__).parent / "workflow"))

from project import Project, fresh

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")


# The longest files go first, so that no worker is left alone with one at the end.
FIRST = (
    "test_time_travel.py",
    "test_workflow.py",
    "test_baseline_workflow.py",
    "test_new_review.py",
    "test_built.py",
    "test_corrected.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that run the whole workflow, then all others in their order."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else 9)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The pace that processes share is kept in the user's cache; tests keep out of it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which the whole workflow has run once, for all workers. Copy it to change it.

    PERENNIAL_BUILT names one that is there, to spare who tries things out the half minute.
    """
    if there := os.environ.get("PERENNIAL_BUILT"):
        return Project(Path(there))
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, whole = shared / "made", shared / "made-whole"
    with locked(shared / ".made.lock", 300):
        if whole.exists():
            return Project(folder)
        project = fresh(folder)
        project.snakemake()
        whole.touch()
    return project
