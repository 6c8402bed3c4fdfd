"""What is sent: the records of a set, each with how it stands in the review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perennial.record import Author, Record
from perennial.screened import Screened
from perennial.text import clean

SETS = ("queue", "screened", "included", "excluded", "awaiting", "all")
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_OUTCOMES = {"included": "include", "excluded": "exclude", "awaiting": "human"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A record and its outcome; "" where there is none, or where it is not to be told."""

    record: Record
    outcome: str = ""  # include | exclude | human
    criterion: str = ""
    reason: str = ""
    decided_by: str = ""  # "rule", or a reviewer


def chosen(
    which: str, records: Sequence[Record], screened: Sequence[Screened], queue: Sequence[str] = ()
) -> list[Sent]:
    """The records of the set ``which``, a name of SETS.

    The queue keeps its order and goes out without outcomes, since whoever judges it is not to
    know what a rule or another reviewer said; the other sets are in the order of ``records``.
    """
    held = {record.pmid: record for record in records}
    if which == "queue":
        return [Sent(held[pmid]) for pmid in dict.fromkeys(queue)]
    rows = {row.pmid: row for row in screened}
    if which == "all":
        return [_sent(record, rows) for record in records]
    wanted = {p for p, row in rows.items() if row.outcome == _OUTCOMES.get(which, row.outcome)}
    return [_sent(record, rows) for record in records if record.pmid in wanted]


def _sent(record: Record, rows: Mapping[str, Screened]) -> Sent:
    row = rows.get(record.pmid)
    if row is None:
        return Sent(record)
    return Sent(record, row.outcome, row.criterion, row.reason, row.decided_by)


def title(record: Record) -> str:
    """The title, or the one in the paper's own language."""
    return clean(record.title or record.vernacular_title)


def kinds(record: Record) -> tuple[str, ...]:
    """The publication types; a book, which PubMed knows by its form, says that it is one."""
    types = record.publication_types
    unsaid = record.kind == "book" and not {"Book", "Book Chapter"} & set(types)
    return (*types, "Book") if unsaid else types


def name(author: Author) -> str:
    """``Family, Given, Suffix``. A comma ends a family name that stands alone: without one it
    would be taken for a group."""
    if author.collective or not author.family:
        return clean(author.collective or author.given)
    given = author.given or author.initials
    parts = (author.family, given, author.suffix) if author.suffix else (author.family, given)
    return clean(", ".join(parts))


def names(authors: Iterable[Author]) -> list[str]:
    """Every author that has a name."""
    return [written for author in authors if (written := name(author))]


def pages(written: str) -> tuple[str, str]:
    """First and last page, apart only where joining them gives ``written`` again."""
    first, dash, last = written.partition("-")
    apart = dash and first and last and first != last and (first, last) == (first.strip(), last)
    return (first, last) if apart else (written, "")
