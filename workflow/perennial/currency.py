"""Currency: when the source was last asked, and by when it should be asked again."""

from __future__ import annotations

from datetime import date, timedelta

from perennial.archive import Archive
from perennial.config import Config

# How far apart two refreshes may lie, in days.
DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92}
DEFAULTS = {"every": "week", "overlap_days": 30, "full_every_days": 90}


def setting(config: Config, key: str) -> int:
    """A number of days under ``refresh:`` in config.yaml, or its default; ``every`` in days."""
    value = (config.get("refresh") or {}).get(key, DEFAULTS[key])
    return DAYS[value] if key == "every" else int(value)


def polled(archive: Archive, source: str, until: str = "") -> str:
    """The day (YYYY-MM-DD) on which the source was last searched, quiet polls too; "" if never.

    ``until`` is the last day that counts. The results do not hold this day: a poll that finds
    nothing new leaves them as they are.
    """
    runs = [run.searched_at for run in archive.runs(source, until)]
    return max(runs, default="")[:10]


def next_refresh(config: Config, archive: Archive, source: str, until: str = "") -> str:
    """The day (YYYY-MM-DD) by which the source should be asked again, "" if never.

    The example's clock stands still, so it never ages.
    """
    last = polled(archive, source, until)
    if source == "example" or not last:
        return ""
    return (date.fromisoformat(last) + timedelta(days=setting(config, "every"))).isoformat()
