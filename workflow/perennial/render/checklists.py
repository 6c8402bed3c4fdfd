"""The reporting checklists: which of their items this review meets, and where.

An item's state is never typed in by hand: it follows from predicates on the review, so that a
review that ceases to meet an item ceases to say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from perennial.claim import ASIDE, DOUBTFUL
from perennial.errors import LedgerError
from perennial.render.review import Review, comparison
from perennial.render.wording import counted, listed

# In the order in which they are shown: files of templates/checklists.
LISTS = ("prisma2020", "prisma-abstracts", "prisma-s", "prisma-lsr")
STATES = ("met", "partly met", "not met", "not applicable")

# Anchors finer than a section, with the words that lead to them.
PLACES = {
    "question": "Question",
    "searches": "Searches",
    "copies": "Copies",
    "screening": "Screening",
    "extraction": "Extraction",
    "synthesis": "Synthesis",
    "living": "Living mode",
    "declared": "Declarations",
}


class Row(NamedTuple):
    """An item, and how this review stands to it; ``why`` may be "" where it is met."""

    number: str
    topic: str
    asks: str
    where: tuple[str, ...]  # anchors
    state: str  # one of STATES
    why: str


class Checklist(NamedTuple):
    """A checklist held against the review."""

    id: str
    title: str
    source: str
    doi: str
    rows: tuple[Row, ...]

    @property
    def summary(self) -> str:
        """How many rows are in which state: 31 of 42 items met, 5 partly met and 6 not met."""
        found = Counter(row.state for row in self.rows)
        first = f"{found['met']} of {counted(len(self.rows), 'item')} met"
        return listed([first, *(f"{found[s]} {s}" for s in STATES[1:] if found[s])])


def _results(review: Review) -> bool:
    return any(statement.standing == "result" for statement in review.stated)


def _compared(review: Review) -> bool:
    """Whether the audits of claims were made again with other studies."""
    return bool(review.synthesis.claims) and all(
        comparison(review, kind) for kind in (DOUBTFUL, ASIDE)
    )


def _imported(review: Review) -> bool:
    """Whether records were brought in as files: of these no query was sent."""
    return any(not found.sent for found in review.ledger.search.strategies)


PREDICATES: Mapping[str, Callable[[Review], Any]] = {
    "titled": lambda r: "systematic review" in r.title.casefold(),
    "asked": lambda r: r.question.strip(),
    "updates": lambda r: r.baseline_review,
    "has_criteria": lambda r: r.criteria,
    "searched": lambda r: r.ledger.search.strategies and r.ledger.search.searched_at,
    "imported": _imported,
    "named": lambda r: r.ledger.search.named,
    "has_conduct": lambda r: r.conduct,
    "has_corrections": lambda r: r.corrections,
    "has_directions": lambda r: r.directions,
    "appraised": lambda r: r.appraisal.get("groups"),
    "compared": _compared,
    "tested": lambda r: r.integrity and _compared(r),
    "unnoticed": lambda r: not r.integrity,
    "has_exclusions": lambda r: any(row.outcome == "exclude" for row in r.screened),
    "has_studies": lambda r: r.included,
    "no_studies": lambda r: not r.included,
    "has_statements": lambda r: r.stated,
    "has_results": _results,
    "no_results": lambda r: not _results(r),
    "has_audits": lambda r: r.synthesis.audits,
    "registered": lambda r: r.declared.registration,
    "has_protocol": lambda r: r.declared.protocol,
    "funded": lambda r: r.declared.funding,
    "has_interests": lambda r: r.declared.interests,
    "available": lambda r: r.declared.availability,
    "edited": lambda r: any(change.edits for change in r.ledger.changes),
    "updated": lambda r: r.step is not None,
    "scheduled": lambda r: r.living.every,
    "living_stated": lambda r: r.living.every and r.living.editions and r.living.ends,
    "has_roles": lambda r: r.living.roles,
    "maintained": lambda r: r.maintainers,
    "has_narrative:background": lambda r: r.narrative.get("background", "").strip(),
    "has_narrative:conclusions": lambda r: r.narrative.get("conclusions", "").strip(),
}


def checklists(review: Review, templates: Path) -> tuple[Checklist, ...]:
    """Every checklist of ``templates``/checklists, held against ``review``.

    Raises ``LedgerError`` for an item that no state fits.
    """
    return tuple(_held(review, _load(templates / "checklists" / f"{name}.yaml")) for name in LISTS)


@cache
def _load(file: Path) -> Mapping[str, Any]:
    read: Mapping[str, Any] = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    return read


def _held(review: Review, asked: Mapping[str, Any]) -> Checklist:
    rows = tuple(_row(review, asked["id"], item) for item in asked["items"])
    return Checklist(asked["id"], asked["title"], asked["source"], asked["doi"], rows)


def _row(review: Review, name: str, item: Mapping[str, Any]) -> Row:
    for state in item["states"]:
        if "when" not in state or PREDICATES[state["when"]](review):
            told = (item["number"], item["topic"], item["asks"], tuple(item["where"]))
            return Row(*told, state["state"], state.get("because", ""))
    raise LedgerError(f"{name}: no state fits item {item['number']}")
