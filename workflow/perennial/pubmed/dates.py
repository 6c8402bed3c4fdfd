"""Dates as PubMed writes them, to ISO 8601 as far as they are known."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from lxml import etree

from perennial.text import clean, plain

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NUMBER = {name.lower(): number for number, name in enumerate(_MONTHS, start=1)}
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")  # the oldest printed articles are of 1665
_MONTH_DAY = re.compile(
    r"\b(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?(?:\s+(?P<day>\d{1,2})(?!\d))?",
    re.IGNORECASE,
)


class Published(NamedTuple):
    """A date of publication: its year (0 if unknown), in ISO 8601, and as printed."""

    year: int = 0
    iso: str = ""
    text: str = ""


def published(*elements: etree._Element | None) -> Published:
    """Return the date in the first of ``elements`` that names a year.

    A range (``1998 Dec-1999 Jan``, ``2019 Sep/Oct``) is dated by its beginning; a season
    has no month and is kept in ``text`` alone.
    """
    dates = [_published(element) for element in elements if element is not None]
    dated = [found for found in dates if found.year]
    return next(iter(dated or dates), Published())


def iso_date(element: etree._Element | None) -> str:
    """Return ISO 8601 for an element with Year, Month and Day children, ``""`` without a year."""
    return "" if element is None else published(element).iso


def _published(element: etree._Element) -> Published:
    free = plain(element.find("MedlineDate"))
    text = free or _printed(element)
    year = _year(free or plain(element.find("Year")))
    found = _MONTH_DAY.search(text)
    month = _NUMBER[found["month"][:3].lower()] if found else 0
    day = int(found["day"] or 0) if found else 0
    return Published(year, _iso(year, month, day), text)


def _printed(element: etree._Element) -> str:
    """``2019 Sep 8``: as PubMed prints it, whether the month came as ``Sep``, ``09`` or ``9``."""
    year, month, season, day = (
        plain(element.find(name)) for name in ("Year", "Month", "Season", "Day")
    )
    return clean(f"{year} {_named(month)} {season} {day.lstrip('0')}")


def _named(month: str) -> str:
    named = month.isdecimal() and 1 <= int(month) <= 12
    return _MONTHS[int(month) - 1] if named else month


def _year(text: str) -> int:
    found = _YEAR.search(text)
    return int(found[1]) if found else 0


def _iso(year: int, month: int, day: int) -> str:
    """Drop a day or month that no calendar has rather than guess at it."""
    if not year or not month:
        return f"{year:04d}" if year else ""
    try:
        return date(year, month, day).isoformat() if day else f"{year:04d}-{month:02d}"
    except ValueError:
        return f"{year:04d}-{month:02d}"
