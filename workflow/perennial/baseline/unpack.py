"""Unpack: a file of the baseline in blocks of whole records, its MD5 taken on the way."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isal import igzip, isal_zlib

from perennial.baseline.files import File
from perennial.errors import InputError, Place

BLOCK = 2**19  # bytes; what has just been unpacked is still in the cache when it is read
LONGEST = 64 * 2**20  # bytes of one record; the longest of PubMed have some 5 MB of authors
LARGEST = 2**30  # bytes unpacked; a file of 30,000 records takes about 240 MB (2026)
_TAG, _KINDS = b"</Pubmed", (b"Article>", b"BookArticle>")
_END = b"</PubmedArticleSet>"
_ENCODING = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_UTF_8 = (b"utf-8", b"utf8", b"us-ascii")
_UNPACKING: Any = igzip.GzipFile  # which has no types
_DAMAGED: tuple[Any, ...] = (OSError, EOFError, isal_zlib.error)
_AGAIN = "fetch the file and its .md5 again"


def blocks(file: File, size: int = BLOCK) -> Iterator[bytes]:
    """The text of ``file`` (UTF-8) in blocks; joined, they are all of it.

    Each ends behind the last record that is whole; what stands before the first record comes
    with the first block, what follows the last (DeleteCitation) with the last. A block has some
    ``size`` bytes at most, or one longer record; the last may be the tail alone. The compressed
    bytes are read once, into one buffer: memory is bounded by ``size`` and one record.

    Raises InputError if the MD5 is not that of the sidecar, if the file is cut short, damaged,
    or goes on behind its end, and if the text is not UTF-8 or not a whole PubmedArticleSet.
    **That shows only at the end: keep nothing of a file until its blocks are exhausted.**
    """
    buffer, kept, total = bytearray(2 * size), 0, 0
    with Path(file.path).open("rb", buffering=0) as packed:
        read = _Hashed(packed)
        with _UNPACKING(fileobj=read) as unpacking:
            while count := _more(unpacking, memoryview(buffer)[kept : kept + size], file):
                if not total:
                    _check_encoding(file, bytes(buffer[:1000]))
                total, end = total + count, kept + count
                if total > LARGEST:
                    raise _refused(file, f"unpacks to more than {LARGEST:,} bytes")
                cut = _last_end(buffer, max(0, kept - len(_END)), end)
                if cut:
                    yield bytes(memoryview(buffer)[:cut])
                kept = end - cut
                buffer = _moved(buffer, cut, end, size, file)
    tail = bytes(buffer[:kept])
    if not tail.rstrip().endswith(_END):
        raise _refused(file, f"does not end with {_END.decode()}")
    _compare(read.md5.hexdigest(), file)
    yield tail


def check_md5(file: File) -> None:
    """Raise InputError unless the packed bytes are those that the sidecar tells of."""
    with Path(file.path).open("rb") as packed:
        _compare(hashlib.file_digest(packed, "md5").hexdigest(), file)


def _compare(md5: str, file: File) -> None:
    if md5 != file.md5:
        raise _refused(file, f"its MD5 is {md5}, and its sidecar says {file.md5}")


class _Hashed(io.RawIOBase):
    """A file read once, for its bytes and for their MD5."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.md5 = hashlib.md5(usedforsecurity=False)

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        count = self._file.readinto(room)
        self.md5.update(memoryview(room)[:count])
        return count


def _more(unpacking: Any, room: memoryview, file: File) -> int:
    try:
        return int(unpacking.readinto(room))
    except EOFError:
        raise _refused(file, "is cut short") from None
    except _DAMAGED as error:
        raise _refused(file, f"cannot be unpacked: {error}") from None


def _moved(buffer: bytearray, cut: int, end: int, size: int, file: File) -> bytearray:
    """What is left behind ``cut`` at the beginning of the buffer, or of a larger one."""
    rest = buffer[cut:end]
    if len(rest) > LONGEST:
        raise _refused(file, f"holds a record of more than {LONGEST:,} bytes")
    if len(rest) + size > len(buffer):
        return rest + bytes(len(rest) + 2 * size)
    buffer[: len(rest)] = rest
    return buffer


def _last_end(block: bytearray, start: int, end: int) -> int:
    """The offset behind the last record that ends in ``block[start:end]``, 0 for none.

    No other text can look like the end of a record, since XML writes < otherwise.
    """
    at = block.rfind(_TAG, start, end)
    while at >= 0:
        if block.startswith(_KINDS, at + len(_TAG)):
            close = block.find(b">", at, end)
            if close >= 0:
                return close + 1
        at = block.rfind(_TAG, start, at)
    return 0


def _check_encoding(file: File, block: bytes) -> None:
    declared = _ENCODING.match(block)
    if declared and declared[1].lower() not in _UTF_8:
        raise _refused(file, f"is in {declared[1].decode('ascii', 'replace')}, not in UTF-8")


def _refused(file: File, reason: str) -> InputError:
    return InputError(reason, Place(file.path), _AGAIN)
