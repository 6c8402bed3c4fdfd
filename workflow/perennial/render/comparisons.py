"""The synthesis made again over other studies, beside the one that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from perennial.claim import ASIDE, DOUBTFUL, Audit, Claim
from perennial.passage import Statement
from perennial.render.review import Review, comparison


@dataclass(frozen=True)
class Row:
    """A claim, its audit, and the same audit over other studies; None where it is the same."""

    claim: Claim
    counted: Audit
    with_aside: Audit | None
    without_doubtful: Audit | None


def altered(review: Review, kind: str) -> dict[str, Audit]:
    """The audits that the comparison alters, by claim; none where it was not made."""
    made = comparison(review, kind)
    return {audit.claim: audit for audit in made.altered} if made else {}


def rows(review: Review) -> tuple[Row, ...]:
    """Claims that weigh other studies once a notice is read otherwise, in the claims' order."""
    aside, doubtful = altered(review, ASIDE), altered(review, DOUBTFUL)
    audits = {audit.claim: audit for audit in review.synthesis.audits}
    return tuple(
        Row(claim, audits[claim.id], aside.get(claim.id), doubtful.get(claim.id))
        for claim in review.synthesis.claims
        if claim.id in {*aside, *doubtful}
    )


def weight(audit: Audit, known: Mapping[str, Statement]) -> str:
    """How many studies an audit weighs on each side; ``known`` are statements by id."""
    sides = ((audit.supports, "for"), (audit.contradicts, "against"), (audit.unclear, "unclear"))
    counts = ((_studies(ids, known), word) for ids, word in sides)
    return ", ".join(f"{number} {word}" for number, word in counts if number) or "no study"


def _studies(ids: Iterable[str], known: Mapping[str, Statement]) -> int:
    return len({known[id_].pmid for id_ in ids})
