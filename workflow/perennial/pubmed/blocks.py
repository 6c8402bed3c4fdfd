"""A large file as a row of small documents, each with a few of its articles.

A set is cut behind an article, and each piece is put between the file's own beginning
(declaration, document type, the root's start tag) and an end tag. So every piece is a whole
document of the same kind, read by the one reader with all that it refuses; and what is
well-formed piece by piece is well-formed as a whole. What looks like the end of an article and
is none, in a comment or CDATA section, leaves a piece that is no document: it is read together
with what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from lxml import etree

from perennial.errors import InputError, Place
from perennial.text import read_xml

SIZE = 2**18  # bytes: some 30 articles. Larger blocks leave the processor's cache
_PATIENCE = 2**25  # bytes; more than two of the longest comments that libxml2 reads (10^7)
_BEGINNING = re.compile(rb"<(PubmedArticleSet|PubmedBookArticleSet)(?:\s[^<>]*)?>")
_ENDS = (b"</PubmedArticle>", b"</PubmedBookArticle>")
_LINE_SAID = re.compile(r"(?<!ArticleSet line )(?<=\bline )\d+")  # the root stands before them all


class Block(NamedTuple):
    """Some of a file's articles, as a document of their own."""

    root: etree._Element
    line: int  # to be added to the lines of ``root``, so that they are the file's


class _Frame(NamedTuple):
    """What stands before all articles of a file, and what ends it."""

    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a block begins: behind so many lines, so many characters into its line."""

    frame: _Frame | None = None  # none at the start of the file, which has its own beginning
    line: int = 0
    column: int = 0

    @property
    def before(self) -> bytes:
        return self.frame.before if self.frame else b""


def documents(chunks: Iterable[bytes], file: str = "", size: int = SIZE) -> Iterator[Block]:
    """Read the file that comes in ``chunks``; raises ``InputError`` as ``read_xml`` does.

    Blocks have at least ``size`` bytes, but for the last. What cannot be cut is one block:
    a bare article, UTF-16, another root.
    """
    start, held, wanted = _Start(), [b""], size
    for chunk in chunks:
        held.append(chunk)
        if sum(map(len, held)) < wanted:
            continue
        xml = b"".join(held)
        held, wanted = [xml], 2 * len(xml)
        if found := _first(xml, start, file):
            block, start, rest = found
            held, wanted = [rest], size
            yield block
    yield _read(b"".join(held), start, b"", file)


def _first(xml: bytes, start: _Start, file: str) -> tuple[Block, _Start, bytes] | None:
    """The articles that are whole, and where the rest begins; None if more must be known."""
    frame = start.frame or _frame(xml, file)
    cut = _last_end(xml)
    if frame is None or not cut:
        return None
    try:
        block = _read(xml[:cut], start, frame.after, file)
    except InputError:
        if len(xml) < _PATIENCE:
            return None
        raise
    return block, _behind(xml[:cut], start, frame), xml[cut:]


def _frame(xml: bytes, file: str) -> _Frame | None:
    found = _BEGINNING.search(xml)
    if found is None:
        return None
    frame = _Frame(xml[: found.end()], b"</" + found[1] + b">")
    try:
        root = read_xml(frame.before + frame.after, file)
    except InputError:
        return None  # what was found stands in a comment, or the whole will say what is wrong
    return None if len(root) or root.text else frame


def _last_end(xml: bytes) -> int:
    """Where the last article ends, 0 if none does."""
    return next((at + len(end) for end in _ENDS if (at := xml.rfind(end)) >= 0), 0)


def _behind(xml: bytes, start: _Start, frame: _Frame) -> _Start:
    lines, last = xml.count(b"\n"), len(xml[xml.rfind(b"\n") + 1 :].decode(errors="ignore"))
    return _Start(frame, start.line + lines, last if lines else start.column + last)


def _read(xml: bytes, start: _Start, after: bytes, file: str) -> Block:
    head = start.before.count(b"\n")
    try:
        return Block(read_xml(start.before + xml + after, file), start.line - head)
    except InputError as error:
        raise _moved(error, start) from error


def _moved(error: InputError, start: _Start) -> InputError:
    """The same error with its place in the file instead of its place in the block."""
    first, lines = start.before.count(b"\n") + 1, start.line - start.before.count(b"\n")
    place = error.place
    if place.line == first and place.column:
        indent = len(start.before) - start.before.rfind(b"\n") - 1
        place = replace(place, column=place.column + start.column - indent)
    if place.line >= first:
        place = replace(place, line=place.line + lines)
    message = _LINE_SAID.sub(lambda said: _line(int(said[0]), first, lines), error.message)
    return InputError(message, Place(place.file, place.line, place.column), error.hint)


def _line(line: int, first: int, moved: int) -> str:
    return str(line + moved if line >= first else line)
