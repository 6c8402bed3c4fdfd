"""A query compiled: the kinds of node its tree is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from perennial.query.compile import Query

Fields: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side, in order, or a single word.

    A word may hold ``*``, and may be several spellings with ``|`` between them.
    """

    words: tuple[str, ...]
    fields: Fields


@dataclass(frozen=True, slots=True)
class Near:
    """Words in any order, in one field, with at most ``distance`` other words among them."""

    parts: tuple[Phrase, ...]  # of one word each
    distance: int


@dataclass(frozen=True, slots=True)
class Value:
    """A whole value of one of ``fields``, folded; it may hold ``*``."""

    wanted: str
    fields: tuple[str, ...]
    explode: bool = False  # publication types: narrower types too


@dataclass(frozen=True, slots=True)
class Subject:
    """A MeSH heading, perhaps with a qualifier, perhaps as a major topic."""

    wanted: str
    qualifier: str
    major: bool
    explode: bool


@dataclass(frozen=True, slots=True)
class Name:
    """An author: ``place`` is ``any``, ``first`` or ``last``."""

    words: tuple[str, ...]
    exact: bool  # quoted: no automatic truncation of the initials
    place: str


@dataclass(frozen=True, slots=True)
class Between:
    """A date or PMID within [first, last], both compared as text: ISO days, PMIDs padded by 0."""

    field: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A yes-or-no property of a record, by its name in ``filters.FILTERS``."""

    name: str


@dataclass(frozen=True, slots=True)
class And:
    """All of ``parts``."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Any of ``parts``."""

    parts: tuple[Node, ...]

    @cached_property
    def others(self) -> tuple[Node, ...]:
        """The parts that are more than a phrase: those are looked up together."""
        return tuple(part for part in self.parts if not isinstance(part, Phrase))


@dataclass(frozen=True, slots=True)
class Not:
    """``kept``, and none of ``dropped``."""

    kept: Node
    dropped: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A named block."""

    name: str
    query: Query


@dataclass(frozen=True, slots=True)
class BlockNear:
    """A span of each block in one sentence, with at most ``distance`` words between them."""

    left: Ref
    right: Ref
    distance: int


Node: TypeAlias = (
    Phrase | Near | Value | Subject | Name | Between | Filter | And | Or | Not | Ref | BlockNear
)
