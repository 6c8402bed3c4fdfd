"""Linking, remembered: what the last change did is told by linking the records before it anew.

That is what linking did on the day before, so that it need not be done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from perennial.link import link
from perennial.memo import Memo, key
from perennial.parted.layout import encoded_rows, rows_within
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.sources import made_by


def linked(
    digests: Iterable[str], records: Callable[[], list[Record]], memo: Memo
) -> tuple[list[Link], list[Integrity]]:
    """As ``link``, for the records of the parts with these SHA-256."""
    table = key(made_by("perennial.parted.links"), *digests)
    ours, theirs = key("links", table), key("integrity", table)
    links, integrity = memo.recall(ours), memo.recall(theirs)
    if links is not None and integrity is not None:
        return rows_within(links, Link), rows_within(integrity, Integrity)
    found = link(records())
    memo.keep(ours, encoded_rows(found[0], Link))
    memo.keep(theirs, encoded_rows(found[1], Integrity))
    return found
