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
EVIDENCE = (*_FIRST, *(f.name for f in dataclasses.fields(Statement) if f.name not in _FIRST))
SCREENING = ("pmid", "outcome", "criterion", "matched", "reason", "decided_by", "title")


def evidence(review: Review) -> bytes:
    """One row per statement; the quote is exact, but for the ' that defuses a formula."""
    return csv_bytes(EVIDENCE, ([getattr(s, name) for name in EVIDENCE] for s in review.statements))


def studies(review: Review) -> bytes:
    """One row per included study, with every field that the study has."""
    rows: tuple[Any, ...] = review.studies
    names = [field.name for field in dataclasses.fields(rows[0])] if rows else ["pmid"]
    return csv_bytes(names, ([getattr(row, name) for name in names] for row in rows))


def screening(review: Review) -> bytes:
    """One row per screened record, with the words that decided."""
    return csv_bytes(SCREENING, (_judged(review, row) for row in review.screened))


def _judged(review: Review, row: Screened) -> list[Any]:
    matched = tuple(dict.fromkeys(f"{match.field}: {match.text}" for match in row.matched))
    title = review.records[row.pmid].title
    return [row.pmid, row.outcome, row.criterion, matched, row.reason, row.decided_by, title]
