"""Where two versions of a protocol differ, and which records can tell the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from perennial.decisions.decision import Decision
from perennial.preview.protocol import Pair, Protocol, aligned, differing, meaning, resettled
from perennial.preview.telling import any_of, telling
from perennial.query import Mesh, Panel, Result
from perennial.query.nodes import Node
from perennial.record import Record
from perennial.screen import Criterion
from perennial.screened import Integrity


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion that differs; ``how``: new | gone | moved | asks otherwise | acts otherwise |
    worded otherwise. The last one flips nothing."""

    id: str
    how: str


def changes(before: Protocol, after: Protocol) -> Iterator[Change]:
    """The criteria that differ, in the order of the edited protocol, those gone first."""
    old = {criterion.id: criterion for criterion in before.criteria}
    new = {criterion.id: criterion for criterion in after.criteria}
    alone = {c.id for pair in aligned(before, after) if None in pair for c in pair if c}
    yield from (Change(id_, "gone") for id_ in old if id_ not in new)
    for id_, criterion in new.items():
        if how := _how(old.get(id_), criterion, before.mesh, after.mesh):
            yield Change(id_, how)
        elif id_ in alone:
            yield Change(id_, "moved")
        elif (old[id_].label, old[id_].reason) != (criterion.label, criterion.reason):
            yield Change(id_, "worded otherwise")


def besides(
    before: tuple[Protocol, Sequence[Decision]], after: tuple[Protocol, Sequence[Decision]]
) -> Iterator[str]:
    """What differs that is no criterion, in phrases: decisions, and how people screen."""
    same = before[1] == after[1]  # as a rule, and quicker told
    old, new = (Counter(() if same else decisions) for _, decisions in (before, after))
    for rows, how in ((new - old, "added"), (old - new, "taken out")):
        if count := rows.total():
            yield f"{count:,} decision{'s' if count > 1 else ''} {how}"
    yield from resettled(asdict(before[0].settings), after[0].settings)


def _how(
    old: Criterion | None, new: Criterion, mesh_before: Mesh | None, mesh_after: Mesh | None
) -> str:
    if old is None:
        return "new"
    if old.action != new.action:
        return "acts otherwise"
    return "" if _means(old, mesh_before) == _means(new, mesh_after) else "asks otherwise"


@lru_cache(maxsize=128)  # of two versions: one of them is asked for again and again
def _means(criterion: Criterion, mesh: Mesh | None) -> str:
    return meaning(criterion, mesh)


def could_flip(
    records: Sequence[Record], integrity: Sequence[Integrity], before: Protocol, after: Protocol
) -> Iterator[Record]:
    """Records of which a criterion that differs is active in one version and not in the other.

    The outcome follows from which criteria are active, in order: an exclusion that holds, a
    requirement that does not. Pairs that are both active or both not leave that row as it was.
    """
    pairs = differing(before, after)
    if not pairs:
        return
    notices: dict[str, set[str]] = {}
    for notice in integrity:
        notices.setdefault(notice.pmid, set()).add(notice.kind)
    likely = _likely(records, pairs, before.mesh, after.mesh)
    for record, held in zip(likely, _asked(likely, pairs, before.mesh, after.mesh), strict=True):
        of_record = notices.get(record.pmid, set())
        if any(
            _active(old, held.get(f"{at} before"), of_record)
            != _active(new, held.get(f"{at} after"), of_record)
            for at, (old, new) in enumerate(pairs)
        ):
            yield record


def _likely(
    records: Sequence[Record],
    pairs: Sequence[Pair],
    mesh_before: Mesh | None,
    mesh_after: Mesh | None,
) -> Sequence[Record]:
    """All records; or, where words alone make the difference, those with one of these words."""
    leaves: list[Node] = []
    for old, new in pairs:
        if not (old and new and old.query and new.query and mesh_before is mesh_after):
            return records
        if not (told := telling(old.query, new.query, mesh_after)):
            return records
        leaves, like = leaves + told, new.query
    panel = Panel({"words": any_of(leaves, like)}, mesh_after)
    return [record for record in records if panel.ask(record)["words"].holds]


def _asked(
    records: Sequence[Record],
    pairs: Sequence[Pair],
    mesh_before: Mesh | None,
    mesh_after: Mesh | None,
) -> Iterator[dict[str, Result]]:
    """What each record answers; both versions in one pass where the hierarchy is one."""
    old = {f"{at} before": c.query for at, (c, _) in enumerate(pairs) if c and c.query}
    new = {f"{at} after": c.query for at, (_, c) in enumerate(pairs) if c and c.query}
    if mesh_before is mesh_after:
        panels = [Panel(old | new, mesh_after)]
    else:
        panels = [Panel(old, mesh_before), Panel(new, mesh_after)]
    for record in records:
        yield {name: told for panel in panels for name, told in panel.ask(record).items()}


def _active(criterion: Criterion | None, asked: Result | None, notices: set[str]) -> bool:
    if criterion is None or criterion.action == "tag":
        return False
    holds = asked.holds if asked is not None else bool(notices & set(criterion.integrity))
    return holds == (criterion.action == "exclude")
