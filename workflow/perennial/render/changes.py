"""What the last change brought: to the studies, to the claims, and to the records held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perennial.claim import BEFORE, Claim
from perennial.errors import LedgerError
from perennial.ledger import Change
from perennial.render.comparisons import altered
from perennial.render.review import Review
from perennial.screened import Integrity, unscreened
from perennial.step import Step


@dataclass(frozen=True)
class Fates:
    """New records by what became of them; every one has one fate."""

    included: tuple[str, ...]
    excluded: tuple[str, ...]
    awaiting: tuple[str, ...]
    unscreened: tuple[str, ...]  # duplicates, notices, and ids that gave no record


@dataclass(frozen=True)
class Turn:
    """A claim that stands otherwise than before the last change."""

    claim: Claim
    before: str
    now: str


@dataclass(frozen=True)
class News:
    """The last change, arranged for reading, and the changes before it, newest first."""

    change: Change
    step: Step
    fates: Fates
    revised: tuple[str, ...]  # studies whose record the source has changed
    notices: tuple[Integrity, ...]  # new ones, on studies
    turned: tuple[Turn, ...]
    reweighed: tuple[Claim, ...]  # claims of the same status that weigh other statements
    earlier: tuple[Change, ...]


def news(review: Review) -> News | None:
    """What the last change brought; None in a first edition.

    Raises ``LedgerError`` if a new record has no fate.
    """
    if review.step is None:
        return None
    *earlier, change = review.ledger.changes
    studies = {study.pmid for study in review.studies}
    turns = tuple(_turns(review))
    return News(
        change,
        review.step,
        fates(review, change),
        tuple(pmid for pmid in change.revised if pmid in studies),
        tuple(notice for notice in review.step.notices if notice.pmid in studies),
        tuple(turn for turn in turns if turn.before != turn.now),
        tuple(turn.claim for turn in turns if turn.before == turn.now),
        tuple(reversed(earlier)),
    )


def fates(review: Review, change: Change) -> Fates:
    """What became of the records that ``change`` brought.

    Raises ``LedgerError`` unless each of them has exactly one fate.
    """
    outcomes = {row.pmid: row.outcome for row in review.screened}
    absent = {absence.pmid for absence in (*review.ledger.missing, *review.ledger.refused)}
    left_out = unscreened(review.links) | absent
    included, excluded, awaiting = (
        tuple(pmid for pmid in change.new if outcomes.get(pmid) == outcome)
        for outcome in ("include", "exclude", "human")
    )
    rest = tuple(p for p in change.new if p in left_out and p not in outcomes)
    counted = len(included) + len(excluded) + len(awaiting) + len(rest)
    if counted != len(change.new):
        lost = sorted(set(change.new) - {*included, *excluded, *awaiting, *rest})
        raise LedgerError(
            f"{len(change.new)} records were new on {change.day}, but {counted} are accounted for;"
            f" without a fate: {', '.join(lost[:10]) or 'none, one is counted twice'}"
        )
    return Fates(included, excluded, awaiting, rest)


def _turns(review: Review) -> Iterator[Turn]:
    before = altered(review, BEFORE)
    now = {audit.claim: audit.status for audit in review.synthesis.audits}
    for claim in review.synthesis.claims:
        if claim.id in before:
            yield Turn(claim, before[claim.id].status, now[claim.id])
