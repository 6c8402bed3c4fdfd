"""The raw counts of a review, and how a phrase writes a number that is counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from perennial.passage import Statement
from perennial.render.review import Review

MONTHS = "January February March April May June July August September October November December"


def n(number: int, one: str, many: str = "") -> str:
    """A number with its noun; none has no numeral."""
    noun = one if number == 1 else many or f"{one}s"
    return f"⟦{number:,}⟧ {noun}" if number else f"no {noun}"


def studies(number: int) -> str:
    return n(number, "study", "studies")


def day(date: str) -> str:
    """2026-06-01 in words."""
    year, month, number = date[:10].split("-")
    return f"{int(number)} {MONTHS.split()[int(month) - 1]} {year}"


class Counts:
    """The raw counts; nothing is read from the flow but the names of its boxes and parts."""

    def __init__(self, review: Review) -> None:
        self.review = review
        ledger, search = review.ledger, review.ledger.search
        self.aside = {row.pmid for row in review.screened if row.set_aside}
        self.included = [s for s in review.studies if s.pmid not in self.aside]
        self.stated = [s for s in review.statements if s.pmid not in self.aside]
        self.results = [s for s in self.stated if s.standing == "result"]
        outcomes = Counter(row.outcome for row in review.screened)
        named = sum(bool(one.pmid) for one in search.named)
        identified = sum(len(s.ids) for s in search.strategies) + named
        stating = {s.pmid for s in self.stated}
        self.boxes = {
            "identified": identified,
            "removed": identified - len(review.screened),
            "screened": len(review.screened),
            "excluded": outcomes["exclude"],
            "awaiting": outcomes["human"],
            "sought": outcomes["include"],
            "included": len(self.included),
        }
        self.parts = {
            **{("identified", s.id): len(s.ids) for s in search.strategies},
            ("identified", "named"): named,
            ("removed", "repeated"): identified - len(set(search.pmids)),
            ("removed", "duplicates"): sum(k.kind == "duplicate of" for k in review.links),
            ("removed", "not_returned"): len(ledger.missing),
            **{
                (box, c): sum(r.outcome == told and r.criterion == c for r in review.screened)
                for box, told in (("excluded", "exclude"), ("awaiting", "human"))
                for c in (criterion.id for criterion in review.criteria)
            },
            ("included", "with"): sum(s.pmid in stating for s in self.included),
            ("included", "without"): sum(s.pmid not in stating for s in self.included),
        }
        self.new = set(ledger.changes[-1].new) if review.step else set()

    def studies_of(self, found: list[Statement]) -> int:
        return len({s.pmid for s in found})


def numbered(review: Review) -> dict[str, int]:
    """Study → its number among the references."""

    def place(study: Any) -> tuple[bool, int, str, int]:
        record = review.records[study.pmid]
        return study.set_aside, -record.year, record.authors[0].family.casefold(), int(record.pmid)

    first = 2 if review.baseline_review else 1
    return {s.pmid: i for i, s in enumerate(sorted(review.studies, key=place), start=first)}
