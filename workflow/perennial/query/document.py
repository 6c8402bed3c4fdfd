"""A record made ready for queries: its fields folded and cut into words when first asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import nupunkt

from perennial.query.words import fold, key
from perennial.record import Author, Record

if TYPE_CHECKING:
    from perennial.query.compile import Query
    from perennial.query.mesh import Mesh


class Span(NamedTuple):
    """Words that satisfied a query: ``getattr(record, field)[start:end] == text``.

    For list-valued fields ``start`` and ``end`` are 0 and ``text`` is the element that
    matched: a keyword, a heading's descriptor, a qualifier, an author as ``Family AB``.
    """

    field: str
    start: int
    end: int
    text: str


# What ``Span`` does itself, in a third of the time: most of what a match costs.
_made: Callable[[tuple[str, int, int, str]], Span] = partial(tuple.__new__, Span)
# A span, and the places of its first and last word in the field, counted from 0; both are 0
# for what was not found word by word.
Hit: TypeAlias = tuple[Span, int, int]


class Unit:
    """A stretch of text within which words can stand side by side: a field, or one element."""

    __slots__ = ("_folded", "field", "listed", "text", "words")

    def __init__(self, field: str, text: str, listed: bool) -> None:
        self.field, self.text, self.listed = field, text, listed
        self._folded = fold(text)
        self.words = self._folded.text.split()

    def hits(self, places: Sequence[int]) -> Iterator[tuple[int, int, Hit]]:
        """The words at ``places``, each with its place and its offset in the folded text.

        ``places`` ascend and hold every occurrence of each of their words: so the next
        occurrence in the text is the one that is meant.
        """
        padded, start = f" {self._folded.text} ", 0
        for place in places:
            word = self.words[place]
            start = padded.index(f" {word} ", start)
            end = start + len(word)
            yield place, start, (self._span(start, end), place, place)
            start = end + 1

    def hit(self, first: int, last: int, start: int) -> Hit:
        """The words from the first to the last place, both included, the first at ``start``."""
        end = start + len(self.words[first])
        for word in self.words[first + 1 : last + 1]:
            end = self._folded.text.index(word, end) + len(word)
        return self._span(start, end), first, last

    def _span(self, start: int, end: int) -> Span:
        """The span of ``start`` to ``end`` in the folded text."""
        if self.listed:
            return _made((self.field, 0, 0, self.text))
        if self._folded.at:
            start, end = self._folded.stretch(start, end)
        return _made((self.field, start, end, self.text[start:end]))


class Document:
    """A record, and what has been read of it so far. Build it with ``of``."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.blocks: dict[Mesh | None, dict[Query, list[Hit] | None]] = {}
        self._units: dict[str, tuple[Unit, ...]] = {}
        self._values: dict[str, dict[str, list[Span]]] = {}
        self._sentences: dict[str, list[int]] = {}

    @classmethod
    def of(cls, record: Record) -> Document:
        """The document of ``record``; use it again for every query asked of the record."""
        return cls(record)

    def units(self, field: str) -> tuple[Unit, ...]:
        """What of a field is cut into words: its text, or each of its elements."""
        if field not in self._units:
            listed = not isinstance(getattr(self.record, field), str)
            texts = _elements(self.record, field)
            self._units[field] = tuple([Unit(field, text, listed) for text in texts if text])
        return self._units[field]

    @cached_property
    def headings(self) -> dict[str, list[int]]:
        """Folded descriptor → the positions in ``record.headings`` where it stands."""
        found: dict[str, list[int]] = {}
        for position, heading in enumerate(self.record.headings):
            found.setdefault(key(heading.descriptor), []).append(position)
        return found

    def values(self, field: str) -> dict[str, list[Span]]:
        """The whole values of a field, folded, each with its spans; two if read two ways."""
        if field not in self._values:
            values = self._values[field] = {}
            for span in _spans(self.record, field):
                for reading in _readings(field, span.text):
                    values.setdefault(key(reading), []).append(span)
        return self._values[field]

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
    value: str | tuple[str, ...] = getattr(record, field)
    return (value,) if isinstance(value, str) else value


def _qualifiers(record: Record) -> Iterable[str]:
    # A dict keeps the order and drops what is repeated.
    return dict.fromkeys(q for heading in record.headings for q in heading.qualifiers)


def _spans(record: Record, field: str) -> Iterator[Span]:
    if field == "qualifiers":
        yield from (Span("headings", 0, 0, qualifier) for qualifier in _qualifiers(record))
        return
    value = getattr(record, field)
    if isinstance(value, str):
        yield from [Span(field, 0, len(value), value)] if value else []
    else:
        yield from (Span(field, 0, 0, text) for text in value)


def _readings(field: str, text: str) -> tuple[str, ...]:
    """The ways to ask for a value: an accession without its databank, a first page."""
    if field == "databanks" and "/" in text:
        return text, text.split("/", 1)[1]
    if field == "pages" and "-" in text:
        return text, text.split("-", 1)[0]
    return (text,)
