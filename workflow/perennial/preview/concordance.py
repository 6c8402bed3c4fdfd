"""A concordance: where every word stands in all records, so that none need be read again.

Words are numbered through all records, so that a place is one number and places compare like
places in a text. Which of them stand together in a title, an abstract or one keyword, and in
which sentence, is noted beside them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from perennial.query.document import Document, Unit
from perennial.query.near import BINDING, SENTENCE_END
from perennial.query.nodes import Phrase
from perennial.query.tags import ALL_FIELDS
from perennial.query.words import matches, words
from perennial.record import Record

Numbers: TypeAlias = NDArray[np.int32]
Marks: TypeAlias = NDArray[np.bool_]
Whole = TypeVar("Whole", np.int32, np.int64)

_LAST = chr(0x10FFFF)  # sorts behind every letter
# No phrase and no stretch of NEAR is as long: 5,000 words, and 9,999 others among them.
_WIDEST = 20  # bits


class Places(NamedTuple):
    """Stretches of words by their first and last, in order, each once."""

    first: Numbers
    last: Numbers

    @classmethod
    def of(cls, first: Iterable[Numbers], last: Iterable[Numbers]) -> Places:
        """Stretches given in any order, and more than once."""
        begun = np.concatenate([_NOWHERE, *first]).astype(np.int64)
        long = np.concatenate([_NOWHERE, *last]) - begun
        each = _distinct(begun << _WIDEST | long)
        begun = each >> _WIDEST
        ended = begun + (each & ((1 << _WIDEST) - 1))
        return cls(begun.astype(np.int32), ended.astype(np.int32))

    def only(self, which: Marks) -> Places:
        """Those marked."""
        return Places(self.first[which], self.last[which])

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.first.nbytes + self.last.nbytes


_NOWHERE: Numbers = np.empty(0, np.int32)
NOWHERE = Places(_NOWHERE, _NOWHERE)


def _distinct(numbers: NDArray[Whole]) -> NDArray[Whole]:
    """Numbers in order, each once; ``numpy.unique`` takes ten times as long."""
    row = np.sort(numbers)
    new = np.ones(len(row), np.bool_)
    new[1:] = row[1:] != row[:-1]
    return row[new]


class Concordance:
    """The words of ``records``, in all fields that a query can look for words in.

    By word: its number in the vocabulary, its unit, its sentence within that. By unit: the
    record it is of, its field, its number of words, whether it is an element of a list, and
    whether words in it can be near one another.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        met: dict[str, int] = {}
        word, sentence = array("i"), array("i")
        units: list[tuple[int, int, int, bool]] = []
        for at, record in enumerate(records):
            for document, unit in _units(record):
                said = unit.folded.split()
                word.extend([met.setdefault(one, len(met)) for one in said])
                sentence.extend(_sentences(document, unit, len(said)))
                units.append((at, ALL_FIELDS.index(unit.field), len(said), unit.listed))
        of_unit = np.array(units, np.int32).reshape(-1, 4)
        self.records = len(records)
        self.record, self.field, self.size = of_unit[:, 0], of_unit[:, 1], of_unit[:, 2]
        self.listed = of_unit[:, 3].astype(np.bool_)
        self.binding = _of(BINDING)[self.field]
        self.unit = np.repeat(np.arange(len(units), dtype=np.int32), self.size)
        self.sentence: Numbers = np.array(sentence, np.int32)
        self._vocabulary = sorted(met)
        self._word = _renumbered(met, self._vocabulary)[np.array(word, np.int32)]
        self._places = np.argsort(self._word, kind="stable").astype(np.int32)
        counts = np.bincount(self._word, minlength=len(met))
        self._from = np.concatenate([[0], np.cumsum(counts)])

    def places(self, phrase: Phrase) -> Places:
        """Where a phrase stands."""
        (first, *rest), fields = phrase.words, phrase.fields
        found = [self._places[self._from[i] : self._from[j]] for i, j in self._spelled(first)]
        at = _distinct(np.concatenate([_NOWHERE, *found]))
        at = at[_of(fields)[self.field[self.unit[at]]]]
        for further, word in enumerate(rest, 1):
            at = at[at + further < len(self.unit)]
            at = at[self.unit[at + further] == self.unit[at]]
            at = at[self._is(word)[self._word[at + further]]]
        return Places(at, at + np.int32(len(rest)))

    def holders(self, places: Places) -> Marks:
        """The records that ``places`` are in."""
        held = np.zeros(self.records, np.bool_)
        held[self.of(places)] = True
        return held

    def of(self, places: Places) -> Numbers:
        """The record that each of ``places`` is in."""
        return self.record[self.unit[places.first]]

    def _is(self, pattern: str) -> Marks:
        """Which words of the vocabulary are spellings of a pattern."""
        found = np.zeros(len(self._vocabulary), np.bool_)
        for i, j in self._spelled(pattern):
            found[i:j] = True
        return found

    def _spelled(self, pattern: str) -> Iterator[tuple[int, int]]:
        """The spellings of a pattern, as stretches of the vocabulary."""
        known = self._vocabulary
        for spelling in pattern.split("|"):
            stem, asterisk, more = spelling.partition("*")
            i = bisect_left(known, stem)
            j = bisect_left(known, stem + _LAST) if asterisk else i + (known[i : i + 1] == [stem])
            if more:
                yield from ((k, k + 1) for k in range(i, j) if matches(spelling, known[k]))
            else:
                yield i, j


def _of(fields: Iterable[str]) -> Marks:
    wanted = set(fields)
    return np.array([field in wanted for field in ALL_FIELDS], np.bool_)


def _units(record: Record) -> Iterator[tuple[Document, Unit]]:
    document = Document.of(record)
    for unit in chain.from_iterable(map(document.units, ALL_FIELDS)):
        yield document, unit


def _renumbered(met: dict[str, int], vocabulary: Sequence[str]) -> Numbers:
    """The place in the vocabulary of each word by its number in order of appearance."""
    numbers = np.empty(len(met), np.int32)
    numbers[[met[word] for word in vocabulary]] = np.arange(len(met), dtype=np.int32)
    return numbers


def _sentences(document: Document, unit: Unit, count: int) -> Sequence[int]:
    """The number of the sentence, within its unit, of each of ``count`` words."""
    text, field = unit.text, unit.field
    if unit.listed or field not in BINDING or not SENTENCE_END.search(text[:-1]):
        return (0,) * count
    return [document.sentence(field, start) for start in words(text).starts]
