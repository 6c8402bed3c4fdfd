"""Raw PubMed XML to records: a pure function, nothing lost and nothing dropped in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from isal import igzip, isal_zlib
from lxml import etree

from perennial.errors import InputError, Place
from perennial.pubmed.blocks import SIZE, Tree, documents
from perennial.pubmed.citation import ARTICLES, DELETIONS, pmid_element, record, why_refused
from perennial.pubmed.elements import every, texts
from perennial.record import Record
from perennial.text import clean, place_of, plain, read_xml

_SETS = ("PubmedArticleSet", "PubmedBookArticleSet")
_INLINE = frozenset({"b", "i", "u", "sub", "sup", "math", "DispFormula"})
_LARGEST = 2**30  # bytes unpacked; a baseline file of 30,000 records takes about 240 MB (2026)
_UNPACKED = cast("Callable[[Path], BinaryIO]", igzip.open)
_UNREADABLE = (OSError, EOFError, cast("type[Exception]", isal_zlib.error))


@dataclass(frozen=True, slots=True)
class Refusal:
    """An element that could not become a record, where it stands and why."""

    pmid: str  # "" when the record has none
    place: str  # "article 3, line 120"
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that a file, or a part of it, says; every element of it is in one of the three."""

    records: tuple[Record, ...]
    refused: tuple[Refusal, ...]
    deleted: tuple[str, ...]  # PMIDs that PubMed has withdrawn (DeleteCitation)


def parse(xml: bytes, file: str = "") -> Parsed:
    """Read a PubMed answer: a PubmedArticleSet, a book set, or one bare article.

    A PMID that occurs twice gives two records. Raises ``InputError`` for anything that is
    not whole PubMed XML: malformed, empty, HTML, an ``<ERROR>`` envelope, another root.
    An empty set is valid and gives an empty ``Parsed``.
    """
    return _whole(_parts((xml[at : at + SIZE] for at in range(0, len(xml), SIZE)), file))


def parse_file(path: str | Path) -> Parsed:
    """Read a ``.xml`` or ``.xml.gz`` file; raises ``InputError`` as ``parse`` does."""
    return _whole(stream(path))


def stream(path: str | Path) -> Iterator[Parsed]:
    """Read a ``.xml`` or ``.xml.gz`` file part by part, in memory that its size does not change.

    The parts, joined in their order, are what ``parse_file`` gives. Raises ``InputError`` as
    ``parse`` does, but where the reading has come to it: until the last part is read, it is not
    certain that the file is whole.
    """
    yield from _parts(_chunks(Path(path)), str(path))


def _whole(parts: Iterable[Parsed]) -> Parsed:
    known, join = list(parts), chain.from_iterable
    return Parsed(
        records=tuple(join(part.records for part in known)),
        refused=tuple(join(part.refused for part in known)),
        deleted=tuple(join(part.deleted for part in known)),
    )


def _parts(chunks: Iterable[bytes], file: str) -> Iterator[Parsed]:
    before = 0
    for block in documents(chunks, file):
        if isinstance(block, Tree):
            elements = _elements(block.root, file)
            yield _parsed(elements, before, block.line)
            before += len(elements)
        else:
            yield Parsed(block, (), ())
            before += len(block)


def _parsed(elements: list[etree._Element], before: int, line: int) -> Parsed:
    """What ``elements`` say; so many elements and lines of the file are before them."""
    records: list[Record] = []
    refused: list[Refusal] = []
    deleted: list[str] = []
    for number, element in enumerate(elements, start=before + 1):
        if reason := why_refused(element):
            refused.append(_refusal(element, reason, number, line))
        elif element.tag in DELETIONS:
            deleted += texts(every((element,), "PMID"))
        else:
            records.append(record(element))
    return Parsed(tuple(records), tuple(refused), tuple(deleted))


def article(raw: bytes, file: str = "") -> Record | Refusal:
    """Read one PubmedArticle or PubmedBookArticle as it stands in a file, from its first ``<``
    to its last ``>``, in UTF-8.

    Gives what ``parse`` of the file would give for it, but that lines are counted within
    ``raw``. Raises ``InputError`` as ``parse`` does, and for bytes that are not one article.
    """
    element = read_xml(raw, file)
    if element.tag not in ARTICLES:
        raise InputError(f"The element is {element.tag}, not one article", place_of(element, file))
    reason = why_refused(element)
    return _refusal(element, reason) if reason else record(element)


def raw_articles(xml: bytes, file: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield PMID and canonical bytes (C14N, UTF-8) of each article that ``parse`` reads.

    They come in the order of ``parse(xml).records`` and parse to the same records. Comments
    and white space between elements are left out, so that a record has the same bytes
    however the server laid it out. Raises ``InputError`` as ``parse`` does.
    """
    for element in _elements(read_xml(xml, file), file):
        if element.tag in ARTICLES and not why_refused(element):
            yield plain(pmid_element(element)), _canonical(element, file)


def _chunks(path: Path) -> Iterator[bytes]:
    packed = path.suffix == ".gz"
    size = 0
    try:
        with _UNPACKED(path) if packed else path.open("rb") as file:
            while chunk := file.read(SIZE):
                size += len(chunk)
                if packed and size > _LARGEST:
                    raise InputError(f"Unpacks to more than {_LARGEST} bytes", Place(str(path)))
                yield chunk
    except _UNREADABLE as error:
        raise InputError(f"Cannot be read: {error}", Place(str(path))) from error


def _elements(root: etree._Element, file: str) -> list[etree._Element]:
    if root.tag in ARTICLES:
        return [root]
    if root.tag not in _SETS:
        raise InputError(
            f"The root element is {root.tag}, not one of {', '.join(_SETS + ARTICLES)}",
            place_of(root, file),
            "this is not an answer of EFetch for PubMed in XML",
        )
    if stray := clean(" ".join(text for text in (root.text, *(e.tail for e in root)) if text)):
        raise InputError(f"Text between the articles: {stray[:300]}", place_of(root, file))
    return list(root)


def _refusal(element: etree._Element, reason: str, number: int = 1, line: int = 0) -> Refusal:
    place = f"article {number}, line {place_of(element).line + line}"
    return Refusal(plain(pmid_element(element)), place, reason)


def _canonical(element: etree._Element, file: str) -> bytes:
    for node in element.iter(etree.Element):
        if _is_structure(node):
            node.text = None
            for child in node:
                child.tail = None
    element.tail = None
    try:
        return etree.tostring(element, method="c14n", with_comments=False)
    except etree.LxmlError as error:
        place = place_of(element, file)
        raise InputError(f"Has no canonical form: {error}", place) from error


def _is_structure(node: etree._Element) -> bool:
    """White space in ``node`` is layout: it holds elements, none of them inline, and no text."""
    if len(node) == 0 or any(child.tag in _INLINE or "}" in child.tag for child in node):
        return False
    return not any(text and text.strip() for text in (node.text, *(c.tail for c in node)))
