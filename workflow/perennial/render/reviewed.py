"""Who reviewed which statement, and what became of the corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perennial.render.review import Review
from perennial.render.wording import listed

STANDS = ("applied", "moved", "conflict")
# In this order: what a reader wants to see of rows that changed no statement, or took one out.
TOLD = ("conflict", "lost", "stale")


def by_whom(review: Review) -> dict[str, str]:
    """The names of those whose word stands on a statement, by its id: ``Ada and Bo``."""
    names: dict[str, dict[str, None]] = {}
    for row in _outcomes(review):
        if row["became"] in STANDS:
            names.setdefault(row["statement"], {})[row["reviewer"]] = None
    return {id_: listed(sorted(who)) for id_, who in names.items()}


def told(review: Review) -> list[Mapping[str, Any]]:
    """The rows that a reader should know of: what was rejected, and what could not be applied."""
    rejected = [
        row
        for row in _outcomes(review)
        if row["action"] == "reject" and row["became"] in ("applied", "moved")
    ]
    return rejected + [row for kind in TOLD for row in _outcomes(review) if row["became"] == kind]


def _outcomes(review: Review) -> list[Mapping[str, Any]]:
    return list(review.corrections.get("outcomes", ()))
