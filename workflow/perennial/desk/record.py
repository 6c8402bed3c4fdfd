"""One record's page: its way through the criteria, and what people said that may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import Desk
from perennial.decisions.verdicts import person, said_by
from perennial.desk.boxes import RULE, Fates
from perennial.desk.marked import HUES
from perennial.desk.veil import Veil
from perennial.explain.path import SETTLED, Explanation, explain
from perennial.explain.report import FIELDS, near, runs, says, words
from perennial.identifiers import pubmed
from perennial.preview.flips import Version
from perennial.preview.held import Held
from perennial.preview.protocol import Protocol
from perennial.screened import Screened

NEARS = 3  # told of a criterion, as ``perennial explain`` does
OUTCOMES = {"include": "included", "exclude": "excluded", "human": "awaits a reviewer"}


def shown(
    desk: Desk, pmid: str, decisions: Sequence[Decision], fates: Fates, veil: Veil
) -> dict[str, Any]:
    """What the page of a record that is held is made of."""
    on_it = [row for row in decisions if row.pmid == pmid]
    seen = [row for row in on_it if veil.sees(row)]
    way = _explained(desk, pmid, seen, fates)
    fate = fates.screened.get(pmid)
    return {
        "way": way,
        "decisions": [(row, said_by(row)) for row in seen],
        "hidden": any(not veil.lifted(stage, pmid) for stage in STAGES),
        "rules": _settled(way.by_rule),
        # Hidden whoever settled it: else its absence would tell that people have.
        "outcome": _settled(fate) if fate and veil.lifted(fate.stage, pmid) else "",
        "by": _by(fate, veil) if fate else "",
        "held": desk.records,
        "statements": fates.statements[pmid],
        "hue": {c.id: number % HUES for number, c in enumerate(desk.criteria)},
        "pubmed": pubmed(pmid),
        "names": FIELDS,
        "nears": NEARS,
        "settled": SETTLED,
        "runs": runs,
        "says": says,
        "words": words,
        "near": near,
    }


def _explained(desk: Desk, pmid: str, on_it: Sequence[Decision], fates: Fates) -> Explanation:
    """Of this record alone: the others have no say in its way."""
    held = Held(
        (desk.records[pmid],),
        fates.links.get(pmid, ()),
        tuple(desk.notices_on(pmid)),
        (),
    )
    version = Version(Protocol(desk.criteria, desk.mesh, desk.conduct), tuple(on_it))
    (way,) = explain([pmid], held, version, {})
    return way


def _by(fate: Screened, veil: Veil) -> str:
    if fate.decided_by == RULE:
        return "by rule"
    names, me = fate.decided_by.split("; "), person(veil.reviewer)
    you = [f"you ({name})" for name in names if person(name) == me]
    rest = [name for name in names if person(name) != me]
    if veil.blind and rest:
        rest = ["others" if you else "people"]
    return f"by {'; '.join([*you, *rest])}"


def _settled(row: Screened) -> str:
    """``excluded under X10``."""
    under = f" under {row.criterion}" if row.criterion else ""
    return OUTCOMES[row.outcome] + under
