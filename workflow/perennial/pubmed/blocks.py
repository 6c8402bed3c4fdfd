"""A large file as a row of small documents, each with a few of its articles.

A set is cut behind an article. A piece that is printed as usual is read from its text. Any other is
put between the file's own beginning (declaration, document type, the root's start tag) and an end
tag: a whole document of the same kind, whose tree is made with all that is refused there. What is
well-formed piece by piece is well-formed as a whole. What looks like the end of an article and is
none, in a comment or CDATA section, leaves a piece that is no document: it is read together with
what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from lxml import etree

from perennial.errors import InputError, Place
from perennial.pubmed import printed, signs
from perennial.record import Record
from perennial.text import read_xml

SIZE = 2**16  # bytes: some eight articles. What is made of larger blocks leaves the cache
_PATIENCE = 2**25  # bytes; more than two of the longest comments that libxml2 reads (10^7)
_BEGINNING = re.compile(rb"<(PubmedArticleSet|PubmedBookArticleSet)(?:\s[^<>]*)?>")
_ENDS = (b"</PubmedArticle>", b"</PubmedBookArticle>")
_BLANKS = b" \t\r\n"
_LINE_SAID = re.compile(r"(?<!ArticleSet line )(?<=\bline )\d+")  # the root stands before them all


@dataclass(frozen=True, slots=True)
class Tree:
    """Some of a file's articles, as a document of their own."""

    root: etree._Element
    line: int  # to be added to the lines of ``root``, so that they are the file's


Block: TypeAlias = tuple[Record, ...] | Tree


class _Frame(NamedTuple):
    """What stands before all articles of a file, and what ends it."""

    before: bytes
    after: bytes
    usual: bool  # in UTF-8, without declarations of its own that tell what the articles hold


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
        xml, start = _begun(b"".join(held), start, file)
        held, wanted = [xml], 2 * len(xml)
        if found := _first(xml, start, file):
            block, start, rest = found
            held, wanted = [rest], size
            yield block
    xml, start = _begun(b"".join(held), start, file)
    end = start.frame.after if start.frame else b""
    articles = xml.rstrip(_BLANKS).removesuffix(end)
    yield _read(articles, start, xml[len(articles) :], file)


def _begun(xml: bytes, start: _Start, file: str) -> tuple[bytes, _Start]:
    """What stands behind the frame, as soon as that is known."""
    frame = None if start.frame else _frame(xml, file)
    if frame is None:
        return xml, start
    return xml[len(frame.before) :], _behind(frame.before, _Start(frame))


def _first(xml: bytes, start: _Start, file: str) -> tuple[Block, _Start, bytes] | None:
    """The articles that are whole, and where the rest begins; None if more must be known."""
    cut = _last_end(xml)
    if start.frame is None or not cut:
        return None
    articles = xml[:cut]
    try:
        block = _read(articles, start, start.frame.after, file)
    except InputError:
        if len(xml) < _PATIENCE:
            return None
        raise
    return block, _behind(articles, start), xml[cut:]


def _frame(xml: bytes, file: str) -> _Frame | None:
    found = _BEGINNING.search(xml)
    if found is None:
        return None
    before, after = xml[: found.end()], b"</" + found[1] + b">"
    try:
        root = read_xml(before + after, file)
    except InputError:
        return None  # what was found stands in a comment, or the whole will say what is wrong
    encoding = root.getroottree().docinfo.encoding or "utf-8"
    usual = encoding.lower() == "utf-8" and b"[" not in before
    return None if len(root) or root.text else _Frame(before, after, usual)


def _last_end(xml: bytes) -> int:
    """Where the last article ends, 0 if none does."""
    return next((at + len(end) for end in _ENDS if (at := xml.rfind(end)) >= 0), 0)


def _behind(xml: bytes, start: _Start) -> _Start:
    lines = signs.lines(xml)
    last = len(xml[xml.rfind(b"\n") + 1 :].decode(errors="ignore"))
    return replace(start, line=start.line + lines, column=last if lines else start.column + last)


def _read(articles: bytes, start: _Start, after: bytes, file: str) -> Block:
    frame = start.frame
    if frame and frame.usual and after.strip(_BLANKS) == frame.after:
        records = printed.articles(articles)
        if records is not None:
            return records
    try:
        root = read_xml(start.before + articles + after, file)
    except InputError as error:
        raise _moved(error, start) from error
    return Tree(root, start.line - start.before.count(b"\n"))


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
