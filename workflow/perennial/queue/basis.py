"""Basis: what a queue was made of, so that whoever reads it later can tell what changed since.

It stands in ``conduct.json``. Times of files would tell nothing: a checkout gives them anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from perennial.decisions.decision import Decision
from perennial.preview.protocol import meaning
from perennial.query import Mesh
from perennial.screen import Criterion

_DIGITS = 16  # of each hash: nobody forges them, and a chance match needs billions of edits


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion, and a hash of what it judges by: blocks, spellings and hierarchy included."""

    id: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Basis:
    """The criteria in their order; how many decisions counted, and a hash of them all."""

    criteria: tuple[Asked, ...] = ()
    decisions: int = 0
    decided: str = ""


def basis(criteria: Iterable[Criterion], mesh: Mesh | None, decisions: Sequence[Decision]) -> Basis:
    """What a queue is made of; ``decisions`` are those that count, in the order of the file."""
    asked = tuple(Asked(c.id, meaning(c, mesh)[:_DIGITS]) for c in criteria)
    return Basis(asked, len(decisions), hashed(decisions))


def hashed(decisions: Iterable[Decision]) -> str:
    """A hash of decisions in their order."""
    rows = json.dumps([dataclasses.astuple(row) for row in decisions], ensure_ascii=False)
    return hashlib.sha256(rows.encode()).hexdigest()[:_DIGITS]
