"""The subject of the review as it stands, read once for all tests of a process."""

from __future__ import annotations

from functools import cache

from perennial.config import load
from perennial.extract import Vocabulary, load_vocabulary
from project import ROOT


@cache
def vocabulary() -> Vocabulary:
    """config/evidence.yaml; its sentence patterns take seconds to compile."""
    return load_vocabulary(load(ROOT / "config/evidence.yaml", "evidence").data)
