"""What records say outright, asked of all of them at once: ``query.attributes``, by value.

Values and headings are looked up in tables made when the first query asks for their field;
authors, dates and filters are asked of one record after the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np

from perennial.preview.concordance import Marks, Numbers
from perennial.query import Mesh
from perennial.query.attributes import FINDERS
from perennial.query.document import Document, readings, values
from perennial.query.nodes import Node, Subject, Value
from perennial.query.words import key, matches
from perennial.record import Record

# A value, or a heading's name, with one of its qualifiers or "", and whether it must be major.
Said: TypeAlias = tuple[str, str, bool]
Table: TypeAlias = dict[str, dict[Said, Numbers]]


class Outright:
    """Of which ``records`` a value, a heading, an author, a date or a filter holds."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._table = cache(self._made)  # one for each field: there are a dozen

    def meaning(self, node: Node, mesh: Mesh | None) -> Hashable:
        """Equal for nodes that hold of the same records."""
        match node:
            case Value() | Subject():
                return node, _names(node, mesh)
        return node

    def met(self, node: Node, mesh: Mesh | None) -> Marks:
        """The records of which a node holds."""
        held = np.zeros(len(self._records), np.bool_)
        match node:
            case Value(_, fields):
                for field in fields:
                    self._mark(held, field, _names(node, mesh), ("", False))
            case Subject(_, qualifier, major):
                self._mark(held, "headings", _names(node, mesh), (qualifier, major))
            case _:
                find = FINDERS[type(node)]
                told = (find(node, Document.of(record), mesh) for record in self._records)
                held[:] = [found is not None for found in told]
        return held

    def _mark(
        self, held: Marks, field: str, names: Iterable[str], besides: tuple[str, bool]
    ) -> None:
        table = self._table(field)
        for wanted in names:
            for name in _spelled(wanted, table):
                at = table[name].get((name, *besides))
                if at is not None:
                    held[at] = True

    def _made(self, field: str) -> Table:
        found: dict[str, dict[Said, list[int]]] = {}
        for at, record in enumerate(self._records):
            for said in _headings(record) if field == "headings" else _values(record, field):
                found.setdefault(said[0], {}).setdefault(said, []).append(at)
        return {
            name: {said: np.array(at, np.int32) for said, at in told.items()}
            for name, told in found.items()
        }


def _names(node: Value | Subject, mesh: Mesh | None) -> frozenset[str]:
    """What is wanted, and what is narrower."""
    if mesh and node.explode and "*" not in node.wanted:
        return mesh.keys_under(node.wanted)
    return frozenset((node.wanted,))


def _spelled(wanted: str, table: Mapping[str, object]) -> Iterable[str]:
    if "*" in wanted:
        return [name for name in table if matches(wanted, name)]
    return (wanted,) if wanted in table else ()


def _values(record: Record, field: str) -> Iterator[Said]:
    for text in values(record, field):
        for way in readings(field, text):
            yield way, "", False


def _headings(record: Record) -> Iterator[Said]:
    for heading in record.headings:
        name, weights = key(heading.descriptor), {False, heading.major}
        for qualifier in ("", *map(key, heading.qualifiers)):
            yield from ((name, qualifier, weight) for weight in weights)
