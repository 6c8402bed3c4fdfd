"""Memo: what was worked out before, found by the digest of all that it was worked out of.

    values/ab/cdef…   a value under its key: the SHA-256 of the value, then the value
    files/ab/cdef…    a file under the SHA-256 of its bytes, to be linked into ``results/``

Nothing in it is needed: what is lost, damaged or cannot be written costs time and changes no
result. So it may be deleted at any moment, and one folder may serve any number of processes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from perennial.tables import see_to_disk

log = logging.getLogger(__name__)

_DIGEST = hashlib.sha256().digest_size


def key(*parts: str | bytes) -> str:
    """The key of what is worked out of ``parts``; where one ends and the next begins matters."""
    made_of = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        made_of.update(b"%d:" % len(data))
        made_of.update(data)
    return made_of.hexdigest()


class Memo:
    """A store below ``root``; without one, nothing is remembered."""

    def __init__(self, root: Path | None = None) -> None:
        self._root, self._shut = root, root is None

    def recall(self, key_: str) -> bytes | None:
        """The value kept under a key; None if there is none, or no longer the one kept."""
        data = self._read("values", key_)
        if data is None:
            return None
        digest, value = data[:_DIGEST], data[_DIGEST:]
        if hashlib.sha256(value).digest() == digest:
            return value
        self._drop("values", key_)
        return None

    def keep(self, key_: str, value: bytes) -> None:
        """Keep ``value`` under a key, in place of any other."""
        self._write("values", key_, hashlib.sha256(value).digest() + value)

    def read(self, digest: str) -> bytes | None:
        """The file with this SHA-256; None if it is not held, or is no longer what it was."""
        data = self._read("files", digest)
        if data is None or hashlib.sha256(data).hexdigest() == digest:
            return data
        self._drop("files", digest)
        return None

    def hold(self, data: bytes) -> str:
        """Keep a file; its SHA-256."""
        digest = hashlib.sha256(data).hexdigest()
        if not self._shut and not self._path("files", digest).exists():
            self._write("files", digest, data, to_disk=True)
        return digest

    def lay(self, digest: str, target: Path) -> bool:
        """Have the file with this SHA-256 at ``target``, which is not there yet.

        It is the same file (a hard link) where the file system allows, else a copy. False if it
        is not held whole.
        """
        if self.read(digest) is None:
            return False
        try:
            _linked(self._path("files", digest), target)
        except OSError as error:
            log.debug("%s: %s", target, error)
            target.unlink(missing_ok=True)
            return False
        return True

    def _path(self, kind: str, name: str) -> Path:
        return (self._root or Path()) / kind / name[:2] / name[2:]

    def _read(self, kind: str, name: str) -> bytes | None:
        if self._root is None:
            return None
        try:
            return self._path(kind, name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("what is remembered cannot be read: %s", error)
            return None

    def _drop(self, kind: str, name: str) -> None:
        path = self._path(kind, name)
        log.warning("%s is damaged; it is made anew", path)
        if not self._shut:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._give_up(error)

    def _write(self, kind: str, name: str, data: bytes, to_disk: bool = False) -> None:
        if self._shut:
            return
        try:
            _replace(self._path(kind, name), data, to_disk)
        except FileNotFoundError as error:  # somebody is deleting it
            log.debug("not remembered: %s", error)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """One warning will do: a disk that is full or read-only stays so for a while."""
        log.warning("no more is remembered in this run: %s", error)
        self._shut = True


def _replace(path: Path, data: bytes, to_disk: bool) -> None:
    """Whole or not at all. Only what is to be part of the results need outlive a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if to_disk:
                file.flush()
                os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
        if to_disk:
            see_to_disk(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _linked(held: Path, target: Path) -> None:
    try:
        os.link(held, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        shutil.copyfile(held, target)
