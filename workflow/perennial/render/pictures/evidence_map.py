"""The evidence map: how many studies there are where each mechanism meets each context.

A circle's area is the number of studies, its slices are what they found, and a frame marks
where they point opposite ways; where there is a dot and no circle, nothing was found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes

from perennial.passage import Statement
from perennial.render.picture import Picture
from perennial.render.pictures import canvas
from perennial.render.pictures.counting import (
    Group,
    findings,
    groups,
    itemised,
    joined,
    left_out,
    most,
    named,
    opposed,
)
from perennial.render.pictures.labels import Slanted, head, lines, nothing
from perennial.render.pictures.palette import colours, letters
from perennial.render.review import Review
from perennial.render.wording import counted, grouped, sentence
from perennial.stances import Pairs

NAME, TITLE = "evidence-map", "Evidence map"
ACROSS = "condition"  # the field of a statement whose names are the columns
COLUMNS = 20  # as many as a page 1280 wide shows without scrolling; the rest are added up
ALL = "all"

HIGH, RADIUS, LEAST = 44.0, 13.0, 4.0
LEFT, LEGEND, MARGIN = 186.0, 20.0, 12.0
NARROWEST, WIDEST, SPREAD = 33.0, 46.0, 660.0  # of a column, and of all where they have room


class Cell(NamedTuple):
    """Where a row and a column meet: studies by the group of what they found."""

    studies: frozenset[str]
    by_group: tuple[frozenset[str], ...]  # one for each group; a study may be in several

    def opposed(self, known: Sequence[Group], oppositions: Pairs) -> bool:
        """Whether what was found here points opposite ways."""
        found = zip(known, self.by_group, strict=True)
        return opposed((group.stance for group, studies in found if studies), oppositions)


class Map(NamedTuple):
    """All that is drawn. ``rows`` are (id, label); a cell without a study is not in ``cells``."""

    groups: list[Group]
    oppositions: Pairs
    across: str  # what the columns are
    rows: list[tuple[str, str]]
    columns: list[str]
    cells: Mapping[tuple[str, str], Cell]  # by (row's id, column)
    total: Cell

    @property
    def framed(self) -> list[tuple[str, str]]:
        """The cells that point opposite ways."""
        return [
            place
            for place, cell in self.cells.items()
            if cell.opposed(self.groups, self.oppositions)
        ]

    @property
    def wide(self) -> float:
        """The width of a column."""
        return min(WIDEST, max(NARROWEST, SPREAD / len(self.columns)))

    @property
    def heads(self) -> Slanted:
        """The names of the columns."""
        return Slanted(self.columns, LEFT, self.wide)

    @property
    def top(self) -> float:
        """Where the first row begins."""
        return self.heads.height + MARGIN


def picture(review: Review) -> Picture:
    """Mechanisms by contexts, drawn, described and counted."""
    found = counts(review)
    if not found.cells:
        return nothing(NAME, TITLE, "No finding to map yet.")
    said = _said(found)
    drawn = canvas.drawing(NAME, _size(found), partial(_paint, found=found), (TITLE, said))
    heads = ("Mechanism", sentence(found.across), "Studies", "What they found")
    return Picture(NAME, TITLE, _caption(review), said, *drawn, heads, tuple(_rows(found)))


def counts(review: Review) -> Map:
    """The studies of every cell."""
    known, stated = groups(review), findings(review)
    by_column: dict[str, set[str]] = {}
    for statement in stated:
        for name in named(getattr(statement, ACROSS)):
            by_column.setdefault(name, set()).add(statement.pmid)
    shown, others = most(by_column, COLUMNS)
    columns = joined(shown, others)
    cells: dict[tuple[str, str], list[Statement]] = {}
    for statement in stated:
        for name in {n if n in shown else columns[-1] for n in named(getattr(statement, ACROSS))}:
            cells.setdefault((statement.mechanism, name), []).append(statement)
    rows = _mechanisms(review, stated)
    filled = {place: _cell(cells[place], known) for place in _places(rows, columns, cells)}
    told = (known, review.oppositions, review.labels[ACROSS])
    return Map(*told, rows, columns, filled, _cell(stated, known))


def _mechanisms(review: Review, stated: Sequence[Statement]) -> list[tuple[str, str]]:
    """All that the vocabulary has, and whatever else a statement names."""
    known = {mechanism.id: mechanism.label for mechanism in review.mechanisms}
    others = sorted({s.mechanism for s in stated} - set(known), reverse=True)
    return [*known.items(), *((id_, id_ or "no mechanism") for id_ in others)]


def _places(
    rows: Sequence[tuple[str, str]], columns: Sequence[str], held: Mapping[tuple[str, str], object]
) -> Iterator[tuple[str, str]]:
    return ((id_, name) for id_, _ in rows for name in columns if (id_, name) in held)


def _cell(statements: Sequence[Statement], known: Sequence[Group]) -> Cell:
    by_group = (
        frozenset(s.pmid for s in statements if s.direction in group.directions) for group in known
    )
    return Cell(frozenset(s.pmid for s in statements), tuple(by_group))


def _rows(found: Map) -> Iterator[tuple[str | int, ...]]:
    labels = dict(found.rows)
    yield (ALL, ALL, len(found.total.studies), _itemised(found, found.total))
    for (id_, column), cell in found.cells.items():
        opposite = " (opposite)" if cell.opposed(found.groups, found.oppositions) else ""
        told = f"{_itemised(found, cell)}{opposite}"
        yield (labels[id_], column, len(cell.studies), told)


def _itemised(found: Map, cell: Cell) -> str:
    labels = (group.label for group in found.groups)
    return itemised(zip(labels, map(len, cell.by_group), strict=True))


def _caption(review: Review) -> str:
    text = (
        "The area of a circle is the number of studies, which is written below it; a dot is a"
        " combination without a finding. Slices and letters tell what the studies found of"
        " more of a factor. A frame marks findings that point opposite ways, on one factor or on"
        " different ones. A study counts in every cell that it speaks of."
    )
    return f"{text} {left_out(review)}".strip()


def _said(found: Map) -> str:
    places = len(found.rows) * len(found.columns)
    (id_, column), cell = max(found.cells.items(), key=lambda item: len(item[1].studies))
    told = [
        f"{counted(len(found.total.studies), 'study', 'studies')} in {grouped(len(found.cells))}"
        f" of {counted(places, 'combination')} of mechanism and {found.across}",
        f"most, {grouped(len(cell.studies))}, in {head(dict(found.rows)[id_])} and {head(column)}",
        *(
            f"{group.label}: {grouped(len(studies))}"
            for group, studies in zip(found.groups, found.total.by_group, strict=True)
        ),
        f"{grouped(len(found.framed))} with findings that point opposite ways",
    ]
    return "; ".join(told) + "."


def _size(found: Map) -> tuple[float, float]:
    width = max(LEFT + found.wide * len(found.columns) + found.heads.overhang + MARGIN, 420.0)
    legend = LEGEND * (math.ceil(len(found.groups) / _abreast(width)) + 1) + 18
    return width, found.top + HIGH * len(found.rows) + legend + MARGIN


def _abreast(width: float) -> int:
    """How many entries of the legend fit in a line."""
    return max(1, int((width - MARGIN) // 205))


def _paint(axes: Axes, found: Map) -> None:
    right, bottom = LEFT + found.wide * len(found.columns), found.top + HIGH * len(found.rows)
    found.heads.paint(axes, found.top - 6)
    for index, (_, label) in enumerate(found.rows):
        _row_head(axes, found.top + HIGH * index, label, right)
    canvas.line(axes, (MARGIN, bottom), (right, bottom))
    most_studies = max(len(cell.studies) for cell in found.cells.values())
    for row, (id_, _) in enumerate(found.rows):
        for column, name in enumerate(found.columns):
            x, y = LEFT + found.wide * (column + 0.5), found.top + HIGH * row + RADIUS + 4
            _circle(axes, (x, y), found.cells.get((id_, name)), found, most_studies)
    _legend(axes, bottom + 10, found, most_studies)


def _row_head(axes: Axes, top: float, label: str, right: float) -> None:
    canvas.line(axes, (MARGIN, top), (right, top))
    for number, text in enumerate(lines(label, 29, 3)):
        canvas.words(axes, MARGIN, top + 13 + 12 * number, text, 10)


def _circle(
    axes: Axes,
    middle: tuple[float, float],
    cell: Cell | None,
    found: Map,
    most_studies: int,
) -> None:
    if cell is None:
        dot = (middle[0] - 1, middle[1] - 1, 2, 2)
        canvas.box(axes, dot, facecolor=canvas.LINE, linewidth=0)
        return
    if cell.opposed(found.groups, found.oppositions):
        half = RADIUS + 2
        frame = (middle[0] - half, middle[1] - half, 2 * half, 2 * half)
        canvas.box(axes, frame, facecolor="none", edgecolor=canvas.INK, linewidth=1.4)
    _pie(axes, middle, _radius(len(cell.studies), most_studies), list(map(len, cell.by_group)))
    known = letters(group.label for group in found.groups)
    marks = [mark for mark, studies in zip(known, cell.by_group, strict=True) if studies]
    number, more = grouped(len(cell.studies)), "+" if len(marks) > 3 else ""
    text = f"{number}\N{THIN SPACE}{''.join(marks[:3])}{more}"
    canvas.words(axes, middle[0], middle[1] + RADIUS + 11.5, text, 8.5, ha="center")


def _radius(studies: int, most_studies: int) -> float:
    return max(LEAST, RADIUS * math.sqrt(studies / most_studies))


def _pie(axes: Axes, middle: tuple[float, float], radius: float, parts: Sequence[int]) -> None:
    look = {"edgecolor": canvas.INK, "linewidth": 0.7}
    total, done = sum(parts), 0
    for colour, part in zip(colours(len(parts)), parts, strict=True):
        if part == total:
            canvas.disc(axes, middle, radius, facecolor=colour, **look)
        elif part:
            share = (done / total, (done + part) / total)
            canvas.slice_of(axes, middle, radius, share, facecolor=colour, **look)
        done += part


def _legend(axes: Axes, top: float, found: Map, most_studies: int) -> None:
    width, _ = _size(found)
    marks, fills = letters(g.label for g in found.groups), colours(len(found.groups))
    entries = zip(found.groups, found.total.by_group, marks, fills, strict=True)
    abreast = _abreast(width)
    for index, (group, studies, mark, fill) in enumerate(entries):
        x, y = MARGIN + 205 * (index % abreast), top + LEGEND * (index // abreast)
        canvas.disc(axes, (x + 6, y + 8), 6, facecolor=fill, edgecolor=canvas.INK, linewidth=0.7)
        canvas.words(axes, x + 18, y + 12, mark, 10, weight="bold")
        text = f"{head(group.label, 24)} ({grouped(len(studies))})"
        canvas.words(axes, x + 30, y + 12, text, 10)
    _scale(axes, top + LEGEND * math.ceil(len(found.groups) / abreast), most_studies)


def _scale(axes: Axes, top: float, most_studies: int) -> None:
    """What the sizes and the frame mean."""
    x, y, look = MARGIN, top + 16, {"edgecolor": canvas.INK, "linewidth": 0.7}
    for studies in sorted({1, math.ceil(most_studies / 4), most_studies}):
        radius = _radius(studies, most_studies)
        canvas.disc(axes, (x + radius, y), radius, facecolor="none", **look)
        text = counted(studies, "study", "studies")
        canvas.words(axes, x + 2 * radius + 5, y + 4, text, 10)
        x += 2 * radius + 74 + 4 * len(grouped(studies))
    frame = (x, y - 8, 16, 16)
    canvas.box(axes, frame, facecolor="none", edgecolor=canvas.INK, linewidth=1.4)
    canvas.words(axes, x + 22, y + 4, "opposite findings", 10)
