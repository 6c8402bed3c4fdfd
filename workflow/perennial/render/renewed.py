"""The flow of an updated review: the version before the last change, and what is new.

PRISMA 2020 has a form of its flow diagram for updated reviews, with a box for the studies of
the previous version. The boxes of this flow count all versions together, so each of them tells
how many of its records are new; the new ones alone make a flow that adds up too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from perennial.errors import LedgerError
from perennial.flow import Box, Flow, Part, check
from perennial.ledger import Ledger
from perennial.render.review import Review
from perennial.render.wording import long_date
from perennial.step import Step


class Renewed(NamedTuple):
    """What the last change made of the flow."""

    day: str  # of the last change, YYYY-MM-DD
    boxes: tuple[Box, Box]  # the studies of the version before, and those that joined since
    new: Mapping[str, int]  # box → how many of its records the last change brought
    new_parts: Mapping[tuple[str, str], int]  # the same for (box, part)


def renewed(review: Review) -> Renewed | None:
    """The flow's new records and the studies before; None in a first edition.

    Raises ``LedgerError`` if the studies before, less those that left, and those that joined
    are not the studies included, or if the new records do not add up.
    """
    return since(review.flow, review.step, review.ledger)


def since(flow: Flow, step: Step | None, ledger: Ledger) -> Renewed | None:
    """As ``renewed``, from the parts of a review."""
    if step is None:
        return None
    brought = set(ledger.changes[-1].new)
    new = Flow(tuple(Box(b.id, b.label, _only(b.parts, brought)) for b in flow.boxes))
    check(new)
    return Renewed(
        step.day,
        (_before(step, flow["included"].pmids), _since(step, brought)),
        {box.id: box.count for box in new.boxes},
        {(box.id, part.id): part.count for box in new.boxes for part in box.parts},
    )


def _only(parts: Iterable[Part], pmids: set[str]) -> tuple[Part, ...]:
    return tuple(Part(p.id, p.label, tuple(i for i in p.pmids if i in pmids)) for p in parts)


def _before(step: Step, included: tuple[str, ...]) -> Box:
    joined, left = set(step.joined), {*step.struck, *step.dropped}
    if strays := sorted((joined - set(included)) | (left & set(included))):
        raise LedgerError(f"the last change and the flow disagree on {', '.join(strays[:10])}")
    parts = (
        Part("still", "Still included", tuple(p for p in included if p not in joined)),
        Part("struck", "Set aside since, for a notice", step.struck),
        Part("dropped", "No longer included, for another reason", step.dropped),
    )
    return Box("previous", f"Studies included before {long_date(step.day)}", parts)


def _since(step: Step, brought: set[str]) -> Box:
    parts = (
        Part("found", "Found since", tuple(p for p in step.joined if p in brought)),
        Part("revised", "Found before", tuple(p for p in step.joined if p not in brought)),
    )
    return Box("joined", "Studies newly included", parts)
