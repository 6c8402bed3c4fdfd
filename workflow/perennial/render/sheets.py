"""The tables that go with the review, as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import dataclasses
from typing import Any

from perennial.passage import Statement
from perennial.render.review import Review
from perennial.screened import Screened
from perennial.tables import csv_bytes

_FIRST = (
    *("pmid", "factor", "direction", "cancer", "site", "model"),
    *("quote", "section", "start", "end"),
)
_OWN = (*_FIRST, *(f.name for f in dataclasses.fields(Statement) if f.name not in _FIRST))
EVIDENCE = (*_OWN, "set_aside")
SCREENING = ("pmid", "outcome", "criterion", "matched", "reason", "decided_by", "title")


def evidence(review: Review) -> bytes:
    """One row per statement; the quote is exact, but for the ' that defuses a formula.

    ``set_aside`` is true where the study carries a notice for which it does not count.
    """
    aside = {study.pmid for study in review.set_aside}
    return csv_bytes(
        EVIDENCE,
        (
            [*(getattr(s, name) for name in _OWN), _truth(s.pmid in aside)]
            for s in review.statements
        ),
    )


def studies(review: Review) -> bytes:
    """One row per study, included or set aside, with every field that the study has."""
    rows: tuple[Any, ...] = review.studies
    names = [field.name for field in dataclasses.fields(rows[0])] if rows else ["pmid"]
    return csv_bytes(names, ([_truth(getattr(row, name)) for name in names] for row in rows))


def screening(review: Review) -> bytes:
    """One row per screened record, with the words that decided."""
    return csv_bytes(SCREENING, (_judged(review, row) for row in review.screened))


def _truth(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _judged(review: Review, row: Screened) -> list[Any]:
    matched = tuple(dict.fromkeys(f"{match.field}: {match.text}" for match in row.matched))
    title = review.records[row.pmid].title
    return [row.pmid, row.outcome, row.criterion, matched, row.reason, row.decided_by, title]
