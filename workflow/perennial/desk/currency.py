"""How fresh the review is: when its source was asked, what is published, what is not built in."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from perennial.archive import Archive
from perennial.config import load
from perennial.currency import next_refresh, polled
from perennial.editions.shelf import load as load_editions
from perennial.ledger import NOBODY
from perennial.render.wording import counted, long_date

GIT_SECONDS = 3.0  # a status of one folder takes some hundredths; a network disk may hang


@dataclass(frozen=True, slots=True)
class Currency:
    """What config and archive say of the review's age; a day is "" where there is none."""

    title: str
    question: str
    maintainers: tuple[str, ...]
    version: str
    source: str
    as_of: str
    polled: str
    due: str
    edition: str  # the number of the last one published, "" if none is
    edition_day: str


def load_currency(config: Path, archive: Path, editions: Path) -> Currency:
    """As the files are now. InputError for one that cannot be read."""
    stated = load(config / "config.yaml", "config")
    about, source, until = stated["review"], stated["entrez"]["server"], stated.get("as_of") or ""
    kept, published = Archive(archive), load_editions(editions, until)
    last = published[-1] if published else None
    return Currency(
        about["title"],
        about["question"],
        tuple(about["maintainers"]),
        about["version"],
        source,
        until,
        polled(kept, source, until),
        next_refresh(stated, kept, source, until),
        last.number if last else "",
        last.day if last else "",
    )


def due(currency: Currency, today: str) -> tuple[str, bool]:
    """When the source is to be asked again, as a sentence, and whether that day has passed."""
    if currency.source == "example":
        return "The example's clock stands still: nothing falls due.", False
    if currency.source == NOBODY:
        return "People bring in new exports: nothing falls due.", False
    if not currency.due:
        return "It has never been asked.", True
    late = (date.fromisoformat(today) - date.fromisoformat(currency.due)).days
    if currency.as_of:
        return f"As of {long_date(currency.as_of)} it was due on {long_date(currency.due)}.", False
    if late > 0:
        return f"Overdue since {long_date(currency.due)}: by {counted(late, 'day')}.", True
    return f"It is due again on {long_date(currency.due)}.", False


def uncommitted(folder: Path) -> list[str]:
    """The files of a folder that git sees as changed or new; none where there is no git."""
    git = shutil.which("git")
    if git is None or not folder.is_dir():
        return []
    command = [git, "-c", "core.fsmonitor=false", "status", "--porcelain", "-z", "--", "."]
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the arguments are our own
            command, cwd=folder, env=quiet, capture_output=True, timeout=GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return _changed(done.stdout.decode(errors="replace"))


def _changed(status: str) -> list[str]:
    """The files of ``git status --porcelain -z``; a renamed one is followed by its old name."""
    files, entries = [], iter(filter(None, status.split("\0")))
    for entry in entries:
        files.append(entry[3:])
        if "R" in entry[:2] or "C" in entry[:2]:
            next(entries, "")
    return sorted(files)
