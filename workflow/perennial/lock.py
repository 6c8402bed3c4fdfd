"""One writer at a time: an advisory lock on a file, which the kernel drops with its holder."""

from __future__ import annotations

import fcntl
import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_fixed
from tenacity.stop import stop_after_delay

from perennial.errors import InputError, Place

log = logging.getLogger(__name__)


@contextmanager
def locked(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock on ``path`` meanwhile; InputError naming the holder after ``wait`` seconds.

    The lock is ``flock``'s: a killed holder holds it no more. OSError if ``path`` cannot be
    opened for writing.
    """
    with path.open("a+", encoding="utf-8") as file:
        _acquire(file, path, wait)
        file.truncate(0)
        file.write(_who())
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _acquire(file: IO[str], path: Path, wait: float) -> None:
    def waiting(state: RetryCallState) -> None:
        if state.attempt_number == 1:
            log.info("waiting for %s, who is writing to %s", _holder(path), path.parent)

    retrying = Retrying(
        retry=retry_if_exception_type(BlockingIOError),
        stop=stop_after_delay(wait),
        wait=wait_fixed(0.1),
        before_sleep=waiting,
        reraise=True,
    )
    try:
        retrying(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"{_holder(path)} has been writing to {path.parent} for more than {wait:g} s"
        raise InputError(message, Place(str(path)), "wait for it to end, then run again") from None


def _who() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    return f"process {os.getpid()} on {platform.node()} ({command})"


def _holder(path: Path) -> str:
    return path.read_text("utf-8") or "another process"
