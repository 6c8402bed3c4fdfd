"""A reading: where the words that a lexicon seeks stand in one document.

A hit is a stretch of words that somebody seeks, and its bits say who: each phrase, OR and NEAR
of the queries has one. What a query found is then an int, and its words are those of the hits
that share a bit with it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import reduce
from operator import itemgetter, or_
from typing import TypeAlias

from perennial.query.document import Document, Span, Unit
from perennial.query.lexicon import Lexicon
from perennial.query.mesh import Mesh

# The number of the unit, where in its folded text the words begin and end, and the bits.
Hit: TypeAlias = tuple[int, int, int, int]


class Reading:
    """A document gone through once, for many queries.

    ``present`` are the bits of all words and phrases found, ``answers`` what was worked out
    before. Without ``mesh`` a heading stands for itself alone.
    """

    __slots__ = ("_told", "answers", "document", "hits", "mesh", "present", "units")

    def __init__(self, document: Document, lexicon: Lexicon, mesh: Mesh | None) -> None:
        self.document, self.mesh = document, mesh
        self.units: list[Unit] = []
        self.hits: list[Hit] = []
        self.answers: dict[Hashable, int] = {}
        self._told: dict[Span, int] = {}
        self._note(lexicon)
        self.present = reduce(or_, [hit[3] for hit in self.hits], 0)

    def _note(self, lexicon: Lexicon) -> None:
        note = self.hits.append
        for field, words in lexicon:
            for unit in self.document.units(field):
                number, folded = len(self.units), unit.folded
                self.units.append(unit)
                for word in words.within(folded):
                    bits, longer = words[word[0]]
                    start, end = word.span()
                    if bits:
                        note((number, start, end - 1, bits))
                    for one in longer:
                        rest = one.follows(folded, end)
                        if rest:
                            note((number, start, rest.end() - 1, one.bits))

    def under(self, bits: int) -> list[tuple[Hit, int]]:
        """The hits that have any of ``bits``, each with its place in ``hits``."""
        return [(hit, at) for at, hit in enumerate(self.hits) if hit[3] & bits]

    def mark(self, places: Iterable[int], bit: int) -> int:
        """Put hits under ``bit`` too; return it, 0 if there are none."""
        marked = 0
        for at in places:
            unit, start, end, bits = self.hits[at]
            self.hits[at] = unit, start, end, bits | bit
            marked = bit
        return marked

    def add(self, stretches: Iterable[tuple[int, int, int]], bit: int) -> int:
        """Note more hits, under ``bit``; return it, 0 if there are none."""
        more = [(*stretch, bit) for stretch in stretches]
        self.hits += more
        return bit if more else 0

    def tell(self, spans: Iterable[Span], bit: int) -> int:
        """Keep what was found otherwise than by words, under ``bit``, and return it."""
        for span in spans:
            self._told[span] = self._told.get(span, 0) | bit
        return bit

    def spans(self, bits: int) -> list[tuple[Span, int]]:
        """What any of ``bits`` stands for, sorted, each span once and with all of its bits."""
        found, units = dict(self._told), self.units
        for number, start, end, own in self.hits:
            if own & bits:
                span = units[number].span(start, end)
                found[span] = found[span] | own if span in found else own
        return sorted(found.items(), key=itemgetter(0))
