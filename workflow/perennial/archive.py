"""The archive: every answer as received, never rewritten, found by what it answered.

    archive/raw/ab/ab12….gz              one answer, named by the SHA-256 of its bytes
    archive/requests.jsonl               one line per answer: when, from whom, to what, its ids
    archive/searches/<time>-<n>-….json   one ledger per run of the search
    archive/refreshes/<time>-<n>-….json  one ledger per completed refresh

The files under ``archive/index/`` are derived from these and tell Snakemake what changed.

An answer is written in three steps, each seen to the disk: it is staged in ``incoming/``, its
line is added to the journal, it moves to ``raw/``. So a kill at any moment leaves no line
without its answer and no answer in ``raw/`` without its line; what is left in ``incoming/`` is
moved on or cleared away by the next writer.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from perennial.accumulate import Standing, standing
from perennial.canonical import from_json, to_json, typed
from perennial.errors import InputError, Place
from perennial.ledger import Refresh, Search
from perennial.lock import locked
from perennial.tables import see_to_disk, write_whole

SECRET = ("api_key", "email", "tool")  # never written down
PATIENCE = 600.0  # seconds to wait for another writer; a large fetch takes minutes

# Why the source gave no record of an id: nobody has asked its index, or what came of that.
UNGIVEN = "asked for twice, not returned"
UNLISTED = "not returned: the source no longer lists it"
ACCEPTED = "not returned by the source; accepted in search.yaml"

Run = TypeVar("Run", Search, Refresh)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal: one request and the answer that it got."""

    when: str  # the source's clock, ISO 8601 UTC
    source: str
    utility: str  # esearch | efetch | elink | einfo
    params: Mapping[str, str]
    holds: tuple[str, ...] = ()  # ids whose record the answer gives, new or changed
    lacks: tuple[str, ...] = ()  # ids asked for that it does not give or (esearch) does not list
    same: tuple[str, ...] = ()  # ids whose record it gives just as it was held already
    answer: str = ""  # SHA-256 of the answer's bytes, known once it is kept
    accepted: tuple[str, ...] = ()  # listed but not given, and search.yaml said to go on without


@dataclass(frozen=True, slots=True)
class Holding:
    """What the archive holds of one kind for one source (archive/index/)."""

    source: str
    held: Mapping[str, str]  # id → SHA-256 of the newest answer that gives it anew
    lacking: Mapping[str, str]  # id that was asked for and never given → why
    gone: Mapping[str, str]  # id that is held → when the source first failed to give it again


class Archive:
    """An append-only store of answers below one folder. Writing is for one thread."""

    def __init__(self, root: str | Path, patience: float = PATIENCE) -> None:
        self.root, self.patience = Path(root), patience
        self.journal = self.root / "requests.jsonl"
        self._writing = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer meanwhile; within it, the methods that write need not wait.

        Raises InputError, naming the other writer, after ``patience`` seconds, and for an
        archive that cannot be written: a full disk, a read-only folder.
        """
        if self._writing:
            yield
            return
        with ExitStack() as stack:
            with _told(self.root):
                self.root.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(self.root / ".lock", self.patience))
                self._recover()
            self._writing = True
            stack.callback(setattr, self, "_writing", False)
            yield

    def keep(self, body: bytes) -> str:
        """Store an answer; returns its SHA-256. Storing the same bytes again changes nothing."""
        with self.writing(), _told(self.root):
            digest = self._stage(body)
            self._publish(digest)
        return digest

    def answer(self, digest: str) -> bytes:
        """The answer with this SHA-256; InputError if it is gone or no longer what it was."""
        target = self.path(digest)
        staged = self._staged(digest)
        try:
            body = gzip.decompress((staged if staged.exists() else target).read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(
                f"archived answer cannot be read: {error}", Place(str(target))
            ) from None
        if hashlib.sha256(body).hexdigest() != digest:
            raise InputError("archived answer is not what was received", Place(str(target)))
        return body

    def file(self, entry: Entry, body: bytes) -> str:
        """Keep an answer and append its line to the journal, both seen to the disk; its SHA-256."""
        public = {key: value for key, value in entry.params.items() if key not in SECRET}
        with self.writing(), _told(self.root):
            digest = self._stage(body)
            kept = {**asdict(entry), "params": public, "answer": digest}
            if not entry.accepted:  # so that earlier versions can read what has none
                del kept["accepted"]
            self._append(json.dumps(kept, ensure_ascii=False, sort_keys=True))
            self._publish(digest)
        return digest

    def entries(self, source: str, utility: str, db: str, until: str = "") -> Iterator[Entry]:
        """Journal entries of one kind, oldest first; ``until`` is a date that still counts."""
        found = self._dated(source, db, until, f'"utility": "{utility}"'.encode())
        return (entry for entry in found if entry.utility == utility)

    def given(self, source: str, db: str, until: str = "") -> Iterator[Entry]:
        """Entries that tell which records the source gives, or that it lists none, oldest first."""
        marks = (b'"utility": "efetch"', b'"lacks": ["', b'"accepted": ["')
        return self._dated(source, db, until, *marks)

    def lines(self, *marks: bytes) -> Iterator[Entry]:
        """All entries of the journal, or those whose line holds one of ``marks``, oldest first."""
        if not self.journal.exists():
            return
        for number, line in enumerate(self.journal.read_bytes().split(b"\n"), 1):
            if marks and not any(mark in line for mark in marks):
                continue
            if entry := entry_of(line, Place(str(self.journal), number)):
                yield entry

    def keep_search(self, search: Search) -> Path:
        """Store the ledger of one run of the search. An equal run at the same time is the same."""
        return self._keep_run("searches", search.searched_at, search)

    def keep_refresh(self, refresh: Refresh) -> Path:
        """Store the ledger of one completed refresh, as a search's is stored."""
        return self._keep_run("refreshes", refresh.polled_at, refresh)

    def runs(self, source: str, until: str = "") -> list[Search]:
        """Every run of the search, oldest first, with ``until`` the last day that counts."""
        runs = [run for run in self._runs("searches", Search) if run.source == source]
        return [run for run in runs if not until or run.searched_at[:10] <= until]

    def refreshes(self, source: str, until: str = "") -> list[Refresh]:
        """Every completed refresh, oldest first, with ``until`` the last day that counts."""
        runs = [run for run in self._runs("refreshes", Refresh) if run.source == source]
        return [run for run in runs if not until or run.polled_at[:10] <= until]

    def latest_search(self, source: str, until: str = "") -> Search:
        """The newest run of the search of ``source`` that is not after ``until``."""
        runs = self.runs(source, until)
        if not runs:
            raise self._no_search(source, until)
        return runs[-1]

    def standing(self, source: str, until: str = "") -> Standing:
        """What the runs up to ``until`` come to. Raises InputError if none was in full."""
        state = standing(self.runs(source, until))
        if state is None:
            raise self._no_search(source, until)
        return state

    def search_as_of(self, source: str, until: str = "") -> Search:
        """The last full run not after ``until``, with all that the updates after it found."""
        return self.standing(source, until).search

    def path(self, digest: str) -> Path:
        """Where the answer with this SHA-256 lies."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise InputError(f"{digest!r} is not a SHA-256")
        return self.root / "raw" / digest[:2] / f"{digest}.gz"

    def _dated(self, source: str, db: str, until: str, *marks: bytes) -> Iterator[Entry]:
        for entry in self.lines(*marks):
            of_kind = (entry.source, entry.params.get("db")) == (source, db)
            if of_kind and (not until or entry.when[:10] <= until):
                yield entry

    def _no_search(self, source: str, until: str) -> InputError:
        when = f" on or before {until}" if until else ""
        return InputError(
            f"no search of {source!r} is in the archive{when}",
            Place(str(self.root / "searches")),
            "run the search first, or choose a later as_of",
        )

    def _staged(self, digest: str) -> Path:
        return self.root / "incoming" / self.path(digest).name

    def _stage(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        if not self.path(digest).exists():
            write_whole(self._staged(digest), gzip.compress(body, mtime=0))
        return digest

    def _publish(self, digest: str) -> None:
        target, staged = self.path(digest), self._staged(digest)
        if staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.rename(target)
            see_to_disk(target.parent)

    def _append(self, line: str) -> None:
        with self.journal.open("a+b") as file:
            _end_torn_line(file)
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _recover(self) -> None:
        """Finish what a killed writer began: an answer without its line will be asked again."""
        left = sorted((self.root / "incoming").glob("*"))
        journaled = {entry.answer for entry in self.lines()} if left else set()
        for path in left:
            if path.suffix == ".gz" and path.stem in journaled:
                self._publish(path.stem)
            else:
                path.unlink()

    def _keep_run(self, folder: str, when: str, run: Search | Refresh) -> Path:
        """Runs are numbered, since a source's clock may stand still."""
        body = to_json(run)
        name = hashlib.sha256(body).hexdigest()[:8]
        with self.writing(), _told(self.root):
            kept = self._files(folder)
            same_time = [p for p in kept if p.name.startswith(when.replace(":", ""))]
            if same_time and same_time[-1].stem.endswith(name):
                return same_time[-1]
            target = self.root / folder / f"{when.replace(':', '')}-{len(kept) + 1:05}-{name}.json"
            write_whole(target, body)
        return target

    def _runs(self, folder: str, kind: type[Run]) -> list[Run]:
        return [from_json(p.read_bytes(), kind, str(p)) for p in self._files(folder)]

    def _files(self, folder: str) -> list[Path]:
        return sorted((self.root / folder).glob("*.json"))


def holding(archive: Archive, source: str, db: str, until: str = "") -> Holding:
    """Fold the journal: the newest answer for each id, and the ids that (no longer) came.

    What the index says of an id counts until the record is asked for again.
    """
    held: dict[str, str] = {}
    lacking: dict[str, str] = {}
    gone: dict[str, str] = {}
    for entry in archive.given(source, db, until):
        if entry.utility != "efetch":
            lacking.update(dict.fromkeys(entry.lacks, UNLISTED))
            lacking.update(dict.fromkeys(entry.accepted, ACCEPTED))
            continue
        held.update(dict.fromkeys(entry.holds, entry.answer))
        lacking.update(dict.fromkeys(entry.lacks, UNGIVEN))
        for id_ in (*entry.holds, *entry.same):
            gone.pop(id_, None)
        for id_ in entry.lacks:
            if id_ in held:
                gone.setdefault(id_, entry.when)
    never = {id_: why for id_, why in sorted(lacking.items()) if id_ not in held}
    return Holding(source, dict(sorted(held.items())), never, dict(sorted(gone.items())))


def received(archive: Archive, source: str, db: str) -> dict[str, str]:
    """When the source last gave each id's record, changed or not."""
    seen: dict[str, str] = {}
    for entry in archive.entries(source, "efetch", db):
        seen.update(dict.fromkeys((*entry.holds, *entry.same), entry.when))
    return seen


def entry_of(line: bytes, place: Place) -> Entry | None:
    """A journal line; ``None`` for one that a kill cut short (its answer is asked for again).

    Raises InputError for a whole line that is none of the journal's.
    """
    try:
        plain: dict[str, Any] = {"same": [], **json.loads(line)}
    except ValueError:  # the beginning of an object is never a whole one
        return None
    try:
        entry: Entry = typed(plain, Entry)
    except TypeError:
        raise InputError("not a line of the archive's journal", place) from None
    return entry


def _end_torn_line(file: BinaryIO) -> None:
    """A line cut short by a kill must not swallow the next one."""
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")


@contextmanager
def _told(root: Path) -> Iterator[None]:
    """A folder or disk that refuses a write is for the user to mend."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"the archive cannot be written: {error.strerror}",
            Place(str(error.filename or root)),
            "nothing that was archived is lost; make room or mend the rights, then run again",
        ) from error
