"""Folding: one spelling for the many spellings of a name, with the way back to the source."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

HYPHENS = "-‐‑‒–—−­"


@dataclass(frozen=True, slots=True)
class Folded:
    """``text[i]`` was made from ``source[origins[i]]``."""

    text: str
    origins: tuple[int, ...]


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
    pairs = [(letter, i) for i, c in enumerate(source) for letter in _letters(c)]
    return Folded("".join(letter for letter, _ in pairs), tuple(i for _, i in pairs))


def without_hyphens(folded: Folded) -> Folded:
    """Drop hyphens, so that ``AB-6`` and ``AB6`` are one name."""
    kept = [(c, i) for c, i in zip(folded.text, folded.origins, strict=True) if c != "-"]
    return Folded("".join(c for c, _ in kept), tuple(i for _, i in kept))
