"""Something read from files, and read again once one of them has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

Read = TypeVar("Read")
Mark = tuple[tuple[int, int, int] | None, ...]


class Fresh(Generic[Read]):
    """``read()`` is called when it is first asked for, and after any of ``paths`` has changed.

    A file is taken for the same while its inode, size and time of writing are: whoever writes it
    whole (as all of Perennial does) gives it another inode. Threads may share it.
    """

    def __init__(self, read: Callable[[], Read], *paths: Path) -> None:
        self._read, self.paths = read, paths
        self._held: tuple[Mark, Read] | None = None
        self._lock = Lock()

    def __call__(self) -> Read:
        """What the files say now; whatever ``read`` raises."""
        with self._lock:
            now = self.mark()
            if self._held is None or self._held[0] != now:
                self._held = now, self._read()  # marked before it is read: a change is seen later
            return self._held[1]

    def mark(self) -> Mark:
        """What tells this state of the files from another."""
        return mark(*self.paths)


def mark(*paths: Path) -> Mark:
    """What tells this state of some files from another; None for one that is not there."""
    return tuple(map(_mark, paths))


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
