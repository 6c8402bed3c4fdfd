"""Queries asked of all records at once, and what was found remembered by what it means.

``query.plan`` asks one record; this asks the same of all of them, from a concordance: whether a
query is met is a row of marks, one for each record, and where its words stand are places. An
edited query finds most of its parts, and every block that it leaves alone, remembered.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import count
from typing import TypeAlias, TypeVar

import numpy as np

from perennial.preview.concordance import NOWHERE, Concordance, Marks, Places
from perennial.preview.outright import Outright
from perennial.preview.vicinity import bound, stretches
from perennial.query import Mesh, Query
from perennial.query.nodes import And, BlockNear, Near, Node, Not, Or, Phrase, Ref
from perennial.record import Record

Kept = TypeVar("Kept", Marks, Places)
# Of a block or a query: the marks and places that it comes to are kept under its number.
_MEANINGS = 5_000
_BYTES = 128_000_000
_BESIDES = 1_000  # bytes that a key and its entry take, about

_Bound: TypeAlias = Near | BlockNear


class Everywhere:
    """``records`` made ready, which takes about a second for 2,000; ask ``of`` them."""

    def __init__(self, records: Sequence[Record], most: int = _BYTES) -> None:
        self.concordance = Concordance(records)
        self.outright = Outright(records)
        self.recent = Recent(most)
        self._numbers: dict[Hashable, int] = {}
        self._next = count()

    def asked(self, mesh: Mesh | None) -> Asked:
        """Ready to be asked queries; without ``mesh`` a heading stands for itself alone."""
        return Asked(self, mesh)

    def number(self, shape: Hashable) -> int:
        """The number of what a query means; one that is forgotten is never given again."""
        if len(self._numbers) > _MEANINGS:
            self._numbers.clear()
        found = self._numbers.get(shape)
        if found is None:
            found = self._numbers[shape] = next(self._next)
        return found


class Recent:
    """What was worked out last, up to ``most`` bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, Marks | Places] = OrderedDict()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept)

    def of(self, key: Hashable, made: Callable[[], Kept]) -> Kept:
        """What is kept under ``key``, made if it is not."""
        found: Kept | None = self._kept.get(key)  # type: ignore[assignment]
        if found is not None:
            self._kept.move_to_end(key)
            return found
        found = self._kept[key] = made()
        self._size += found.nbytes + _BESIDES
        while self._size > self._most and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].nbytes + _BESIDES
        return found


class Asked:
    """Queries asked of all records, under one hierarchy of headings."""

    def __init__(self, everywhere: Everywhere, mesh: Mesh | None) -> None:
        self._all, self._mesh = everywhere, mesh
        self._concordance, self._recent = everywhere.concordance, everywhere.recent
        self._known: dict[Query, int] = {}

    def met(self, query: Query) -> Marks:
        """The records in which a query holds."""
        return self._recent.of(("met", self._number(query)), lambda: self._met(query.root))

    def places(self, query: Query) -> Places:
        """The places of the words by which a query holds."""
        return self._recent.of(("at", self._number(query)), lambda: self._places(query.root))

    def _met(self, node: Node) -> Marks:
        match node:
            case And(parts):
                met: Marks = np.logical_and.reduce(list(map(self._met, parts)))
                return met
            case Or(parts):
                return self._any(parts)
            case Not(kept, dropped):
                return self._met(kept) & ~self._any(dropped)
            case Ref(_, query):
                return self.met(query)
            case Phrase() | Near() | BlockNear():
                key = "met", self._shape(node)
                return self._recent.of(key, lambda: self._concordance.holders(self._places(node)))
        key = "met", self._all.outright.meaning(node, self._mesh)
        return self._recent.of(key, lambda: self._all.outright.met(node, self._mesh))

    def _any(self, parts: Iterable[Node]) -> Marks:
        found: Marks = np.logical_or.reduce(list(map(self._met, parts)))
        return found

    def _places(self, node: Node) -> Places:  # noqa: PLR0911 - one for each kind of node
        match node:
            case Or(parts):
                return _together(map(self._places, parts))
            case And(parts):
                return self._where(node, _together(map(self._places, parts)))
            case Not(kept):
                return self._where(node, self._places(kept))
            case Ref(_, query):
                return self.places(query)
            case Phrase():
                return self._recent.of(("at", node), lambda: self._concordance.places(node))
            case Near() | BlockNear():
                key = "at", self._shape(node)
                return self._recent.of(key, lambda: self._near(node))
        return NOWHERE

    def _where(self, node: Node, places: Places) -> Places:
        """The places in records in which a node holds."""
        return places.only(self._met(node)[self._concordance.of(places)])

    def _near(self, node: _Bound) -> Places:
        if isinstance(node, Near):
            wanted = Counter(part.words[0] for part in node.parts)
            found = {part.words[0]: self._places(part) for part in node.parts}
            return stretches(self._concordance, found, wanted, node.distance)
        sides = self.places(node.left.query), self.places(node.right.query)
        return bound(self._concordance, *sides, node.distance)

    def _number(self, query: Query) -> int:
        if query not in self._known:
            self._known[query] = self._all.number(self._shape(query.root))
        return self._known[query]

    def _shape(self, node: Node) -> Hashable:
        """What a node means, so that two that are equal find the same everywhere."""
        match node:
            case And(parts) | Or(parts):
                return type(node), tuple(map(self._shape, parts))
            case Not(kept, dropped):
                return Not, self._shape(kept), tuple(map(self._shape, dropped))
            case Ref(_, query):
                return self._number(query)
            case BlockNear(left, right, distance):
                return BlockNear, self._shape(left), self._shape(right), distance
            case Phrase() | Near():
                return node
        return self._all.outright.meaning(node, self._mesh)


def _together(parts: Iterable[Places]) -> Places:
    found = list(parts)
    return Places.of([each.first for each in found], [each.last for each in found])
