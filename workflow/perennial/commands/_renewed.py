"""Refreshing from the baseline's files: which are new, and whether they held anything new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from perennial.baseline.settings import Mirror
from perennial.canonical import from_json, to_json
from perennial.commands.mirror import mirrored
from perennial.config import Config
from perennial.tables import write_whole

_INDEX = ("search.json", "records.json")


def renewed(
    config: Config, archive: Path, tell: Callable[[str], None], build: Callable[..., None] | None
) -> bool:
    """List (from a server: copy) the files; ``build`` if some are new; whether there is news.

    That is so if they change what the archive holds: ``build`` is asked for its index, and only
    then, without a target, for the review. Without ``build`` nobody can know yet, and new files
    are news. A build that failed is owed, and is made by the next refresh.
    """
    index = archive / "index"
    pending, listing = index / "pending", index / "mirror.json"
    before = listing.read_bytes() if listing.exists() else b""
    now = mirrored(config, archive)
    tell(_said(before, now))
    if to_json(now) != before:
        if not pending.exists():
            write_whole(pending, _state(index))
        write_whole(listing, to_json(now))
    if build is None or not pending.exists():
        return pending.exists()
    build(str(index / _INDEX[-1]))
    changed = pending.read_bytes() != _state(index)
    if changed:
        build()
    pending.unlink()
    return changed


def _said(before: bytes, now: Mirror) -> str:
    known = {(one.name, one.md5) for one in from_json(before, Mirror).files} if before else set()
    new = [one.name for one in now.files if (one.name, one.md5) not in known]
    last = now.files[-1].name
    if not new:
        return f"The baseline ends with {last}, as before.\n\nNothing new.\n"
    span = new[0] if len(new) == 1 else f"{new[0]} to {new[-1]}"
    noun = "1 new file" if len(new) == 1 else f"{len(new):,} new files"
    return f"The baseline ends with {last}.\n\n## {noun}\n\n* {span}\n"


def _state(index: Path) -> bytes:
    """A hash of what the archive holds, by its index."""
    held = hashlib.sha256()
    for name in _INDEX:
        path = index / name
        held.update(name.encode() + (path.read_bytes() if path.exists() else b""))
    return held.hexdigest().encode()
