"""Days of the calendar, as they are written in tables, options and answers."""

from __future__ import annotations

from datetime import date


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written as 2026-06-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
