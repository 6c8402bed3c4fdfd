"""Labelled sets, and what both sides of the comparison must share. Standard library only."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Labelled:
    """A review's records as its authors judged them."""

    name: str
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    included: tuple[bool, ...]


def read(path: Path) -> Labelled:
    """A CSV with title, abstract and a column ``label_included`` or ``included`` (0 or 1)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    column = "label_included" if "label_included" in rows[0] else "included"
    return Labelled(
        path.stem,
        tuple(row["title"] for row in rows),
        tuple(row["abstract"] for row in rows),
        tuple(row[column] == "1" for row in rows),
    )


def priors(included: Sequence[bool], seed: int) -> list[int]:
    """One inclusion and one exclusion to begin with, drawn by the seed."""
    draw = random.Random(seed)  # noqa: S311 - a draw, no secret
    rows = range(len(included))
    return [draw.choice([i for i in rows if included[i] is wanted]) for wanted in (True, False)]


def batch(labelled: int) -> int:
    """How many records are read before the model is trained again: more as it has seen more."""
    return 1 + labelled // 50
