"""Mirror: the files of the baseline, copied from a server; what is held is not copied again.

A file takes its own name once its bytes have the MD5 that its sidecar tells and are on disk, and
its sidecar is written last: so what has a sidecar is whole, and a killed run is gone on with.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

from perennial.baseline.files import PARTS, in_order, md5_of, numbered
from perennial.baseline.settings import BASELINE
from perennial.entrez import persistently
from perennial.entrez.faults import Fault, refused
from perennial.entrez.origin import Source, check_url
from perennial.entrez.transport import READ, opener
from perennial.errors import Place, SourceError
from perennial.lock import locked
from perennial.tables import replacing, write_whole

LONGEST = 3_600.0  # seconds for one file: some 20 to 80 MB, over a slow line
PATIENCE = 600.0  # seconds to wait for another process that copies the same
LARGEST = 500_000_000  # bytes of one packed file; the largest of 2026 have some 80 MB
_INDEX = 10_000_000  # bytes of an index page; NLM's of 1,300 files has 400 kB
_SIDECAR = 1_024
_PIECE = 2**18
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_LINK = re.compile(
    rb"""href\s*=\s*["']?(?:[^"'>\s]*/)?(pubmed\d\dn\d{4,5}\.xml\.gz)(\.md5)?["'>\s]""", re.I
)

log = logging.getLogger(__name__)


def mirror(url: str, folder: Path, place: Place | None = None) -> Path:
    """Copy what ``baseline/`` and ``updatefiles/`` below ``url`` list into ``folder``.

    Each year's files are kept in a folder of their own, which is returned. Raises InputError for
    an address or a list that cannot be right (as ``files.listed``), SourceError where the server
    fails for longer than transient faults last.
    """
    check_url(url, place or Place())
    source = Source(BASELINE, url)
    there = _listed(source)
    target = folder / f"pubmed{numbered(next(iter(there)))[0]}"
    target.mkdir(parents=True, exist_ok=True)
    with locked(target / ".lock", PATIENCE):
        for torn in target.glob(".pubmed*"):
            torn.unlink()
        missing = [name for name in there if not _held(target / name)]
        for number, name in enumerate(missing, start=1):
            size = _copied(source, there[name], target / name)
            log.info("%s: %.1f MB, file %d of %d", name, size / 1e6, number, len(missing))
    return target


def _listed(source: Source) -> Mapping[str, str]:
    """The address of each file by its name, in their order."""
    found: dict[str, str] = {}
    for part in PARTS:
        address = f"{source.url}{part}/"
        page = _read(source, address, _INDEX)
        links = [(match[1].decode(), bool(match[2])) for match in _LINK.finditer(page)]
        names = {name for name, is_sidecar in links if not is_sidecar}
        if alone := sorted(names - {name for name, is_sidecar in links if is_sidecar}):
            raise SourceError(f"{alone[0]} has no .md5 beside it", Place(address))
        if twice := sorted(names & found.keys()):
            raise SourceError(f"{twice[0]} is in both folders", Place(address))
        found.update({name: f"{address}{name}" for name in names})
    if not found:
        raise SourceError("the server lists no file of the baseline", Place(source.url))
    in_order(list(found), source.url)
    return {name: found[name] for name in sorted(found, key=lambda name: numbered(name)[1])}


def _held(path: Path) -> bool:
    return path.exists() and _sidecar(path).exists()


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.md5")


def _copied(source: Source, address: str, path: Path) -> int:
    """Copy one file and its sidecar; returns its size."""
    said = _read(source, f"{address}.md5", _SIDECAR)
    md5 = md5_of(said.decode("ascii", "replace"), path.name, f"{address}.md5")
    size = persistently(lambda: _download(source, address, path, md5), source, path.name)
    write_whole(_sidecar(path), said)
    return size


def _read(source: Source, address: str, most: int) -> bytes:
    """A small answer, whole."""

    def attempt() -> bytes:
        return b"".join(_pieces(source, address, most))

    return persistently(attempt, source, address)


def _download(source: Source, address: str, path: Path, md5: str) -> int:
    """Write the file whole, or not at all; returns its size."""
    sum_, size = hashlib.md5(usedforsecurity=False), 0
    try:
        with replacing(path) as file:
            for piece in _pieces(source, address, LARGEST):
                sum_.update(piece)
                size += file.write(piece)
            if sum_.hexdigest() != md5:
                raise Fault(f"its MD5 is {sum_.hexdigest()}, and its sidecar says {md5}")
    except OSError as error:
        if error.errno in _FULL:
            raise Fault(f"it cannot be written: {error.strerror}", final=True) from None
        raise
    return size


def _pieces(source: Source, address: str, most: int) -> Iterator[bytes]:
    """The bytes at an address as they lie there, in a bounded time and number."""
    request = Request(address, headers={"Accept-Encoding": "identity"})  # noqa: S310 - checked
    end, size = time.monotonic() + LONGEST, 0
    try:
        with opener(source).open(request, timeout=READ) as response:
            if response.status != 200:
                raise refused(response.status, response.headers, b"")
            while piece := response.read1(_PIECE):
                size += len(piece)
                if size > most:
                    raise Fault(f"more than {most:,} bytes", final=True)
                if time.monotonic() > end:
                    raise Fault(f"not complete after {LONGEST:.0f} seconds")
                yield piece
            announced = (response.headers.get("Content-Length") or "").strip()
            if announced.isdecimal() and int(announced) != size:
                raise Fault(f"ends after {size:,} of {int(announced):,} bytes")
    except HTTPError as error:
        with error:
            raise refused(error.code, error.headers, b"") from None
