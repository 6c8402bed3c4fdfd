"""Asked: every query of a config file, with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from perennial.config import Config
from perennial.query import Query, parse, parse_blocks

Path: TypeAlias = tuple[str | int, ...]  # keys and places that lead to a value of the file


def queries(config: Config) -> Iterator[tuple[Path, Query]]:
    """Blocks, then criteria or strategies, then limits; spellings are left as they are written."""
    blocks = parse_blocks(config.get("blocks") or {})
    for name, block in blocks.items():
        yield ("blocks", name), block
    for key in ("criteria", "strategies"):
        for index, row in enumerate(config.get(key) or ()):
            if "query" in row:
                yield (key, index, "query"), parse(row["query"], blocks)
    if limits := config.get("limits"):
        yield ("limits",), parse(limits, blocks)
