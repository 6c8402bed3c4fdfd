"""One pace for all processes of a user on this machine, measured where requests leave.

NCBI counts requests per second and address, so pausing inside each process is not enough.
A small file per host holds the time of the last departure; who wants to send locks it, waits
until the next departure is due, sends, and notes the time. The kernel gives the lock back when a
process dies. Rate limiting libraries count tokens before a connection is made, and let a
window's tokens go in one burst: opened connections then differ in how soon they get through,
and the server sees more than the limit in some second. So requests are spaced, not counted,
and the lock is held until the request is out.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from perennial.entrez.faults import LONGEST_WAIT
from perennial.errors import InputError, Place

# Seconds between departures. NCBI allows 3 a second, 10 with a key (documented 2025). A tenth
# more than that would take lets a request be 0.1 s late on its way without crowding the next.
SPACING = 0.37
SPACING_WITH_KEY = 0.11


@contextmanager
def turn(host: str, spacing: float) -> Iterator[None]:
    """Wait until a request may leave for ``host``, and keep all others waiting until it has."""
    with _locked(host) as file:
        last, held = _read(file)
        now = time.time()
        due = max(last + spacing, held)
        # A clock that was set back must not stop us for longer than a server could.
        time.sleep(min(max(due - now, 0.0), max(spacing, held - now, 0.0), LONGEST_WAIT))
        try:
            yield
        finally:
            _write(file, time.time(), held)


def hold(host: str, seconds: float) -> None:
    """Nobody is to send to ``host`` for so long: it has asked one of us to wait."""
    with _locked(host) as file:
        last, held = _read(file)
        _write(file, last, max(held, time.time() + min(seconds, LONGEST_WAIT)))


def folder() -> Path:
    """Where the files lie: the user's cache, which a login session and a cron job share."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "perennial" / "pace"


@contextmanager
def _locked(host: str) -> Iterator[IO[str]]:
    digest = hashlib.sha256(host.encode()).hexdigest()[:8]
    path = folder() / f"{re.sub('[^A-Za-z0-9.-]', '_', host)[:80]}-{digest}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise InputError(
            f"the request rate cannot be shared with other processes: {error.strerror}",
            Place(str(path)),
            "set XDG_CACHE_HOME to a folder that can be written",
        ) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _read(file: IO[str]) -> tuple[float, float]:
    """The last departure and the time until which to hold; a damaged file counts as just used."""
    file.seek(0)
    text = file.read(100)
    try:
        last, held = map(float, text.split())
    except ValueError:
        return (time.time() if text else 0.0), 0.0
    return last, held


def _write(file: IO[str], last: float, held: float) -> None:
    file.seek(0)
    file.truncate()
    file.write(f"{last:.6f} {held:.6f}")
    file.flush()
