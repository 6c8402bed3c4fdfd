"""Colours that are told apart by every kind of colour vision, and the marks that go with them.

No colour stands alone: whatever has one has a letter too, and every patch an outline, since a
light colour on light paper has no edge of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Okabe M, Ito K. Color universal design (2008). The first two are as far apart as any two of
# the set are, for everybody: they go to what opposes each other.
OKABE_ITO = ("#0072b2", "#d55e00", "#f0e442", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
REST = "#9aa0a6"  # whatever comes after them

# From paper to deep blue; its steps differ in lightness alone, as they would in a photocopy.
_PALE, _DEEP = (0xE3, 0xEE, 0xF7), (0x08, 0x30, 0x6B)


def colours(number: int) -> list[str]:
    """The first ``number`` colours; from the eighth on all are the same grey."""
    return [*OKABE_ITO, *[REST] * number][:number]


def letters(labels: Iterable[str]) -> list[str]:
    """A capital for each of ``labels``, no two the same.

    The initial of its last word if that is free, else of another word of it, else any letter of
    it, else any letter, else its number.
    """
    given: list[str] = []
    for label in labels:
        found = re.findall(r"[^\W\d_]+", label)
        wished = [*(word[0] for word in found[::-1]), *"".join(found)]
        free = [w.upper() for w in (*wished, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
        given.append(next((w for w in free if w not in given), str(len(given) + 1)))
    return given


def shade(number: int, most: int) -> str:
    """A blue for ``number``, the deeper the nearer it is to ``most``; few are never deep."""
    share = number / max(most, 5)
    mixed = (round(p + (d - p) * share) for p, d in zip(_PALE, _DEEP, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def on(colour: str) -> str:
    """Black or white, whichever is easier to read on ``colour``."""
    light = luminance(colour)
    return "#000000" if (light + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of a colour written #rrggbb."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
