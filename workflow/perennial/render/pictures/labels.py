"""Words in pictures: of any length, from anywhere, in little room."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from perennial.render.picture import Picture
from perennial.render.pictures import canvas
from perennial.render.wording import visible

SLANT, SIZE = math.radians(60), 10.5


def head(text: str, letters: int = 60) -> str:
    """``text`` in one line of at most so many ``letters``; the table has it whole."""
    plain = " ".join(str(visible(text)).split())
    return plain if len(plain) <= letters else plain[: letters - 1].rstrip() + "…"


def lines(text: str, letters: int, most: int) -> list[str]:
    """``text`` in at most ``most`` lines, cut with an ellipsis."""
    return textwrap.wrap(
        head(text, letters * most), letters, max_lines=most, placeholder="…", break_on_hyphens=False
    )


def nothing(name: str, title: str, why: str) -> Picture:
    """A picture of nothing: its file says so, and the page has the sentence alone."""
    drawn = canvas.drawing(
        name, (420.0, 40.0), lambda axes: canvas.words(axes, 12, 24, why), (title, why)
    )
    return Picture(name, title, "", why, *drawn, (), ())


@dataclass(frozen=True)
class Slanted:
    """The names of columns, each ``wide``, the first from ``left`` on; those too long in two."""

    names: Sequence[str]
    left: float
    wide: float

    @property
    def height(self) -> float:
        """How high they reach over their foot."""
        return 14 + self._longest() * math.sin(SLANT)

    @property
    def overhang(self) -> float:
        """How far the last of them reach beyond the last column."""
        ends = (
            (index - len(self.names) + 0.5) * self.wide + 12 + self._length(name)
            for index, name in enumerate(self.names)
        )
        return max(0.0, *ends)

    def paint(self, axes: Axes, foot: float) -> None:
        """Write them, ending upon ``foot``."""
        for index, name in enumerate(self.names):
            x = self.left + self.wide * (index + 0.5) + 3
            held = self._lines(name)
            for number, text in enumerate(held):
                aside = 12.5 * (number - (len(held) - 1) / 2) / math.sin(SLANT)
                canvas.words(axes, x + aside, foot, text, SIZE, rotation=60)

    def _longest(self) -> float:
        lengths = (len(text) for name in self.names for text in self._lines(name))
        return max(lengths) * canvas.LETTER * SIZE

    def _length(self, name: str) -> float:
        longest = max(map(len, self._lines(name))) * canvas.LETTER * SIZE
        return longest * math.cos(SLANT)

    @staticmethod
    def _lines(name: str) -> list[str]:
        return lines(name, 20, 2) or [""]
