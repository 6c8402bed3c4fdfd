"""Made-up records of realistic size whose vocabulary partly overlaps a protocol's terms.

Every word that is not a term of the protocol or one of a few English ones is built of
syllables; nothing is taken from real abstracts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from perennial.record import Heading, Record

_LITTLE = tuple(
    str.split(
        """
        the of and in to a with that is were by for was as from on we at be are this or an not which
        these than can may both after between during also but all when most into under through
        """
    )
)
_ONSETS = tuple(
    str.split(
        """
        b c d f g h k l m n p r s t v w br ch cr dr gl ph pl pr sh sp st th tr
        """
    )
)
_VOWELS = ("a", "e", "i", "o", "u", "ea", "io", "ou")
_CODAS = ("", "", "n", "r", "s", "l", "t", "nd", "st", "x")
_SIGNS = ("±", "≥", "–", "β", "α", "µ", "×", "’", "TGF-β2", "IFN-γ", "Müller", "10\u2009μM", "κB")
_ENDINGS = ("s", "ed", "ing", "ion", "y", "")
_TYPES = ("Journal Article", "Review", "Editorial", "Letter", "Comment", "Clinical Trial")
# Characters of an abstract, about what PubMed's have in the mean; a title; words in a sentence.
_ABSTRACT, _TITLE, _SENTENCE = 1500, 95, 21
# Shares of words: little English ones; signs beyond ASCII, in abstracts that have any.
_COMMON, _BEYOND, _HAVE_ANY = 0.36, 0.03, 0.4


def records(
    count: int, terms: Sequence[str], share: float = 0.06, seed: int = 1
) -> Iterator[Record]:
    """Yield ``count`` records; ``terms`` are the protocol's words and phrases, ``*`` and all.

    ``share`` is that of the terms among all words. Of the default protocol's, about 0.03 are
    in abstracts on anything, 0.18 in those that it is after (counted in 147 and 69, 2026).
    """
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    words = list(dict.fromkeys(_invented(chance) for _ in range(40_000)))
    # Words of a language thin out about as 1 over their rank (Zipf).
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    for number in range(count):
        pool = chance.choices(words, cum_weights=weights, k=300)
        beyond = _BEYOND if chance.random() < _HAVE_ANY else 0.0
        yield _record(number + 1, _Words(chance, pool, terms, share, beyond))


def _invented(chance: random.Random) -> str:
    syllables = chance.choices((1, 2, 3, 4, 5), (1, 6, 8, 5, 2))[0]
    return "".join(
        chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS)
        for _ in range(syllables)
    )


@dataclass(frozen=True)
class _Words:
    """Where a record's words are drawn from."""

    chance: random.Random
    pool: list[str]
    terms: Sequence[str]
    share: float
    beyond: float

    def one(self) -> str:
        draw = self.chance.random()
        if draw < self.share:
            return self.chance.choice(self.terms).replace("*", self.chance.choice(_ENDINGS))
        if draw < self.share + _COMMON:
            return self.chance.choice(_LITTLE)
        if draw < self.share + _COMMON + self.beyond:
            return self.chance.choice(_SIGNS)
        if draw > 0.97:
            return f"{self.chance.randint(1, 99)}.{self.chance.randint(0, 9)}%"
        return self.chance.choice(self.pool)

    def sentence(self) -> str:
        count = max(4, int(self.chance.gauss(_SENTENCE, 6)))
        words = [self.one() + ("," if self.chance.random() < 0.05 else "") for _ in range(count)]
        return " ".join(words).rstrip(",").capitalize() + "."

    def text(self, about: int) -> str:
        size = max(20, int(self.chance.gauss(about, about / 4)))
        sentences: list[str] = []
        while sum(map(len, sentences)) < size:
            sentences.append(self.sentence())
        return " ".join(sentences)[:size].rpartition(" ")[0].rstrip(".,") + "."


def _record(number: int, words: _Words) -> Record:
    chance = words.chance
    return Record(
        str(number),
        title=words.text(_TITLE),
        abstract="" if chance.random() < 0.08 else words.text(_ABSTRACT),
        keywords=tuple(words.one() for _ in range(chance.randint(0, 5))),
        publication_types=tuple(chance.choices(_TYPES, (30, 4, 1, 1, 1, 3))),
        headings=(Heading("Neoplasms"),) if chance.random() < 0.1 else (),
    )
