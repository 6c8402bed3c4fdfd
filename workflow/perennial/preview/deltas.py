"""The numbers of the flow under two versions of a protocol, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from perennial.preview.protocol import Protocol

Counts: TypeAlias = Mapping[tuple[str, str], int]  # records by outcome and criterion


@dataclass(frozen=True, slots=True)
class Delta:
    """A box of the flow, or (indented in the reports) a part of one."""

    box: str  # screened | excluded | awaiting | included
    criterion: str  # "" for the whole box; "reviewer" for what reviewers sent back
    label: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        """How many records more."""
        return self.after - self.before


def deltas(before: Protocol, after: Protocol, old: Counts, new: Counts) -> Iterator[Delta]:
    """The boxes of the flow; a criterion without records in either version is left out."""
    reasons = {c.id: c.reason for c in (*before.criteria, *after.criteria)}
    order = dict.fromkeys(c.id for c in (*after.criteria, *before.criteria))
    parts = {**{id_: reasons[id_] for id_ in order}, "": "Reviewers unsure or in disagreement"}
    yield Delta("screened", "", "Records screened", sum(old.values()), sum(new.values()))
    for box, label, outcome in (
        ("excluded", "Records excluded", "exclude"),
        ("awaiting", "Awaiting a human decision", "human"),
    ):
        yield _whole(box, label, outcome, old, new)
        for id_, reason in parts.items():
            counts = [numbers.get((outcome, id_), 0) for numbers in (old, new)]
            if any(counts):
                yield Delta(box, id_ or "reviewer", reason, *counts)
    yield _whole("included", "Studies included", "include", old, new)


def _whole(box: str, label: str, outcome: str, old: Counts, new: Counts) -> Delta:
    counts = [sum(n for (of, _), n in numbers.items() if of == outcome) for numbers in (old, new)]
    return Delta(box, "", label, *counts)
