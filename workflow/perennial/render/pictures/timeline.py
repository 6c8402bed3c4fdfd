"""The timeline: when the included studies were published, and when this review took them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes

from perennial.render.picture import Picture
from perennial.render.pictures import canvas
from perennial.render.pictures.counting import itemised
from perennial.render.pictures.labels import head, nothing
from perennial.render.pictures.palette import REST, colours, letters, on, shade
from perennial.render.review import Review, StudyRow
from perennial.render.wording import counted, grouped, long_date

NAME, TITLE = "timeline", "Timeline of the included studies"
ALL, UNDECIDED = "all", "tier not decided"
YEARS = 30  # in so many columns; what was published before is added up
DAYS = 12  # in so many rows; beyond it those of a month, or else of a year, are added up

WIDE, HIGH, LEFT, HEAD, MARGIN = 25.0, 22.0, 150.0, 44.0, 12.0
TALLEST, UNIT = 170.0, 22.0  # of a bar, and of one study in it where they are few


class Line(NamedTuple):
    """All that is drawn: studies by column and tier, and by column and when they joined."""

    years: list[str]  # the columns, oldest first
    tiers: list[str]
    days: list[str]  # the rows of the lower part, oldest first
    by_tier: Counter[tuple[str, str]]  # (year, tier)
    by_day: Counter[tuple[str, str]]  # (year, day)
    by_year: Counter[str]
    span: str  # of publication, in words

    @property
    def unit(self) -> float:
        """The height of one study in a bar."""
        return min(TALLEST / max(self.by_year.values()), UNIT)

    @property
    def foot(self) -> float:
        """Where the bars stand."""
        return HEAD + self.unit * max(self.by_year.values())

    @property
    def below(self) -> float:
        """Where the lower part begins, under the names of the columns."""
        return self.foot + 16 + 9.5 * canvas.LETTER * max(map(len, self.years))

    @property
    def marks(self) -> list[str]:
        """A letter for each tier."""
        found = letters(tier for tier in self.tiers if tier != UNDECIDED)
        return [*found, "?"][: len(self.tiers)]

    @property
    def fills(self) -> list[str]:
        """A colour for each tier; what is not decided has none."""
        shown = zip(self.tiers, colours(len(self.tiers)), strict=True)
        return [REST if tier == UNDECIDED else fill for tier, fill in shown]


def picture(review: Review) -> Picture:
    """Studies by year of publication, above by tier, below by when they joined."""
    if not review.included:
        return nothing(NAME, TITLE, "No study is included yet.")
    found = counts(review)
    words = review.appraisal.get("tiers", {})
    said = _said(found)
    paint = partial(_paint, found=found, words=words)
    drawn = canvas.drawing(NAME, _size(found), paint, (TITLE, said))
    heads = ("Year of publication", "Studies", "By tier", "Joined")
    return Picture(NAME, TITLE, CAPTION, said, *drawn, heads, tuple(_rows(found)))


CAPTION = (
    "Above, the included studies by year of publication, the number on each bar; its parts are"
    " tiers of evidence, by letter. Below, the same studies by the day on which a search of this"
    " review first brought them, or a later change let them in; by today's protocol throughout."
)


def counts(review: Review) -> Line:
    """The included studies by column, tier and day."""
    years = {s.pmid: review.records[s.pmid].year for s in review.included}
    columns = _columns(set(years.values()))
    tiers = {study.pmid: _tier(study) for study in review.included}
    order = [_tier_name(tier) for tier in (*review.appraisal.get("tiers", {}), "")]
    known = sorted(set(tiers.values()) - set(order)) + order
    joined = _periods(arrivals(review))
    pairs = [(columns[years[pmid]], pmid) for pmid in years]
    return Line(
        list(dict.fromkeys(columns.values())),
        [tier for tier in known if tier in tiers.values()],
        sorted(set(joined.values())),
        Counter((column, tiers[pmid]) for column, pmid in pairs),
        Counter((column, joined[pmid]) for column, pmid in pairs),
        Counter(column for column, _ in pairs),
        _span({year for year in years.values() if year}),
    )


def _span(years: set[int]) -> str:
    if len(years) < 2:
        return f"of {next(iter(years), 'an unknown year')}"
    return f"from {min(years)} to {max(years)}"


def arrivals(review: Review) -> dict[str, str]:
    """The day on which each included study came to this review, "" where the ledger is silent."""
    came = {pmid: change.day for change in reversed(review.ledger.changes) for pmid in change.new}
    if review.step:
        came |= dict.fromkeys(review.step.joined, review.step.day)
    return {study.pmid: came.get(study.pmid, "") for study in review.included}


def _periods(days: Mapping[str, str]) -> dict[str, str]:
    """Days, or the months or else the years that they are in, if they are too many."""
    for length in (len("2026-06-01"), len("2026-06")):
        cut = {pmid: day[:length] for pmid, day in days.items()}
        if len(set(cut.values())) <= DAYS:
            return cut
    return {pmid: day[: len("2026")] for pmid, day in days.items()}


def _columns(years: set[int]) -> dict[int, str]:
    """Year → column, oldest first, with the years between; 0 is a record without a year."""
    known = sorted(years - {0})
    unknown = {0: "no year"} if 0 in years else {}
    if not known:
        return unknown
    last = known[-1]
    first = max(known[0], last - YEARS + 1)
    early = {year: f"up to {first - 1}" for year in known if year < first}
    return {**unknown, **early, **{year: str(year) for year in range(first, last + 1)}}


def _tier(study: StudyRow) -> str:
    return _tier_name(getattr(study, "tier", ""))


def _tier_name(tier: str) -> str:
    return f"tier {tier}" if tier else UNDECIDED


def _told(day: str) -> str:
    return long_date(day) or "day not known"


def _rows(found: Line) -> Iterator[tuple[str | int, ...]]:
    tiers = zip(found.tiers, _sums(found.by_tier, found.tiers), strict=True)
    days = zip(map(_told, found.days), _sums(found.by_day, found.days), strict=True)
    yield (ALL, found.by_year.total(), itemised(tiers), itemised(days))
    for year in found.years:
        if found.by_year[year]:
            tiers_ = itemised((tier, found.by_tier[year, tier]) for tier in found.tiers)
            days_ = itemised((_told(day), found.by_day[year, day]) for day in found.days)
            yield (year, found.by_year[year], tiers_, days_)


def _sums(counted_: Counter[tuple[str, str]], names: Sequence[str]) -> list[int]:
    return [sum(n for (_, name), n in counted_.items() if name == each) for each in names]


def _said(found: Line) -> str:
    most = max(found.years, key=lambda year: found.by_year[year])
    tiers = zip(found.tiers, _sums(found.by_tier, found.tiers), strict=True)
    days = zip(found.days, _sums(found.by_day, found.days), strict=True)
    told = [
        f"{counted(found.by_year.total(), 'study', 'studies')} {found.span}",
        f"most, {grouped(found.by_year[most])}, in {most}",
        *(f"{head(tier)}: {grouped(number)}" for tier, number in tiers),
        *(f"joined {_told(day)}: {grouped(number)}" for day, number in days),
    ]
    return "; ".join(told) + "."


def _size(found: Line) -> tuple[float, float]:
    width = LEFT + WIDE * len(found.years) + 60
    legend = 18.0 * len(found.tiers)
    return max(width, 560.0), found.below + HIGH * len(found.days) + 14 + legend + MARGIN


def _paint(axes: Axes, found: Line, words: Mapping[str, str]) -> None:
    canvas.words(axes, MARGIN, 18, "Studies by year of publication", 11, weight="bold")
    bottom = found.foot
    canvas.line(axes, (LEFT, bottom), (LEFT + WIDE * len(found.years), bottom))
    for index, year in enumerate(found.years):
        left = LEFT + WIDE * index
        canvas.words(axes, left + WIDE / 2 + 4, bottom + 7, year, 9.5, rotation=90, ha="right")
        parts = [found.by_tier[year, tier] for tier in found.tiers]
        looks = zip(parts, found.marks, found.fills, strict=True)
        _bar(axes, (left, bottom), list(looks), found.unit)
    _joined(axes, found)
    _legend(axes, found.below + HIGH * len(found.days) + 14, found, words)


def _bar(
    axes: Axes, foot: tuple[float, float], parts: Sequence[tuple[int, str, str]], unit: float
) -> None:
    """``parts`` are (studies, letter, colour), from the foot up."""
    left, y = foot
    for part, mark, fill in parts:
        if not part:
            continue
        y -= part * unit
        place = (left + 2, y, WIDE - 4, part * unit)
        canvas.box(axes, place, facecolor=fill, edgecolor=canvas.INK, linewidth=0.7)
        if part * unit >= 10:
            middle = (left + WIDE / 2, y + part * unit / 2 + 3.2)
            canvas.words(axes, *middle, mark, 9, ha="center", color=on(fill))
    if total := sum(part for part, _, _ in parts):
        canvas.words(axes, left + WIDE / 2, y - 4, grouped(total), 9.5, ha="center")


def _joined(axes: Axes, found: Line) -> None:
    highest = max(found.by_day.values())
    for row, day in enumerate(found.days):
        top = found.below + HIGH * row
        canvas.words(axes, LEFT - 8, top + 15, _told(day), 10, ha="right")
        for column, year in enumerate(found.years):
            _cell(axes, (LEFT + WIDE * column, top), found.by_day[year, day], highest)
    canvas.words(axes, MARGIN, found.below - 8, "Joined this review", 11, weight="bold")


def _cell(axes: Axes, corner: tuple[float, float], number: int, highest: int) -> None:
    fill = shade(number, highest) if number else "none"
    place = (*corner, WIDE, HIGH)
    canvas.box(axes, place, facecolor=fill, edgecolor=canvas.LINE, linewidth=0.5)
    if number:
        middle = (corner[0] + WIDE / 2, corner[1] + 15)
        canvas.words(axes, *middle, grouped(number), 9.5, ha="center", color=on(fill))


def _legend(axes: Axes, top: float, found: Line, words: Mapping[str, str]) -> None:
    rows = zip(found.tiers, found.marks, found.fills, strict=True)
    room = int((_size(found)[0] - 2 * MARGIN - 32) / 10 / canvas.LETTER)
    for index, (tier, mark, fill) in enumerate(rows):
        y = top + 18 * index
        place = (MARGIN, y, 12, 12)
        canvas.box(axes, place, facecolor=fill, edgecolor=canvas.INK, linewidth=0.7)
        canvas.words(axes, MARGIN + 18, y + 10, mark, 10, weight="bold")
        meaning = words.get(tier.removeprefix("tier "), "")
        text = head(f"{tier}: {meaning}" if meaning else tier, room)
        canvas.words(axes, MARGIN + 32, y + 10, text, 10)
