from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import synthetic
from perennial.render.files import render

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow" / "templates"


@pytest.fixture(scope="session")
def templates() -> Path:
    return TEMPLATES


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """The synthetic review, rendered."""
    return render(synthetic.review(), TEMPLATES)
