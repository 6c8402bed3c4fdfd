"""The archive: every answer as received, never rewritten, found by what it answered.

    archive/raw/ab/ab12….gz       one answer, named by the SHA-256 of its bytes
    archive/requests.jsonl        one line per answer: when, from whom, to what, what it holds
    archive/searches/<time>.json  one ledger per run of the search

The files under ``archive/index/`` are derived from these and tell Snakemake what changed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from perennial.canonical import from_json, to_json
from perennial.errors import InputError, Place
from perennial.ledger import Search
from perennial.tables import write_whole

SECRET = ("api_key", "email", "tool")  # never written down


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal: one request and the answer that it got."""

    when: str  # the source's clock, ISO 8601 UTC
    source: str
    utility: str  # esearch | efetch | elink | einfo
    params: Mapping[str, str]
    holds: tuple[str, ...] = ()  # ids whose record the answer gives
    lacks: tuple[str, ...] = ()  # ids asked for that it does not give
    answer: str = ""  # SHA-256 of the answer's bytes, known once it is kept


@dataclass(frozen=True, slots=True)
class Holding:
    """What the archive holds of one kind for one source (archive/index/)."""

    source: str
    held: Mapping[str, str]  # id → SHA-256 of the newest answer that gives it
    lacking: tuple[str, ...]  # asked for, twice, and not given


class Archive:
    """An append-only store of answers below one folder."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self.journal = self.root / "requests.jsonl"

    def keep(self, body: bytes) -> str:
        """Store an answer; returns its SHA-256. Storing the same bytes again changes nothing."""
        digest = hashlib.sha256(body).hexdigest()
        target = self._path(digest)
        if not target.exists():
            write_whole(target, gzip.compress(body, mtime=0))
        return digest

    def answer(self, digest: str) -> bytes:
        """The answer with this SHA-256; InputError if it is gone or no longer what it was."""
        target = self._path(digest)
        try:
            body = gzip.decompress(target.read_bytes())
        except (OSError, EOFError) as error:
            raise InputError(
                f"archived answer cannot be read: {error}", Place(str(target))
            ) from None
        if hashlib.sha256(body).hexdigest() != digest:
            raise InputError("archived answer is not what was received", Place(str(target)))
        return body

    def file(self, entry: Entry, body: bytes) -> None:
        """Keep an answer, then append its line to the journal and see both to the disk."""
        public = {key: value for key, value in entry.params.items() if key not in SECRET}
        kept = {**asdict(entry), "params": public, "answer": self.keep(body)}
        line = json.dumps(kept, ensure_ascii=False, sort_keys=True)
        self.root.mkdir(parents=True, exist_ok=True)
        with self.journal.open("a+b") as file:
            _end_torn_line(file)
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def entries(self, source: str, utility: str, db: str, until: str = "") -> Iterator[Entry]:
        """Journal entries of one kind, oldest first; ``until`` is a date that still counts."""
        for entry in self._all():
            kind = (entry.source, entry.utility, entry.params.get("db"))
            if kind == (source, utility, db) and (not until or entry.when[:10] <= until):
                yield entry

    def keep_search(self, search: Search) -> Path:
        """Store the ledger of one run of the search. An equal run at the same time is the same."""
        stamp = search.searched_at.replace(":", "")
        body = to_json(search)
        name = f"{stamp}-{hashlib.sha256(body).hexdigest()[:8]}.json"
        target = self.root / "searches" / name
        if not target.exists():
            write_whole(target, body)
        return target

    def latest_search(self, source: str, until: str = "") -> Search:
        """The newest search of ``source`` that is not after ``until``."""
        runs = [from_json(p.read_bytes(), Search) for p in sorted(self._searches())]
        fit = [s for s in runs if s.source == source and (not until or s.searched_at[:10] <= until)]
        if not fit:
            when = f" on or before {until}" if until else ""
            raise InputError(
                f"no search of {source!r} is in the archive{when}",
                Place(str(self.root / "searches")),
                "run the search first, or choose a later as_of",
            )
        return max(fit, key=lambda search: search.searched_at)

    def _searches(self) -> Iterator[Path]:
        return (self.root / "searches").glob("*.json")

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise InputError(f"{digest!r} is not a SHA-256")
        return self.root / "raw" / digest[:2] / f"{digest}.gz"

    def _all(self) -> Iterator[Entry]:
        if not self.journal.exists():
            return
        for number, line in enumerate(self.journal.read_bytes().split(b"\n"), 1):
            if line.strip() and (entry := _entry(line, Place(str(self.journal), number))):
                yield entry


def holding(archive: Archive, source: str, db: str, until: str = "") -> Holding:
    """Fold the journal: the newest answer for each id, and the ids that never came."""
    held: dict[str, str] = {}
    lacking: dict[str, None] = {}
    for entry in archive.entries(source, "efetch", db, until):
        held.update(dict.fromkeys(entry.holds, entry.answer))
        lacking.update(dict.fromkeys(entry.lacks))
    return Holding(source, dict(sorted(held.items())), tuple(i for i in lacking if i not in held))


def _entry(line: bytes, place: Place) -> Entry | None:
    """A journal line; ``None`` for one that a kill cut short (its answer is asked for again)."""
    if not line.endswith(b'Z"}'):  # keys are sorted, so a whole line ends with its time
        return None
    try:
        return from_json(line, Entry)
    except (ValueError, KeyError):
        raise InputError("not a line of the archive's journal", place) from None


def _end_torn_line(file: BinaryIO) -> None:
    """A line cut short by a kill must not swallow the next one."""
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
