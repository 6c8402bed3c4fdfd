"""Files that other databases exported: their text, or a complaint with the line."""

from __future__ import annotations

import codecs
from pathlib import Path

from perennial.errors import InputError, Place

LARGEST = 200_000_000  # bytes; 50,000 references with abstracts are about half of it
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def content(path: Path) -> bytes:
    """The bytes of ``path``; InputError if it is missing, empty or beyond all measure."""
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Place(str(path))) from None
    if size > LARGEST:
        raise InputError(f"larger than {LARGEST:,} bytes", Place(str(path)), "export in parts")
    if not body.strip():
        raise InputError("the file is empty", Place(str(path)), "export it again")
    return body


def text(body: bytes, file: str, encoding: str = "") -> str:
    """The text of an export, UTF-8 unless it is marked or said to be otherwise.

    Raises InputError with the line at which the encoding does not fit, or for a NUL, which
    stands in no export but one that was read in the wrong encoding.
    """
    chosen = encoding or next((name for mark, name in _MARKS if body.startswith(mark)), "utf-8")
    try:
        read = body.decode(chosen)
    except UnicodeDecodeError as error:
        place = Place(file, body[: error.start].count(b"\n") + 1)
        hint = "save it as UTF-8, or set encoding: (often cp1252) for this import"
        raise InputError(f"not {chosen} text", place, hint) from None
    except LookupError:
        raise InputError(f"{chosen!r} is not an encoding", Place(file), "e.g. cp1252") from None
    if "\0" in read:
        line = read[: read.index("\0")].count("\n") + 1
        raise InputError("a NUL character: the encoding is not right", Place(file, line))
    return read.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
