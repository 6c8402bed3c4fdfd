"""Ours: what an export of our own put into a file, taken out when the file is read again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from perennial.imports.entry import Entry

ID = "perennial_id"  # the column that marks a table as ours
SENT = "perennial_sent"  # the column, or opening of a note, that says what an export told
TAG = "perennial:"  # opens a keyword that an export added
# csv_bytes puts ' before what a spreadsheet would run. A text that begins with ' and such a sign
# gets one more of its own, so that taking one away is right for both.
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def marked_cell(text: str) -> str:
    """A cell that ``undo`` gives back as it was, before csv_bytes made it safe."""
    return f"'{text}" if _DEFUSED.match(text) else text


def undo(cell: str) -> str:
    """A cell of a table of ours as it was before it was made safe."""
    return cell[1:] if _DEFUSED.match(cell) else cell


def is_ours(text: str) -> bool:
    """Whether a table is an export of ours: its header names our column."""
    return ID in text[: text.find("\n")].replace('"', "").replace(";", ",").split(",")


def restored(entry: Entry, table: bool) -> Entry:
    """``entry`` without our tags; of a ``table`` of ours, without the marks against formulas."""
    words = [word for word in entry.keywords if not word.startswith(TAG)]
    if not table:
        return replace(entry, keywords=words)
    return replace(
        entry,
        title=undo(entry.title),
        abstract=undo(entry.abstract),
        journal=undo(entry.journal),
        journal_abbreviation=undo(entry.journal_abbreviation),
        volume=undo(entry.volume),
        issue=undo(entry.issue),
        pages=undo(entry.pages),
        authors=_undone(entry.authors),
        keywords=_undone(words),
    )


def _undone(listed: Sequence[str]) -> list[str]:
    """A list in a cell: only its beginning could be taken for a formula."""
    return [undo(part) if number == 0 else part for number, part in enumerate(listed)]
