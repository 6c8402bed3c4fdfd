"""A record made ready for many queries: cut into words once, each word with its places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import nupunkt

from perennial.query.words import Words, key, words
from perennial.record import Author, Record

if TYPE_CHECKING:
    from perennial.query.compile import Query
    from perennial.query.mesh import Mesh


@dataclass(frozen=True, slots=True)
class Span:
    """Words that satisfied a query: ``getattr(record, field)[start:end] == text``.

    For list-valued fields ``start`` and ``end`` are 0 and ``text`` is the element that
    matched: a keyword, a heading's descriptor, a qualifier, an author as ``Family AB``.
    """

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of text within which words can stand side by side: a field, or one element."""

    field: str
    text: str
    listed: bool
    words: Words

    def span(self, first: int, last: int) -> Span:
        """The span from the first to the last word, both included."""
        if self.listed:
            return Span(self.field, 0, 0, self.text)
        start, end = self.words.starts[first], self.words.ends[last]
        return Span(self.field, start, end, self.text[start:end])


Places = list[tuple[int, int]]  # (unit, word), both counted from 0

_RUNNING = ("title", "abstract", "vernacular_title", "journal", "journal_abbreviation", "pmid")
_LISTS = ("keywords", "substances", "publication_types")


class Document:
    """A record, its units of text, and where each word stands. Build it with ``of``."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.units = tuple(_units(record))
        self.fields = tuple([unit.field for unit in self.units])
        self.places: dict[str, Places] = {}
        for number, unit in enumerate(self.units):
            for position, form in enumerate(unit.words.forms):
                self.places.setdefault(form, []).append((number, position))
        self._values: dict[str, tuple[tuple[str, Span], ...]] = {}
        self._sentences: dict[str, list[int]] = {}
        self.blocks: dict[tuple[Query, Mesh | None], tuple[Span, ...] | None] = {}

    @classmethod
    def of(cls, record: Record) -> Document:
        """Cut ``record`` into words; reuse the document for every query asked of it."""
        return cls(record)

    @cached_property
    def vocabulary(self) -> list[str]:
        """The record's words, sorted, so that those with one beginning lie together."""
        return sorted(self.places)

    def beginning_with(self, stem: str) -> list[str]:
        """The record's words that begin with ``stem``."""
        first = bisect_left(self.vocabulary, stem)
        last = bisect_left(self.vocabulary, stem + "\U0010ffff", first)
        return self.vocabulary[first:last]

    @cached_property
    def headings(self) -> dict[str, list[int]]:
        """Folded descriptor → the positions in ``record.headings`` where it stands."""
        found: dict[str, list[int]] = {}
        for position, heading in enumerate(self.record.headings):
            found.setdefault(key(heading.descriptor), []).append(position)
        return found

    def values(self, field: str) -> tuple[tuple[str, Span], ...]:
        """The whole values of a field, folded, each with its span; twice if read two ways."""
        if field not in self._values:
            self._values[field] = tuple(
                (key(reading), span)
                for span in _spans(self.record, field)
                for reading in _readings(field, span.text)
            )
        return self._values[field]

    def sentence(self, field: str, offset: int) -> int:
        """The number of the sentence of a text field that holds ``offset``."""
        if field not in self._sentences:
            bounds = nupunkt.sent_spans(getattr(self.record, field))
            self._sentences[field] = [start for start, _ in bounds]
        return bisect_right(self._sentences[field], offset)

    @cached_property
    def running(self) -> dict[str, Words]:
        """Field → words, for the fields whose spans have offsets."""
        return {unit.field: unit.words for unit in self.units if not unit.listed}


def display(author: Author) -> str:
    """An author as PubMed prints one: ``Family AB Jr``, or the group's name."""
    return author.collective or " ".join(
        part for part in (author.family, author.initials, author.suffix) if part
    )


def _units(record: Record) -> Iterator[Unit]:
    for field in _RUNNING:
        if text := getattr(record, field):
            yield Unit(field, text, False, words(text))
    for field, text in _elements(record):
        yield Unit(field, text, True, words(text))


def _elements(record: Record) -> Iterator[tuple[str, str]]:
    for field in _LISTS:
        yield from ((field, text) for text in getattr(record, field))
    yield from (("headings", heading.descriptor) for heading in record.headings)
    yield from (("headings", qualifier) for qualifier in _qualifiers(record))
    yield from (("authors", display(author)) for author in record.authors)


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
