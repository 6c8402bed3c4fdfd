"""One project in which the whole workflow has run, for all tests of this folder."""

from __future__ import annotations

import pytest
from project import Project, fresh


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which the whole workflow has run once. Copy it before changing it."""
    project = fresh(tmp_path_factory.mktemp("made") / "project")
    project.snakemake()
    return project
