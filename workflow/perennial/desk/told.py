"""The consequences of an edited protocol, in the words and the order of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import render_template

from perennial.desk.marked import HUES
from perennial.preview.differences import Change
from perennial.preview.gold import Share
from perennial.preview.live import Told
from perennial.preview.protocol import Protocol
from perennial.preview.report import answered, said
from perennial.queue.behind import FEW, folded, many

WORDS = 12  # of a criterion, on each side of a flip


@dataclass(frozen=True, slots=True)
class Count:
    """A criterion: in how many records its query is met, and how many records it settles."""

    id: str
    label: str
    met: tuple[int, int] | None  # before and after; None for a criterion without a query
    settled: tuple[int, int]


def rendered(told: Told, before: Protocol, after: Protocol, alone: bool = False) -> str:
    """The fragment of the page that tells them; ``alone`` if others' decisions are left out."""
    order = list(dict.fromkeys(c.id for c in (*after.criteria, *before.criteria)))
    return render_template(
        "criteria_told.html.j2",
        alone=alone,
        told=told,
        preview=told.preview,
        counts=list(_counts(told, before, after)),
        hue={id_: at % HUES for at, id_ in enumerate(order)},
        said=said,
        answered=answered,
        changes=list(_changes(told.preview.changes)),
        signed=signed,
        share=_share,
        most=WORDS,
    )


def signed(number: float) -> str:
    """A difference; a dot for none."""
    return f"{number:+,g}".replace("-", "−") if number else "·"


def _changes(changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
    """How criteria differ, in phrases; where there are many, their ids apart."""
    by: dict[str, list[str]] = {}
    for change in changes:
        by.setdefault(change.how, []).append(change.id)
    for how, ids in by.items():
        all_ = how.replace("s otherwise", " otherwise") if len(ids) > FEW else how
        yield from map(folded, many(all_, ids))


def _counts(told: Told, before: Protocol, after: Protocol) -> Iterator[Count]:
    labels = {c.id: c.label for c in (*before.criteria, *after.criteria)}
    settled: dict[str, tuple[int, int]] = {}
    for delta in told.preview.deltas:
        old, new = settled.get(delta.criterion, (0, 0))
        settled[delta.criterion] = old + delta.before, new + delta.after
    for id_ in dict.fromkeys(c.id for c in (*after.criteria, *before.criteria)):
        met = told.held_by.get(id_)
        if met or id_ in settled:
            yield Count(id_, labels[id_], met, settled.get(id_, (0, 0)))


def _share(share: Share) -> str:
    """A proportion with its interval."""
    if not share.of:
        return "nothing to measure"
    return f"{share.hits}/{share.of} ({100 * share.low:.1f} to {100 * share.high:.1f} %)"
