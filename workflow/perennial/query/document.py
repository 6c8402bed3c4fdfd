"""A record made ready for queries: its fields folded and cut into words when first asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

import nupunkt

from perennial.query.words import fold, key
from perennial.record import Author, Record


class Span(NamedTuple):
    """Words that satisfied a query: ``getattr(record, field)[start:end] == text``.

    For list-valued fields ``start`` and ``end`` are 0 and ``text`` is the element that
    matched: a keyword, a heading's descriptor, a qualifier, an author as ``Family AB``.
    """

    field: str
    start: int
    end: int
    text: str


_LONGEST_KNOWN = 100  # characters; nearly all keywords are shorter
# What ``Span`` does itself, in a third of the time: most of what a match costs.
_made: Callable[[tuple[str, int, int, str]], Span] = partial(tuple.__new__, Span)


class Unit:
    """A stretch of text within which words can stand side by side: a field, or one element.

    ``folded`` is the text folded, a blank before and behind it.
    """

    __slots__ = ("_folded", "field", "folded", "listed", "text")

    def __init__(self, field: str, text: str, listed: bool) -> None:
        self.field, self.text, self.listed = field, text, listed
        self._folded = fold(text)
        self.folded = f" {self._folded.text} "

    def span(self, start: int, end: int) -> Span:
        """The span of ``folded[start + 1:end + 1]``."""
        if self.listed:
            return _made((self.field, 0, 0, self.text))
        if self._folded.at:
            start, end = self._folded.stretch(start, end)
        return _made((self.field, start, end, self.text[start:end]))


@lru_cache(maxsize=5_000)
def _known(field: str, text: str) -> Unit:
    return Unit(field, text, True)


def _element(field: str, text: str) -> Unit:
    """An element of a list: keywords and headings come again and again."""
    return _known(field, text) if len(text) <= _LONGEST_KNOWN else Unit(field, text, True)


class Document:
    """A record, and what has been read of it so far. Build it with ``of``."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._units: dict[str, tuple[Unit, ...]] = {}
        self._sentences: dict[str, list[int]] = {}

    @classmethod
    def of(cls, record: Record) -> Document:
        """The document of ``record``; use it again for every query asked of the record."""
        return cls(record)

    def units(self, field: str) -> tuple[Unit, ...]:
        """What of a field is cut into words: its text, or each of its elements."""
        found = self._units.get(field)
        if found is None:
            value = getattr(self.record, field)
            if isinstance(value, str):
                found = (Unit(field, value, False),) if value else ()
            else:
                found = tuple([_element(field, text) for text in _elements(self.record, field)])
            self._units[field] = found
        return found

    @cached_property
    def headings(self) -> dict[str, list[int]]:
        """Folded descriptor → the positions in ``record.headings`` where it stands."""
        found: dict[str, list[int]] = {}
        for position, heading in enumerate(self.record.headings):
            found.setdefault(key(heading.descriptor), []).append(position)
        return found

    def sentence(self, field: str, offset: int) -> int:
        """The number of the sentence of a text field that holds ``offset``."""
        if field not in self._sentences:
            bounds = nupunkt.sent_spans(getattr(self.record, field))
            self._sentences[field] = [start for start, _ in bounds]
        return bisect_right(self._sentences[field], offset)


def display(author: Author) -> str:
    """An author as PubMed prints one: ``Family AB Jr``, or the group's name."""
    return author.collective or " ".join(
        part for part in (author.family, author.initials, author.suffix) if part
    )


def _elements(record: Record, field: str) -> Iterable[str]:
    match field:
        case "headings":
            return (*(heading.descriptor for heading in record.headings), *_qualifiers(record))
        case "authors":
            return map(display, record.authors)
    elements: tuple[str, ...] = getattr(record, field)
    return elements


def _qualifiers(record: Record) -> Iterable[str]:
    # A dict keeps the order and drops what is repeated.
    return dict.fromkeys(q for heading in record.headings for q in heading.qualifiers)


def values(record: Record, field: str) -> Iterable[str]:
    """The whole values of a field; ``qualifiers`` are those of the headings."""
    if field == "qualifiers":
        return _qualifiers(record)
    value: str | tuple[str, ...] = getattr(record, field)
    return value if not isinstance(value, str) else (value,) if value else ()


def whole(record: Record, field: str, text: str) -> Span:
    """The span of a whole value."""
    if field == "qualifiers":
        return Span("headings", 0, 0, text)
    return Span(field, 0, len(text) if isinstance(getattr(record, field), str) else 0, text)


@lru_cache(maxsize=10_000)  # publication types, languages, journals come again and again
def readings(field: str, text: str) -> tuple[str, ...]:
    """The ways to ask for a value, folded: an accession without its databank, a first page."""
    if field == "databanks" and "/" in text:
        return key(text), key(text.split("/", 1)[1])
    if field == "pages" and "-" in text:
        return key(text), key(text.split("-", 1)[0])
    return (key(text),)
