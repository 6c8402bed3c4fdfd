"""The edition: what must be known of one state of a review to compare it with another.

An edition names its studies and quotes its statements itself, since whoever compares two of them
need have the records of neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from perennial.errors import InputError, Place

# Outcomes of a record, in the order in which they are listed.
INCLUDED, ASIDE, EXCLUDED, AWAITING = "included", "set aside", "excluded", "awaiting"
CLAIM, FACTOR = "claim", "factor"  # kinds of conclusions
EVENLY = "evenly both ways"
NOW = "now"  # what is built, where an edition is asked for by number

# A number becomes a file name: nothing that leads elsewhere, hides, or looks like an option.
_NUMBER = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,38}[0-9A-Za-z])?")


@dataclass(frozen=True, slots=True)
class Group:
    """Records that share an outcome and the criterion that settled it, oldest PMID first."""

    outcome: str  # included | set aside | excluded | awaiting
    criterion: str  # "" for an inclusion by rule
    reason: str
    pmids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A study, included or set aside, as a reader would name it."""

    pmid: str
    name: str  # first author and year
    title: str
    doi: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement; ``counts`` is false where its study is set aside."""

    id: str
    pmid: str
    factor: str
    direction: str  # as a reader would call it
    condition: str
    site: str
    standing: str
    quote: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A claim of the baseline review or a factor, what stands of it, and how many studies say so.

    For a claim ``stands`` is its status. For a factor it is the side to which most of its studies
    point, or ``EVENLY``.
    """

    kind: str  # claim | factor
    id: str
    text: str
    stands: str
    behind: int  # studies for what stands
    against: int
    unclear: int


@dataclass(frozen=True, slots=True)
class Opposed:
    """A factor, or a family of them, on which findings disagree."""

    factor: str
    kind: str  # of a Contradiction
    sides: tuple[int, ...]  # studies on either
    separated_by: tuple[str, ...]  # contexts that differ throughout


@dataclass(frozen=True, slots=True)
class Count:
    """A box of the flow diagram."""

    id: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of the review: published under its number, or as it is built now."""

    number: str
    day: str  # YYYY-MM-DD, the day of the source's last news
    title: str
    records: tuple[Group, ...]
    studies: tuple[Named, ...]
    statements: tuple[Said, ...]
    conclusions: tuple[Conclusion, ...]
    contradictions: tuple[Opposed, ...]
    flow: tuple[Count, ...]
    manifest: Mapping[str, str]  # name → version or SHA-256
    page: str = ""  # SHA-256 of its review.html
    note: str = ""  # what whoever published it says of it

    def having(self, outcome: str) -> tuple[str, ...]:
        """The records with this outcome."""
        return tuple(p for group in self.records if group.outcome == outcome for p in group.pmids)

    def number_in(self, *boxes: str) -> int:
        """How many records these boxes of the flow diagram hold together."""
        return sum(box.number for box in self.flow if box.id in boxes)


def check_number(number: str, place: Place | None = None) -> str:
    """``number`` if an edition can go by it; InputError if not."""
    if _NUMBER.fullmatch(number) and number.casefold() != NOW:
        return number
    raise InputError(
        f"{number!r} is no number of an edition",
        place,
        f"letters, digits, points and hyphens, such as 1.2 or 2026-11; {NOW!r} is what is built",
    )


def in_order(editions: Iterable[Edition]) -> tuple[Edition, ...]:
    """The oldest first; editions of one day by number, 2 before 10."""
    return tuple(sorted(editions, key=lambda one: (one.day, _natural(one.number), one.number)))


def _natural(number: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|[A-Za-z]+", number)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
