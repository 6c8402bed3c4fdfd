"""Dates in queries: ``YYYY``, ``YYYY/MM`` or ``YYYY/MM/DD``, alone or as a range."""

from __future__ import annotations

import re

_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?")


def _parts(text: str) -> tuple[int, int, int]:
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = match.groups()
    if (month and not 1 <= int(month) <= 12) or (day and not 1 <= int(day) <= 31):
        raise ValueError(text)
    return int(year), int(month or 0), int(day or 0)


def first_day(text: str) -> str:
    """The first day a date may mean, ``2016/05`` → ``2016-05-01``; ValueError if it is no date."""
    year, month, day = _parts(text)
    return f"{year:04}-{month or 1:02}-{day or 1:02}"


def last_day(text: str) -> str:
    """The last day a date may mean, as text that sorts: a month ends on its 31st."""
    year, month, day = _parts(text)
    return f"{year:04}-{month or 12:02}-{day or 31:02}"


def day(iso: str) -> str:
    """A record's date, known to the year or month, as its first day: so PubMed files it."""
    return (iso + "-01-01")[:10] if len(iso) in (4, 7) else iso
