"""Dates as PubMed writes them, to ISO 8601 as far as they are known."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from perennial.text import clean

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NUMBER = {name.lower(): number for number, name in enumerate(_MONTHS, start=1)}
YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")  # the oldest printed articles are of 1665
_MONTH_DAY = re.compile(
    r"\b(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?(?:\s+(?P<day>\d{1,2})(?!\d))?",
    re.IGNORECASE,
)

_PARTS = ("MedlineDate", "Year", "Month", "Season", "Day")


class Published(NamedTuple):
    """A date of publication: its year (0 if unknown), in ISO 8601, and as printed."""

    year: int = 0
    iso: str = ""
    text: str = ""


def first_dated(*dates: Published) -> Published:
    """Return the first that has a year, else the first."""
    for found in dates:
        if found.year:
            return found
    return dates[0] if dates else Published()


@lru_cache(maxsize=2**14)  # a file of 30,000 records holds a few thousand dates
def dated(parts: tuple[tuple[str, str | None], ...]) -> Published:
    """Return the date whose parts have these names and texts; the first of a name counts.

    A range (``1998 Dec-1999 Jan``, ``2019 Sep/Oct``) is dated by its beginning; a season
    has no month and is kept in ``text`` alone.
    """
    written = dict(reversed(parts))
    free, year, month, season, day = (clean(written.get(name)) for name in _PARTS)
    text = free or clean(f"{year} {_named(month)} {season} {day.lstrip('0')}")
    dated = _year(free or year)
    found = _MONTH_DAY.search(text)
    number = _NUMBER[found["month"][:3].lower()] if found else 0
    return Published(dated, _iso(dated, number, int(found["day"] or 0) if found else 0), text)


def _named(month: str) -> str:
    """``Sep``, whether the month came as ``Sep``, ``09`` or ``9``: so PubMed prints it."""
    named = month.isdecimal() and 1 <= int(month) <= 12
    return _MONTHS[int(month) - 1] if named else month


def _year(text: str) -> int:
    found = YEAR.search(text)
    return int(found[1]) if found else 0


def _iso(year: int, month: int, day: int) -> str:
    """Drop a day or month that no calendar has rather than guess at it."""
    if not year or not month:
        return f"{year:04d}" if year else ""
    try:
        return date(year, month, day).isoformat() if day else f"{year:04d}-{month:02d}"
    except ValueError:
        return f"{year:04d}-{month:02d}"
