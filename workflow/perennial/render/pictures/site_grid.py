"""Site by factor: where each factor was studied, as a grid of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from perennial.render.picture import Picture
from perennial.render.pictures import canvas
from perennial.render.pictures.counting import findings, itemised, joined, left_out, most, named
from perennial.render.pictures.labels import Slanted, head, nothing
from perennial.render.pictures.palette import on, shade
from perennial.render.review import Review
from perennial.render.wording import counted, grouped

NAME, TITLE = "sites", "Where each factor was studied"
ACROSS = "site"  # the field of a statement whose names are the columns
ROWS, COLUMNS = 25, 16  # the rest are added up
ALL = ""  # no factor and no site is named so

WIDE, HIGH, LEFT, MARGIN = 38.0, 22.0, 216.0, 12.0


class Grid(NamedTuple):
    """All that is drawn; a cell without a study is not in ``cells``."""

    rows: list[str]  # ids of factors; the last may stand for several, and ALL follows
    columns: list[str]
    cells: Mapping[tuple[str, str], set[str]]  # the studies by (row, column), sums under ALL
    labels: Mapping[str, str]  # what a factor is called, if not by its id
    summed: frozenset[str]  # the rows and columns that stand for several: no shade

    def number(self, row: str, column: str) -> int:
        """How many studies."""
        return len(self.cells.get((row, column), ()))

    def called(self, name: str) -> str:
        """A row or column as a reader should see it."""
        return "all" if name == ALL else self.labels.get(name, name)

    @property
    def single(self) -> list[tuple[int, str, str]]:
        """(studies, factor, site) of every cell that stands for one of each."""
        return [
            (self.number(row, column), row, column)
            for row in self.rows
            for column in self.columns
            if not {row, column} & self.summed
        ]

    @property
    def heads(self) -> Slanted:
        """The names of the columns."""
        return Slanted([column or self.called(ALL) for column in self.columns], LEFT, WIDE)


def picture(review: Review) -> Picture:
    """Factors by sites, drawn, described and counted."""
    grid, beyond = counts(review)
    if not grid.cells:
        return nothing(NAME, TITLE, "No finding to place yet.")
    said = _said(grid)
    width = LEFT + WIDE * len(grid.columns) + 6 + max(grid.heads.overhang, MARGIN)
    size = width, grid.heads.height + HIGH * len(grid.rows) + 3 * MARGIN
    drawn = canvas.drawing(NAME, size, partial(_paint, grid=grid), (TITLE, said))
    heads = ("Factor", "Studies", "At which sites")
    return Picture(NAME, TITLE, _caption(review, *beyond), said, *drawn, heads, tuple(_rows(grid)))


def counts(review: Review) -> tuple[Grid, tuple[int, int]]:
    """The studies of every cell, and how many factors and sites are added up."""
    stated = findings(review)
    by_factor: dict[str, set[str]] = {}
    by_site: dict[str, set[str]] = {}
    for statement in stated:
        by_factor.setdefault(statement.factor, set()).add(statement.pmid)
        for site in named(getattr(statement, ACROSS)):
            by_site.setdefault(site, set()).add(statement.pmid)
    factors, more_factors = most(by_factor, ROWS)
    sites, more_sites = most(by_site, COLUMNS)
    rows, columns = joined(factors, more_factors), joined(sites, more_sites)
    cells: dict[tuple[str, str], set[str]] = {}
    for statement in stated:
        row = statement.factor if statement.factor in factors else rows[-1]
        across = [s if s in sites else columns[-1] for s in named(getattr(statement, ACROSS))]
        for place in {(r, c) for r in (row, ALL) for c in (*across, ALL)}:
            cells.setdefault(place, set()).add(statement.pmid)
    summed = frozenset({ALL} | set(rows) - set(factors) | set(columns) - set(sites))
    grid = Grid([*rows, ALL], [*columns, ALL], cells, review.factors, summed)
    return grid, (len(more_factors), len(more_sites))


def _rows(grid: Grid) -> Iterator[tuple[str | int, ...]]:
    for row in grid.rows:
        places = ((site, grid.number(row, site)) for site in grid.columns if site != ALL)
        yield (grid.called(row), grid.number(row, ALL), itemised(places))


def _caption(review: Review, factors: int, sites: int) -> str:
    told = [
        "Each number counts the studies with a finding on the factor at the site; deeper blue is"
        " more of them, an empty cell is none, and sums are not coloured.",
        *_beyond("factor", factors),
        *_beyond("site", sites),
        "A study with several factors or sites counts in each of their cells, and once under all.",
        left_out(review),
    ]
    return " ".join(filter(None, told))


def _beyond(what: str, number: int) -> Sequence[str]:
    are = "is" if number == 1 else "are"
    return [f"{counted(number, what)} with fewest studies {are} added up."] if number else []


def _said(grid: Grid) -> str:
    number, row, column = max(grid.single, key=lambda cell: cell[0])
    filled = sum(each > 0 for each, _, _ in grid.single)
    sites = ", ".join(
        f"{head(site)} {grouped(grid.number(ALL, site))}" for site in grid.columns if site != ALL
    )
    return (
        f"{counted(grid.number(ALL, ALL), 'study', 'studies')} by factor and site;"
        f" {grouped(filled)} of {counted(len(grid.single), 'cell')} filled;"
        f" most, {grouped(number)}, in {head(grid.called(row))} at {head(column)};"
        f" studies by site: {sites}."
    )


def _paint(axes: Axes, grid: Grid) -> None:
    foot = grid.heads.height + MARGIN
    grid.heads.paint(axes, foot - 6)
    most_studies = max(number for number, _, _ in grid.single)
    for index, row in enumerate(grid.rows):
        top = foot + HIGH * index + (6 if row == ALL else 0)
        name = head(grid.called(row), 31)
        canvas.words(axes, LEFT - 8, top + 15, name, 10.5, ha="right", **_weight(row == ALL))
        for number, column in enumerate(grid.columns):
            left = LEFT + WIDE * number + (6 if column == ALL else 0)
            studies = grid.number(row, column)
            plain = bool({row, column} & grid.summed) or not studies
            fill = "none" if plain else shade(studies, most_studies)
            _cell(axes, (left, top), studies, fill, ALL in (row, column))


def _weight(is_sum: bool) -> dict[str, Any]:
    return {"weight": "bold"} if is_sum else {}


def _cell(axes: Axes, corner: tuple[float, float], studies: int, fill: str, is_sum: bool) -> None:
    place = (*corner, WIDE, HIGH)
    canvas.box(axes, place, facecolor=fill, edgecolor=canvas.LINE, linewidth=0.5)
    if studies:
        ink = canvas.INK if fill == "none" else on(fill)
        middle = (corner[0] + WIDE / 2, corner[1] + 15)
        look = {"ha": "center", "color": ink, **_weight(is_sum)}
        canvas.words(axes, *middle, grouped(studies), 10.5, **look)
