"""Runs of a search, folded in order: what the review stands on after each of them.

The search stands on the ids of its last full run and on all that the updates after it found.
What a full run no longer finds, though the same question was asked, has *left*: it is kept
apart and stays in the review. A run that tells nothing new changes nothing, not even the date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from perennial.ledger import Found, Named, Search


@dataclass(frozen=True, slots=True)
class Left:
    """When an id was no longer found, and by which question (query as sent, or name)."""

    when: str
    question: str


@dataclass(frozen=True, slots=True)
class Standing:
    """All runs as one search, and the ids that have left it."""

    search: Search
    left: Mapping[str, Left]

    @property
    def pmids(self) -> tuple[str, ...]:
        """Every id that the review knows of: found now, then found once."""
        return (*self.search.pmids, *self.left)


def standing(runs: Iterable[Search]) -> Standing | None:
    """Fold runs of one source, oldest first; ``None`` before the first full run."""
    state: Standing | None = None
    for run in runs:
        if state is None:
            state = None if run.since else Standing(run, {})
        else:
            state = _updated(state, run) if run.since else _replaced(state, run)
    return state


def _replaced(state: Standing, run: Search) -> Standing:
    """After a full run. Ids of a question that is no longer asked have not left: it has."""
    if _told(run) == _told(state.search):
        return state
    asked = _questions(run)
    lost = {
        pmid: Left(run.searched_at, question)
        for question, ids in _questions(state.search).items()
        for pmid in ids
    }
    return Standing(run, _left({**lost, **state.left}, asked, run))


def _updated(state: Standing, run: Search) -> Standing:
    old = state.search
    added = {found.sent: found for found in run.strategies}
    again = {named.asked: named for named in run.named}
    strategies = tuple(_joined(found, added.get(found.sent)) for found in old.strategies)
    named = tuple(again.get(one.asked, one) for one in old.named)
    if (strategies, named) == (old.strategies, old.named):
        return state
    now = replace(
        old,
        searched_at=run.searched_at,
        database=run.database,
        strategies=strategies,
        named=named,
    )
    lost = {n.pmid: Left(run.searched_at, n.asked) for n in old.named if n.pmid}
    return Standing(now, _left({**lost, **state.left}, _questions(now), now))


def _joined(found: Found, update: Found | None) -> Found:
    ids = tuple(dict.fromkeys((*found.ids, *(update.ids if update else ()))))
    if update is None or len(ids) == len(found.ids):
        return found
    return replace(found, count=len(ids), ids=ids, slices=(*found.slices, *update.slices))


def _questions(search: Search) -> dict[str, tuple[str, ...]]:
    found = {found.sent: found.ids for found in search.strategies}
    return {**found, **{n.asked: (n.pmid,) if n.pmid else () for n in search.named}}


def _left(
    lost: Mapping[str, Left], asked: Mapping[str, tuple[str, ...]], now: Search
) -> dict[str, Left]:
    found = set(now.pmids)
    return {p: why for p, why in lost.items() if p not in found and why.question in asked}


def _told(search: Search) -> Any:
    """What a run says of the literature: not when, nor in which pieces or order."""

    def of(found: Found) -> tuple[Any, ...]:
        words = (found.id, found.label, found.query, found.sent, found.translation)
        return (*words, found.warnings, frozenset(found.ids))

    named: tuple[Named, ...] = search.named
    return tuple(map(of, search.strategies)), named
