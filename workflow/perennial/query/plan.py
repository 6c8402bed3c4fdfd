"""A plan: how queries are asked of a reading, worked out once.

Whatever can be found has a bit of its own: a phrase, the phrases of an OR together, a NEAR, a
value. What a query found is the bits that make it hold, as one int: 0 if it does not hold. A
node that any of some words satisfies is thus nothing but those words' bits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeAlias

from perennial.query import attributes, near
from perennial.query.lexicon import lexicon
from perennial.query.nodes import And, BlockNear, Near, Node, Not, Or, Phrase, Ref, Value
from perennial.query.reading import Reading

if TYPE_CHECKING:
    from perennial.query.compile import Query

# What asks a node of a reading; an int where any word with one of these bits will do.
Ask: TypeAlias = Callable[[Reading], int]
Asked: TypeAlias = Ask | int


class Plan:
    """How to ask ``roots``: ``asks`` in their order, of a reading of ``lexicon``."""

    def __init__(self, roots: Iterable[Node]) -> None:
        self._size = 0
        self.phrases: dict[Phrase, int] = {}
        self._known: dict[object, Asked] = {}
        self.asks: list[Ask] = [_ask(self._asked(root)) for root in roots]
        self.lexicon = lexicon(self.phrases)

    def _bit(self) -> int:
        self._size += 1
        return 1 << (self._size - 1)

    def _seek(self, phrases: Iterable[Phrase]) -> int:
        bit = self._bit()
        for phrase in phrases:
            self.phrases[phrase] = self.phrases.get(phrase, 0) | bit
        return bit

    def _asked(  # noqa: PLR0911 - one for each kind of node
        self, node: Node | attributes.Values
    ) -> Asked:
        match node:
            case Phrase():
                return self._seek([node])
            case Or(parts):
                own = self._seek(part for part in parts if isinstance(part, Phrase))
                others = attributes.together(node.others)
                return _any([own, *map(self._asked, others)])
            case And(parts):
                return _all(list(map(self._asked, parts)))
            case Not(kept, dropped):
                return _but(self._asked(kept), _any(list(map(self._asked, dropped))))
            case Ref(_, query):
                return self._once(query, lambda: self._asked(query.root))
            case Near():
                return self._near(node)
            case BlockNear(left, right, distance):
                pair = left.query, right.query, distance
                return self._once(pair, lambda: self._block_near(*pair))
            case Value():
                return self._told(attributes.together([node])[0])
        return self._told(node)

    def _told(self, node: Node | attributes.Values) -> Ask:
        """What a record says outright."""
        bit, find = self._bit(), attributes.FINDERS[type(node)]

        def ask(reading: Reading) -> int:
            found = find(node, reading.document, reading.mesh)
            return 0 if found is None else reading.tell(found, bit)

        return ask

    def _once(self, key: object, asked: Callable[[], Asked]) -> Asked:
        """What is asked once of a reading and then remembered, however many ask for it."""
        if key not in self._known:
            self._known[key] = _remembered(key, asked())
        return self._known[key]

    def _near(self, node: Near) -> Ask:
        parts = {part.words[0]: self._seek([part]) for part in dict.fromkeys(node.parts)}
        wanted = Counter(part.words[0] for part in node.parts)
        bit = self._bit()

        def ask(reading: Reading) -> int:
            for own in parts.values():
                if not reading.present & own:
                    return 0
            found = [(one[0], word) for word, own in parts.items() for one in reading.under(own)]
            return reading.add(near.stretches(found, wanted, node.distance, reading), bit)

        return ask

    def _block_near(self, left: Query, right: Query, distance: int) -> Ask:
        one = _ask(self._once(left, lambda: self._asked(left.root)))
        other = _ask(self._once(right, lambda: self._asked(right.root)))
        bit = self._bit()

        def ask(reading: Reading) -> int:
            these, those = one(reading), other(reading)
            if not these or not those:
                return 0
            return reading.mark(near.bound(these, those, distance, reading), bit)

        return ask


def _ask(asked: Asked) -> Ask:
    if callable(asked):
        return asked
    return lambda reading: reading.present & asked


def _remembered(key: object, asked: Asked) -> Asked:
    if not callable(asked):
        return asked

    def ask(reading: Reading) -> int:
        if key not in reading.answers:
            reading.answers[key] = asked(reading)
        return reading.answers[key]

    return ask


def _parted(parts: Sequence[Asked]) -> tuple[list[int], list[Ask]]:
    return [p for p in parts if not callable(p)], [p for p in parts if callable(p)]


def _any(parts: Sequence[Asked]) -> Asked:
    words, others = _parted(parts)
    own = reduce(or_, words, 0)
    if not others:
        return own

    def ask(reading: Reading) -> int:
        found = reading.present & own
        for other in others:
            found |= other(reading)
        return found

    return ask


def _all(parts: Sequence[Asked]) -> Ask:
    words, others = _parted(parts)

    def ask(reading: Reading) -> int:
        found = 0
        for own in words:
            here = reading.present & own
            if not here:
                return 0
            found |= here
        for other in others:
            here = other(reading)
            if not here:
                return 0
            found |= here
        return found

    return ask


def _but(kept: Asked, dropped: Asked) -> Ask:
    if not callable(kept) and not callable(dropped):
        return lambda reading: 0 if reading.present & dropped else reading.present & kept
    keeps, drops = _ask(kept), _ask(dropped)

    def ask(reading: Reading) -> int:
        found = keeps(reading)
        return found if found and not drops(reading) else 0

    return ask
