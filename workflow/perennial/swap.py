"""A file replaced only while it holds what was expected, whoever else may be writing it.

Perennial's own writers take turns by a lock; a text editor knows no lock. It may save between our
look and our rename, and a plain rename would wipe out what it saved. So the two files change
places in one step of the kernel, and what came out is looked at:

* an editor that saves by rename: its file came out, is not what was expected, and goes back;
* one that truncates the file and writes into it: whoever still has the file open for writing is
  found by a lease, which the kernel grants only if there is nobody; then the file goes back too,
  and the editor writes on where it had begun.

Whatever was saved last thus stands in the end, and what did not stand was never acknowledged.
Two editors that both save within the microseconds of one exchange can still overwrite one another,
as they do without us.

Where a file system cannot exchange, the present file is linked aside and looked at again after a
rename: an editor that saves by rename in the microseconds between the two is then overwritten; one
that writes in place is not. Without leases (elsewhere than on Linux) one that keeps the
file open, unchanged as yet, is not seen.

A crash leaves at most ``.NAME.aside`` with the text that was not kept, or the one that was
replaced; the next writer clears it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import time
from hashlib import sha256
from pathlib import Path

from perennial.tables import see_to_disk

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h; renameat2(2)
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)
_MODE = 0o644  # of a file that is begun
_WRITING = 2.0  # seconds that somebody may take to write into a file; editors take milliseconds
_LOOK = 0.02  # seconds between two looks
_LIBC = ctypes.CDLL(None, use_errno=True)


def digest_of(text: bytes) -> str:
    """SHA-256 in hex."""
    return sha256(text).hexdigest()


def held(path: Path) -> bytes:
    """What a file holds, nothing if it is missing; OSError if it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def settle(path: Path) -> None:
    """Wait until nobody writes into the file any more, ``_WRITING`` at most."""
    until = time.monotonic() + _WRITING
    while written_to(path) and time.monotonic() < until:
        time.sleep(_LOOK)


def swap(target: Path, digest: str, text: bytes) -> bool:
    """Replace ``target`` (no symbolic link) if what it holds has SHA-256 ``digest``.

    True: ``text`` is on disk, whole, with the mode the file had. False: nothing was changed. A
    missing file holds nothing. The caller has the lock of our own writers. Raises OSError.
    """
    if digest_of(held(target)) != digest or written_to(target):
        return False
    aside = target.with_name(f".{target.name}.aside")
    try:
        _write(aside, text, target.stat().st_mode & 0o777 if target.exists() else _MODE)
        done = _exchanged(aside, target, digest) if target.exists() else _begun(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    see_to_disk(target.parent)
    return done


def _write(aside: Path, text: bytes, mode: int) -> None:
    aside.unlink(missing_ok=True)  # a crash's
    with aside.open("xb") as file:
        file.write(text)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _begun(aside: Path, target: Path) -> bool:
    """Give a file its name if nobody has begun it meanwhile."""
    try:
        os.link(aside, target)
    except FileExistsError:
        return False
    return True


def _exchanged(aside: Path, target: Path, digest: str) -> bool:
    """Whether what came out of ``target`` was as expected; else it is there again.

    What goes back may in turn push out something newer, which then goes back: each round needs
    one more save by somebody else within microseconds.
    """
    expected, rounds = digest, 0
    while True:
        going_in = digest_of(held(aside))
        if not _exchange(aside, target):
            return _renamed(aside, target, digest)
        if digest_of(held(aside)) == expected and not written_to(aside):
            return rounds == 0
        expected, rounds = going_in, rounds + 1


def _exchange(one: Path, other: Path) -> bool:
    """Have two files change places at once; False if this cannot be done here."""
    try:
        call = _LIBC.renameat2
    except AttributeError:
        return False
    done = call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if done != 0 and (number := ctypes.get_errno()) not in _CANNOT:
        raise OSError(number, os.strerror(number), str(other))
    return bool(done == 0)


def _renamed(aside: Path, target: Path, digest: str) -> bool:
    """As ``_exchanged``, in two steps, where files cannot change places."""
    before = target.with_name(f".{target.name}.before")
    before.unlink(missing_ok=True)
    os.link(target, before)
    try:
        if digest_of(held(before)) != digest:
            return False
        aside.replace(target)
        if digest_of(held(before)) == digest:
            return True
        before.replace(target)
        return False
    finally:
        before.unlink(missing_ok=True)


def written_to(path: Path) -> bool:
    """Whether somebody has the file open for writing, as far as can be known here.

    A lease for reading is given only if nobody has (fcntl(2), F_SETLEASE).
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:  # missing, or told by whoever reads it
        return False
    try:
        # Whoever opens the file now would end us by SIGIO; this one is ignored.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        with contextlib.suppress(OSError):
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        os.close(file)
    return False
