"""Behind: how far a queue that was built is behind the protocol and the decisions of now."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from perennial.canonical import from_json
from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.table import load_decisions
from perennial.preview.protocol import resettled
from perennial.query import Mesh
from perennial.queue.basis import Asked, Basis, basis, hashed
from perennial.queue.conduct import Conduct
from perennial.screen import load_criteria
from perennial.settings import settings

COMMAND = "snakemake -c1"
REBUILD = f"`{COMMAND}` builds it anew"
FEW = 3  # criteria that are named one by one
_BRACKETS = re.compile(r" \(([^()]*)\)")


def behind(results: Path, protocol: Path, decisions: Path | None) -> tuple[str, ...]:
    """What the queue under ``results`` does not know yet, each as a phrase.

    ``protocol`` is screening.yaml, with mesh.yaml beside it; ``decisions`` is None if they do not
    matter. Nothing if no queue was built, or if there is no protocol to compare it with.
    InputError for a file that cannot be read.
    """
    path = results / "3_screened/conduct.json"
    if not path.exists() or not protocol.exists():
        return ()
    told = from_json(path.read_bytes(), Conduct, str(path))
    if told.basis == Basis():
        return ("it does not tell what it was built of, an earlier version wrote it",)
    config = load(protocol, "screening")
    criteria, mesh = load_criteria(config), protocol.parent / "mesh.yaml"
    now = basis(criteria, Mesh.found(mesh), ())
    phrases = [
        *edited(told.basis.criteria, now.criteria),
        *resettled(dataclasses.asdict(told.settings), settings(config)),
    ]
    if decisions is not None and decisions.exists():
        made = load_decisions(decisions, None, criteria, as_of(protocol.parent / "config.yaml"))
        phrases += undecided(told.basis, made)
    return tuple(phrases)


def as_of(path: Path) -> str:
    """The day up to which decisions count; "" for all."""
    return str(load(path, "config").get("as_of") or "") if path.exists() else ""


def edited(then: Iterable[Asked], now: Iterable[Asked]) -> Iterator[str]:
    """The criteria that differ, as a phrase, or nothing."""
    old, new = ({one.id: one.meaning for one in side} for side in (then, now))
    told = [
        *many("edited", [id_ for id_ in new if id_ in old and old[id_] != new[id_]]),
        *many("new", [id_ for id_ in new if id_ not in old]),
        *many("gone", [id_ for id_ in old if id_ not in new]),
    ]
    if [id_ for id_ in old if id_ in new] != [id_ for id_ in new if id_ in old]:
        told.append("criteria in another order")
    if told:
        yield f"the protocol has changed: {', '.join(told)}"


def many(how: str, ids: Sequence[str]) -> list[str]:
    """Criteria that differ in one way, as phrases.

    One edited block may be in half the criteria: such are counted, with their ids in brackets.
    """
    if len(ids) <= FEW:
        return [f"{id_} {how}" for id_ in ids]
    return [f"{len(ids)} criteria {how} ({', '.join(ids)})"]


def folded(phrase: str) -> tuple[str, str]:
    """A phrase without the ids that stand in brackets in it, and these."""
    return _BRACKETS.sub("", phrase), "; ".join(_BRACKETS.findall(phrase))


def undecided(then: Basis, made: Sequence[Decision]) -> Iterator[str]:
    """How many decisions were added, as a phrase.

    Rows are only ever added at the end, but such a row may take back one that was counted.
    """
    new = len(made) - then.decisions
    if new < 0 or hashed(made[: then.decisions]) != then.decided:
        was = f"{then.decisions:,} decision{'s' if then.decisions > 1 else ''}"
        yield f"it was built on {was}, of which some are taken back or not in decisions.tsv"
    elif new:
        yield f"{new:,} decision{'s are' if new > 1 else ' is'} not in it yet"
