"""What a decision was made on, in twelve hexadecimal digits: a criterion, a text.

A decision whose criterion or text has another hash by now is stale: somebody should look again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from perennial.query import Query
from perennial.query.nodes import Ref
from perennial.query.syntax import NAME
from perennial.record import Record

DIGITS = 12  # 48 bits: among 10,000 texts, two alike by chance once in five million reviews


class Judging(Protocol):
    """The parts of a criterion that judge; ``stage`` may be missing."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def action(self) -> str: ...  # noqa: D102
    @property
    def query(self) -> Query | None: ...  # noqa: D102
    @property
    def integrity(self) -> tuple[str, ...]: ...  # noqa: D102


def criterion_hash(criterion: Judging) -> str:
    """The hash of what a criterion judges: not of its name, its words for people or its place."""
    stage = getattr(criterion, "stage", "title/abstract")
    return hash_of_parts(criterion.action, criterion.query, criterion.integrity, stage)


def hashes(criteria: Iterable[Judging]) -> dict[str, str]:
    """The hash of each criterion by its id, in their order."""
    return {criterion.id: criterion_hash(criterion) for criterion in criteria}


def hash_of_parts(
    action: str, query: Query | None, integrity: Sequence[str], stage: str = "title/abstract"
) -> str:
    """The hash of a criterion given in parts.

    The layout of the query, the order of the notices and the names of blocks do not matter;
    any other change of the query or of a block that it uses, however far down, does.
    """
    written = _written(query) if query else ""
    return _hash([action, written, sorted(set(integrity)), stage])


def text_hash(record: Record) -> str:
    """The hash of what a reviewer reads: title, abstract, keywords and publication types."""
    lists = [list(record.keywords), list(record.publication_types)]
    return _hash([record.title, record.abstract, *lists])


def under(criterion: Judging) -> str:
    """A criterion as decisions name it: ``X1:0123456789ab``."""
    return f"{criterion.id}:{criterion_hash(criterion)}"


@lru_cache(maxsize=1024)
def _written(query: Query) -> str:
    """The query with a hash in place of each block: written out, blocks can grow without end."""
    blocks = dict(_blocks(query.root))
    one_line = " ".join(query.text.split())
    return NAME.sub(lambda name: _block(name[0], blocks), one_line)


def _block(name: str, blocks: dict[str, Query]) -> str:
    return f"#{_hash(_written(blocks[name[1:]]))}" if name[1:] in blocks else name


def _blocks(node: Any) -> Iterator[tuple[str, Query]]:
    """The blocks that a compiled query uses itself, not those that these use."""
    if isinstance(node, Ref):
        yield node.name, node.query
    elif dataclasses.is_dataclass(node):
        for field in dataclasses.fields(node):
            yield from _blocks(getattr(node, field.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from _blocks(part)


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
