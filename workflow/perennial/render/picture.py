"""A picture of the review: drawn, described in words, and with its numbers as a table."""

from __future__ import annotations

from typing import NamedTuple

# On paper: as wide as a page's text, with room for the caption below.
_WIDEST, _HIGHEST = 6.6, 7.2
_DRAWN_AT = 200 * 96 / 72  # dots of the PNG for an inch of the page, 96 pixels to the inch


class Picture(NamedTuple):
    """One picture. ``svg`` and ``png`` show the same; the table holds every number in them.

    Without rows there was nothing to draw: ``alternative`` and the files say so.
    """

    id: str  # names its anchor and its files: evidence-map.svg
    title: str
    caption: str  # what is drawn and how to read it
    alternative: str  # what one would see, in a sentence or two with its chief numbers
    svg: bytes
    png: bytes
    heads: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]  # of ``heads``

    @property
    def numbers(self) -> tuple[str, ...]:
        """The heads of the columns that hold numbers."""
        columns = zip(self.heads, zip(*self.rows, strict=True), strict=True)
        return tuple(head for head, cells in columns if isinstance(cells[0], int))

    @property
    def widths(self) -> tuple[int, ...]:
        """The columns' widths on paper, in hundredths: of numbers as wide as they need."""
        narrow = min(12, 60 // max(len(self.numbers), 1))
        rest = 100 - narrow * len(self.numbers)
        words = max(len(self.heads) - len(self.numbers), 1)
        return tuple(narrow if head in self.numbers else rest // words for head in self.heads)

    @property
    def inches(self) -> float:
        """The width on a printed page: as on the screen, if that is not too wide or high."""
        wide, high = (int.from_bytes(self.png[i : i + 4]) / _DRAWN_AT for i in (16, 20))
        return round(min(wide, _WIDEST, _HIGHEST * wide / high), 2)
