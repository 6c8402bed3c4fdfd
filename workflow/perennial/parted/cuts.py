"""Cuts: where a table that is sorted by id is parted.

A part ends behind an id whose checksum is divisible by ``MEAN``. Whether it is so depends on that
id alone: a row more or less changes its own part (two, if its id ends one) and no other, while a
cut behind every five-hundredth row would move all parts behind it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

# Rows of a part in the mean: what is worked on anew for one row more; of 500, reading and writing
# a part takes about 20 ms, and of a million rows there are some 2,000.
MEAN = 512

Item = TypeVar("Item")


def ends(id_: str) -> bool:
    """Whether a part ends behind this id."""
    return zlib.crc32(id_.encode()) % MEAN == 0


def cut(items: Iterable[Item], id_of: Callable[[Item], str]) -> Iterator[list[Item]]:
    """The parts of ``items``, at least one, of which only a lone one is empty."""
    part: list[Item] = []
    some = False
    for item in items:
        part.append(item)
        if ends(id_of(item)):
            yield part
            part, some = [], True
    if part or not some:
        yield part


def name(ids: Iterable[str]) -> str:
    """The file of a part: names sort as the parts do, PMIDs before other ids."""
    return f"part-{next(iter(ids), ''):0>12}.parquet"
