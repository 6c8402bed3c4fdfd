"""Folding: one spelling for the many spellings of a name, with the way back to the source."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress

HYPHENS = "-‐‑‒–—−­"


@dataclass(frozen=True)
class Folded:
    """``text[i]`` was made from ``source[origins[i]]``."""

    text: str
    origins: Sequence[int]

    @cached_property
    def bare(self) -> Folded:
        """Without hyphens, so that ``AB-6`` and ``AB6`` are one name."""
        if "-" not in self.text:
            return self
        kept = compress(self.origins, map("-".__ne__, self.text))
        return Folded(self.text.replace("-", ""), tuple(kept))


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    """Lower case, no accents, Greek letters by name: ``β`` is ``beta``."""
    if character in HYPHENS:
        return "-"
    plain = (c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return "".join(_greek(c) or c.casefold() for c in plain)


def _greek(character: str) -> str:
    name = unicodedata.name(character, "")
    return name.rsplit(" ", 1)[-1].lower() if name.startswith("GREEK ") else ""


def fold(source: str) -> Folded:
    """Fold ``source``, keeping hyphens (all as ``-``)."""
    if source.isascii():
        return Folded(source.lower(), range(len(source)))
    letters = {ord(c): _letters(c) for c in set(source)}
    text = source.translate(letters)
    if all(len(each) == 1 for each in letters.values()):
        return Folded(text, range(len(source)))
    return Folded(text, tuple(i for i, c in enumerate(source) for _ in letters[ord(c)]))
