"""The statements as a table: which stand in full on the page, and the others as data.

A statement stands in full once. Where there are more than a page can hold, as many of every
strand as fit stand under their mechanism, and the table's script is given the others as data.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from perennial.passage import Statement
from perennial.record import Record
from perennial.render.chapters import Chapter, Strand
from perennial.render.review import Review
from perennial.render.wording import clip, grouped, sentence, visible

# How many statements stand in full on the page. About 1.5 kB each, so that with the others as
# data the page of a review of 5,000 studies and 20,000 statements keeps under 10 MB.
ROOM = 1200
# Settings that have a column: fields of a statement. The others stand with its quote.
CONTEXTS = ("condition", "site", "model")
LONGEST_CELL = 120  # code points; what is cut stands whole in evidence.csv


def fitting(lengths: Iterable[int], room: int) -> int:
    """How many of each list fit when all together may hold ``room`` items; at least one."""
    sizes = list(lengths)
    longest = max(sizes, default=1)
    counts = range(1, longest + 1)
    fit = bisect_right(counts, room, key=lambda most: sum(min(size, most) for size in sizes))
    return max(fit, 1)


def in_full(chapters: Sequence[Chapter]) -> frozenset[str]:
    """The ids of the statements that stand in full under their mechanism: all of them, if they
    fit; else as many of every strand."""
    strands = [strand for chapter in chapters for strand in _strands(chapter)]
    most = fitting((len(strand.statements) for strand in strands), ROOM)
    return frozenset(s.id for strand in strands for s in strand.statements[:most])


def _strands(chapter: Chapter) -> tuple[Strand, ...]:
    return (*chapter.results, *chapter.hearsay, *chapter.aside)


@dataclass(frozen=True)
class Table:
    """The table of all statements: rows on the page, and the others as data for its script."""

    review: Review
    in_full: frozenset[str]
    numbers: Mapping[str, int]  # of references, by PMID
    notices: Mapping[str, Sequence[str]]  # kinds, by PMID
    aside: frozenset[str]  # PMIDs of studies that are set aside
    who: Callable[[Record], str]

    @property
    def contexts(self) -> tuple[str, ...]:
        """What the settings that have a column are called."""
        return tuple(self.review.labels[name] for name in CONTEXTS)

    @property
    def rows(self) -> tuple[Statement, ...]:
        """The statements that stand in full, by factor, then the newest first."""
        return self._ordered(s for s in self.review.statements if s.id in self.in_full)

    @property
    def rest(self) -> tuple[Statement, ...]:
        """The other statements, in the same order."""
        return self._ordered(s for s in self.review.statements if s.id not in self.in_full)

    def cells(self, statement: Statement) -> tuple[str, ...]:
        """What the table says of a statement itself, in the order of its columns."""
        labels = {mechanism.id: mechanism.label for mechanism in self.review.mechanisms}
        texts = (
            self.review.factors.get(statement.factor, statement.factor),
            sentence(self.review.directions[statement.direction][0]),
            labels.get(statement.mechanism, ""),
            *(getattr(statement, name) for name in CONTEXTS),
        )
        return tuple(clip(" ".join(text.split()), LONGEST_CELL) for text in texts)

    def data(self) -> Markup:
        """The rest, as page.js reads it: its FIELDS, then the cells."""
        return data(map(self._fields, self.rest))

    def _fields(self, s: Statement) -> tuple[str, ...]:
        record = self.review.records[s.pmid]
        name = clip(self.who(record), LONGEST_CELL)
        number, year = str(self.numbers[s.pmid]), str(record.year or "")
        fields = (s.id, s.quote, self._place(s), number, name, self._marks(s.pmid), year)
        return (*fields, s.standing, *self.cells(s))

    def _marks(self, pmid: str) -> str:
        kinds = [kind.upper() for kind in self.notices.get(pmid, ())]
        return ", ".join([*kinds, *["SET ASIDE"] * (pmid in self.aside)])

    def _place(self, statement: Statement) -> str:
        passage = self.review.passages.get((statement.pmid, statement.section))
        heading = clip(passage.heading, LONGEST_CELL) if passage else ""
        where = f"{heading} ({statement.section})" if heading else statement.section
        return f"{where}, characters {grouped(statement.start)}–{grouped(statement.end)}"

    def _ordered(self, statements: Iterable[Statement]) -> tuple[Statement, ...]:
        def place(s: Statement) -> tuple[str, int, str, int, str]:
            label = self.review.factors.get(s.factor, s.factor)
            return (label.casefold(), -self.review.records[s.pmid].year, s.pmid, s.start, s.id)

        return tuple(sorted(statements, key=place))


def data(rows: Iterable[Sequence[str]]) -> Markup:
    """Rows of texts as JSON that can stand in a page: every text once, rows as numbers of texts.

    ``{"words": […], "rows": [[…], …]}``.
    """
    words: dict[str, int] = {}
    numbered = [[words.setdefault(visible(cell), len(words)) for cell in row] for row in rows]
    return block({"words": list(words), "rows": numbered})


def block(value: Any) -> Markup:
    """JSON that no parser of HTML can take for markup, whatever its texts hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704
