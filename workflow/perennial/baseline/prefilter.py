"""The prefilter: which records of a block of XML may answer a search, told from its bytes.

It may pass too much and never too little: what it refuses lacks, in every spelling, a word that
the search needs. It looks for a few words, rare ones, in all of the block at once; what has
one of them, or may have one that markup or foreign letters hide, is looked at more closely.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from perennial.baseline import spelled
from perennial.baseline.closer import CloserLook
from perennial.baseline.needs import Need, Word, sought
from perennial.baseline.patterns import Patterns

_ENDS = rb"</PubmedArticle>", rb"</PubmedBookArticle>"
# Comments, CDATA and instructions may hold what looks like anything; NLM writes none of these.
_STRANGE = rb"<[!?]", rb"</Pubmed(?:Book)?Article\s"
# What it costs to look for one word more, as the share of records that could be looked at
# closely in that time (benchmarks/baseline).
WORD = 0.003

# What a match tells: a record ends; it cannot be told where; the record must be read; it may
# hide any word, or has one that is looked for.
END, STRANGE, READ, HIDES, HAS = range(5)

_Mark = tuple[int, int]  # where it ends, and what it tells


class StrangeError(Exception):
    """The block holds what only a parser can take apart; its records cannot be told by bytes."""


class Cut(NamedTuple):
    """A block cut into its records: where each ends, and which of them may answer the search."""

    ends: list[int]
    candidates: list[int]  # by their places in ``ends``


class Prefilter:
    """The records of blocks, and which of them may meet ``need``.

    ``fields`` are those in which words are needed. By ``sample``, a block, the words to look
    for are ``chosen``: few and rare ones that will do, or None, and then every record may.
    """

    def __init__(self, need: Need, fields: Container[str], sample: bytes) -> None:
        self._closer = CloserLook(need, fields)
        self.chosen = sought(need, self._rates(sample).__getitem__)
        self._marks = Patterns(_patterns(self.chosen or frozenset()))

    def cut(self, block: bytes) -> Cut:
        """Every record of ``block``; StrangeError if their ends cannot be trusted."""
        ends: list[int] = []
        found: list[_Mark] = []

        def note(kind: int, _start: int, end: int, _flags: int, _context: object) -> None:
            if kind == END:
                ends.append(end)
            else:
                found.append((end, kind))

        self._marks.scan(block, note)
        if any(kind == STRANGE for _, kind in found):
            raise StrangeError
        if self.chosen is None:
            return Cut(ends, list(range(len(ends))))
        starts, marks = [0, *ends], _by_record(found, ends)
        return Cut(
            ends,
            [at for at in sorted(marks) if self._may(block, starts[at], ends[at], marks[at])],
        )

    def _may(self, block: bytes, start: int, end: int, marks: Sequence[_Mark]) -> bool:
        if any(kind == READ for _, kind in marks):
            return True
        places = [place - start for place, _ in marks]
        hides = any(kind == HIDES for _, kind in marks)
        return self._closer.may(block[start:end], places, hides)

    def _rates(self, sample: bytes) -> dict[Word, float]:
        """In how many records of the sample each word stands, and what looking for it costs."""
        seen = [self._closer.held(record) for record in sample.split(_ENDS[0])]
        # Of words that the sample lacks, a long one is taken for the rarer.
        return {
            word: sum(bool(held & self._closer.bit[word]) for held in seen)
            + WORD * len(seen)
            + 1 / len(word.letters)
            for word in self._closer.words
        }


def _by_record(found: Iterable[_Mark], ends: Sequence[int]) -> dict[int, list[_Mark]]:
    """The marks of each record that has any; those behind the last record are another block's."""
    marks: dict[int, list[_Mark]] = {}
    for mark in found:
        marks.setdefault(bisect_left(ends, mark[0]), []).append(mark)
    marks.pop(len(ends), None)
    return marks


def _patterns(chosen: frozenset[Word]) -> list[tuple[bytes, int]]:
    ordered = sorted(chosen)
    digits = any(not word.letters.isalpha() for word in ordered if not word.written)
    hidden = [spelled.REFERENCE, spelled.markup_within(digits)]
    hidden.append(spelled.behind(spelled.rest(word.letters) for word in ordered))
    return [
        *((pattern, END) for pattern in _ENDS),
        *((pattern, STRANGE) for pattern in _STRANGE),
        *((pattern, READ) for pattern in (spelled.MATHEMATICS, spelled.UNREAD)),
        *((pattern, HIDES) for pattern in hidden),
        *(
            (pattern, READ if word.written else HAS)
            for word in ordered
            for pattern in (word.letters.encode(), *spelled.one_sign(word.letters))
        ),
    ]
