"""Days as they are written in tables, options and answers, and time as people say it."""

from __future__ import annotations

from datetime import date


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written as 2026-06-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def duration(seconds: float) -> str:
    """A time as people say it, roughly: ``less than a minute``, ``12 minutes``, ``3.5 hours``."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 100:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{seconds / 3600:.1f} hours"
