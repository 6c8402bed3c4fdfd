"""Sentences of a text, as exact offsets."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import nupunkt

# nupunkt 0.8's model, trained on public documents, takes thousands of common words
# ("found", "free", "lead") for abbreviations and then misses the sentence's end. Of the
# longer ones only these, which scientific prose does shorten, are kept.
_SHORTENED = re.compile(
    "approx|appx|assn|biol|calc|cent|chem|comm|conc|conf|corp|corr|dept|dist|eqns|figs|genet"
    "|govt|hosp|incl|inst|jour|microbiol|mech|natl|nutr|phys|physiol|prof|publ|refs|resp"
    "|suppl|supp|subsp|temp|univ|vers|vols"
)
_LONG = re.compile(r"[a-z]{4,}")
# A piece that opens so after no full stop belongs to the piece before.
_CONTINUES = re.compile(r"[a-z0-9(,;]")


@lru_cache(maxsize=1)
def _model() -> Any:
    model = nupunkt.load_default_model()
    for word in sorted(model.abbreviations):
        if _LONG.fullmatch(word) and not _SHORTENED.fullmatch(word):
            model.remove_abbreviation(word)
    return model


def spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of ``text`` without surrounding blanks, in order."""
    found = [_stripped(text, *span) for span in _model().spans(text)] if text.strip() else []
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and _goes_on(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        elif start < end:
            joined.append((start, end))
    return joined


def _goes_on(text: str, end: int, start: int) -> bool:
    return text[end - 1] not in ".!?" and bool(_CONTINUES.match(text, start))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
