"""Which statement a correction speaks of, now that texts and patterns may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from perennial.corrections.anchor import Spot, anchor
from perennial.corrections.correction import APPLIED, CORRECT, LOST, MOVED, STALE, Correction
from perennial.passage import Passage, Statement

Texts = Mapping[str, Mapping[str, Passage]]  # the passages of each study read, by PMID and section

NOT_READ = "its record is not among the studies that are read"
NO_QUOTE = "the row has no quote to look for"
NO_PLACE = "its quote stands nowhere in the study any more"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a row speaks of: a statement, None if there is none; why not, or how it was found.

    ``spot`` is where the quote of the row stands, None if it has none or it is nowhere.
    """

    statement: Statement | None
    spot: Spot | None
    became: str  # applied | moved | stale | lost
    reason: str


def aim(row: Correction, pool: Mapping[str, Statement], texts: Texts) -> Aim:
    """The statement of ``pool`` (by id) that a row confirms, corrects or rejects.

    By its id, if its text reads as it did. Else the quote is looked for, and a statement on the
    same factor whose words overlap with it.
    """
    held = pool.get(row.id)
    if held and row.pmid not in ("", held.pmid):
        return Aim(None, None, STALE, f"the statement with this id is of record {held.pmid}")
    pmid = held.pmid if held else row.pmid
    if pmid not in texts:
        why = NOT_READ if pmid else "no statement has this id, and the row does not say of whom"
        return Aim(None, None, STALE, why)
    spot = anchor(row, texts[pmid])
    if held and held.text_sha256.startswith(row.text):
        return _held(row, held, spot)
    if spot is None:
        return Aim(None, None, LOST if row.quote else STALE, NO_PLACE if row.quote else NO_QUOTE)
    found = _there(row, spot, pool.values())
    if found is None:
        return Aim(None, spot, STALE, "where its quote stands, no such statement is drawn any more")
    return Aim(found, spot, *_way(row, spot, found))


def _held(row: Correction, held: Statement, spot: Spot | None) -> Aim:
    if row.quote and spot is None:
        return Aim(None, None, LOST, NO_PLACE)
    return Aim(held, spot, APPLIED, "")


def _way(row: Correction, spot: Spot, found: Statement) -> tuple[str, str]:
    if moved := moved_to(row, spot):
        return MOVED, moved
    if found.id != row.id:
        return MOVED, f"the statement has the id {found.id} by now"
    return APPLIED, ""


def moved_to(row: Correction, spot: Spot) -> str:
    """How a quote moved, in words; "" if it stands where the row says, if it says."""
    where = f"to {spot.passage.section}, characters {spot.start}–{spot.end}"
    if row.section and spot.passage.section != row.section:
        return f"moved {where}"
    if row.span and (spot.start, spot.end) != row.span:
        return f"moved {where}"
    if row.quote and row.quote.split() != spot.quote.split():
        return f"moved {where}, in other letters"
    return ""


def _there(row: Correction, spot: Spot, pool: Iterable[Statement]) -> Statement | None:
    """The statement at a place that the row can only mean, None if there is none, or several."""
    fitting = [s for s in pool if _overlap(s, spot) and _fits(row, s)]
    if row.action == CORRECT:  # which may give another factor: then any one that is alone there
        every = [s for s in pool if _overlap(s, spot)]
        fitting = fitting or every
    same = [s for s in fitting if s.id == row.id]
    most = max((_overlap(s, spot) for s in fitting), default=0)
    nearest = same or [s for s in fitting if _overlap(s, spot) == most]
    return nearest[0] if len(nearest) == 1 else None


def _overlap(statement: Statement, spot: Spot) -> int:
    """How many characters of a statement's quote stand at the place."""
    if (statement.pmid, statement.section) != (spot.passage.pmid, spot.passage.section):
        return 0
    return max(0, min(statement.end, spot.end) - max(statement.start, spot.start))


def _fits(row: Correction, statement: Statement) -> bool:
    """Same factor; who judges a direction judges no other one."""
    factor = row.factor in ("", statement.factor)
    return factor and (row.action == CORRECT or row.direction in ("", statement.direction))
