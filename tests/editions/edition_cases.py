"""Editions written short, as the cases under tests/data/editions write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from perennial.editions.edition import Conclusion, Count, Edition, Group, Named, Opposed, Said

CASES = sorted((Path(__file__).parents[1] / "data" / "editions").glob("*.yaml"))


def opposed(factor: str) -> Opposed:
    return Opposed(factor, "opposite", (1, 1), ())


def edition(given: Mapping[str, Any], number: str = "1") -> Edition:
    """An edition of what is ``given``; the rest is empty."""
    included = [p for g in given.get("records", ()) if g[0] == "included" for p in g[2]]
    return Edition(
        number=number,
        day=f"2026-01-0{number}" if number in ("1", "2") else "2026-01-09",
        title="A made-up review",
        records=tuple(
            Group(outcome, criterion, f"reason of {criterion}" if criterion else "", tuple(pmids))
            for outcome, criterion, pmids in given.get("records", ())
        ),
        studies=tuple(Named(pmid, f"Family {pmid}", f"Title {pmid}", "") for pmid in included),
        statements=tuple(
            Said(id_, pmid, factor, direction, condition, "", "result", quote, counts)
            for id_, pmid, factor, direction, condition, quote, counts in given.get(
                "statements", ()
            )
        ),
        conclusions=tuple(Conclusion(*row) for row in given.get("conclusions", ())),
        contradictions=tuple(map(opposed, given.get("contradictions", ()))),
        flow=tuple(Count(id_, id_, number) for id_, number in given.get("flow", {}).items()),
        manifest=given.get("manifest", {}),
    )


def case(path: Path) -> dict[str, Any]:
    """A case: a note, two editions, and what the comparison must hold."""
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded
