"""The lexicon: what queries look for in each field, by the word that it begins with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from perennial.query.beginnings import beginning
from perennial.query.nodes import Phrase
from perennial.query.words import matches

# Words kept with their answer. Beyond it learning starts anew.
_MOST = 100_000
# A word longer than this is looked at each time that it comes; PubMed's longest have about 100.
_LONGEST = 60


class Sought:
    """A phrase of several words, by its first word found; ``bits`` are those that ask for it."""

    def __init__(self, rest: tuple[str, ...], bits: int) -> None:
        self.rest, self.bits = rest, bits

    @cached_property
    def follows(self) -> Callable[[str, int], re.Match[str] | None]:
        """Matches the words after the first, each with the blanks before it."""
        # Whatever spelling fits a word, it fits it to its end: so no word is tried twice.
        return re.compile("".join(f"(?> +{_one_of(word)})" for word in self.rest)).match


def _one_of(word: str) -> str:
    spellings = [_spelled(spelling) for spelling in word.split("|")]
    return f"(?:{'|'.join(spellings)})" if len(spellings) > 1 else spellings[0]


def _spelled(spelling: str) -> str:
    """The first place that fits each piece is the best: none is tried again."""
    stem, *pieces = map(re.escape, spelling.split("*"))
    if not pieces:
        return f"{stem}(?= )"
    *inner, last = pieces
    middle = "".join(f"(?>[^ ]*?{piece})" for piece in inner if piece)
    return f"{stem}{middle}[^ ]*{last}(?= )" if last else f"{stem}{middle}[^ ]*"


# By field, in the order of the fields' names.
Lexicon: TypeAlias = "tuple[tuple[str, Words], ...]"


class Words(dict[str, tuple[int, tuple[Sought, ...]]]):
    """Word → the bits of those who ask for it, and the phrases that may begin with it.

    Learned word by word; a word comes with the blank before it.
    """

    def __init__(self, asked: Mapping[Phrase, int]) -> None:
        super().__init__()
        self._whole: dict[str, list[tuple[str, int, Sought | None]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[str, int, Sought | None]]] = defaultdict(list)
        for phrase, bits in asked.items():
            first, *rest = phrase.words
            more = Sought(tuple(rest), bits) if rest else None
            for spelling in first.split("|"):
                stem, asterisk, _ = spelling.partition("*")
                where = self._stems if asterisk else self._whole
                where[stem].append((spelling, 0 if rest else bits, more))
        self._lengths = sorted({len(stem) for stem in self._stems})
        self.within = beginning(self._whole, self._stems)

    def __missing__(self, padded: str) -> tuple[int, tuple[Sought, ...]]:
        word = padded[1:]
        bits = 0
        longer: dict[Sought, None] = {}
        for spelling, own, more in self._begun_by(word):
            if matches(spelling, word):
                bits |= own
                if more:
                    longer[more] = None
        found = bits, tuple(longer)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[padded] = found
        return found

    def _begun_by(self, word: str) -> Iterator[tuple[str, int, Sought | None]]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._stems.get(word[:length], ())


def lexicon(asked: Mapping[Phrase, int]) -> Lexicon:
    """The words sought in each field; ``asked`` are the phrases with the bits that ask for them."""
    by_field: dict[str, dict[Phrase, int]] = defaultdict(dict)
    for phrase, bits in asked.items():
        for field in phrase.fields:
            by_field[field][phrase] = bits
    made: dict[tuple[Phrase, ...], Words] = {}
    for wanted in by_field.values():
        if tuple(wanted) not in made:
            made[tuple(wanted)] = Words(wanted)
    return tuple((field, made[tuple(by_field[field])]) for field in sorted(by_field))
