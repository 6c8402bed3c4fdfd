"""Fold: sifted files joined in order into what stands after the last of them.

Joining is associative, so that files can be joined in whatever groups were sifted together; it
is not commutative: a later file replaces and deletes what earlier ones gave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from perennial.baseline.sifted import Hit, Refused, Sifted
from perennial.errors import InputError, Place

# A key is pmid << 8 | version: a record of PubMed has a few versions at most, nearly all have
# one. An event is key << 1 | whether it stands. Forty million of them take 320 MB.
VERSION_BITS = 8
Keys: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that has been joined into a pile."""

    name: str
    number: int
    md5: str


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, and the file that gave it."""

    file: str
    number: int
    hit: Hit


@dataclass(frozen=True, eq=False)
class Pile:
    """Files with consecutive numbers, joined: for each (PMID, version) the last that they say."""

    files: tuple[Origin, ...]
    asked: str
    latest: str  # YYYY-MM-DD, "" if no record of them was ever revised
    events: Keys  # ascending, one for each key
    hits: Mapping[int, Found]  # by key: those that stand
    refused: tuple[tuple[str, Refused], ...]  # file, record

    @property
    def keys(self) -> Keys:
        """Every key that the files speak of, ascending."""
        return self.events >> 1

    @cached_property
    def shown(self) -> Keys:
        """The key of each PMID's highest version that stands, ascending."""
        standing = self.events[(self.events & 1).astype(bool)] >> 1
        pmids = standing >> VERSION_BITS
        last: Keys = standing[np.append(pmids[1:] != pmids[:-1], True)[: len(pmids)]]
        return last

    def has(self, pmids: Keys) -> NDArray[np.bool_]:
        """For each of ``pmids`` whether any version of it stands."""
        return _within(pmids, self.shown >> VERSION_BITS)

    def found(self) -> dict[int, Found]:
        """By PMID, each hit that is its record's highest version that stands."""
        keys = np.fromiter(self.hits, np.int64, len(self.hits))
        shown = sorted(keys[_within(keys, self.shown)].tolist())
        return {key >> VERSION_BITS: self.hits[key] for key in shown}


def pile(sifted: Sifted) -> Pile:
    """One file. What it both gives and deletes is deleted: deletions stand behind the records."""
    present, deleted = keys_of(sifted.present, sifted.name), keys_of(sifted.deleted, sifted.name)
    origin = Origin(sifted.name, sifted.number, sifted.md5)
    return heap(origin, sifted.asked, sifted.latest, present, deleted, sifted.hits, sifted.refused)


def heap(
    origin: Origin,
    asked: str,
    latest: str,
    present: Keys,
    deleted: Keys,
    hits: Iterable[Hit],
    refused: Iterable[Refused],
) -> Pile:
    """As ``pile``, of a file whose keys are arrays already, in any order."""
    gone = np.unique(deleted)
    given = np.unique(present)
    given = given[~_within(given, gone)]
    events = np.concatenate([given << 1 | 1, gone << 1])
    events.sort()
    found = {key_of(hit.pmid, hit.version): Found(origin.name, origin.number, hit) for hit in hits}
    standing = {key: found[key] for key in _those(found, given)}
    told = tuple((origin.name, one) for one in refused)
    return Pile((origin,), asked, latest, events, standing, told)


def join(first: Pile, second: Pile) -> Pile:
    """What stands after ``first`` and then ``second``.

    Raises InputError unless ``second`` begins with the file that follows ``first``, of the same
    year, and both were sifted for the same questions.
    """
    _check_follows(first, second)
    later = second.keys
    kept = first.events[~_within(first.keys, later)]
    events = np.concatenate([kept, second.events])
    events.sort(kind="stable")  # merges two runs
    replaced = _those(first.hits, later)
    hits = {key: found for key, found in first.hits.items() if key not in replaced}
    return Pile(
        first.files + second.files,
        first.asked,
        max(first.latest, second.latest),
        events,
        {**hits, **second.hits},
        first.refused + second.refused,
    )


def fold(piles: Iterable[Pile]) -> Pile:
    """All of ``piles``, in their order, as one; InputError as for ``join``, and for none at all.

    Those of a like size are joined, so that n files cost n·log n, and a few are held at a time.
    """
    held: list[Pile] = []
    for one in piles:
        held.append(one)
        while len(held) > 1 and len(held[-2].files) <= len(held[-1].files):
            second = held.pop()
            held.append(join(held.pop(), second))
    if not held:
        raise InputError("nothing was sifted", hint="run perennial sift first")
    return reduce(lambda second, first: join(first, second), reversed(held))


def key_of(pmid: int, version: int) -> int:
    """A record's version as one number; versions of a PMID lie side by side, in order."""
    return pmid << VERSION_BITS | version


def keys_of(pairs: Collection[tuple[int, int]], file: str) -> Keys:
    """Keys of (PMID, version) in their order; InputError for a number that no record has."""
    flat = np.array([n for pair in pairs for n in pair], dtype=np.int64).reshape(-1, 2)
    pmids, versions = flat[:, 0], flat[:, 1]
    odd = (pmids < 1) | (pmids >= 1 << 32) | (versions < 0) | (versions >= 1 << VERSION_BITS)
    if odd.any():
        pmid, version = flat[odd][0]
        raise InputError(f"a record says that it is version {version} of {pmid}", Place(file))
    return pmids << VERSION_BITS | versions


def _within(keys: Keys, among: Keys) -> NDArray[np.bool_]:
    """For each of ``keys`` whether it is one of ``among``, which ascends."""
    if not len(among):
        return np.zeros(len(keys), bool)
    at = np.searchsorted(among, keys)
    same: NDArray[np.bool_] = np.take(among, at, mode="clip") == keys
    return same


def _those(keys: Collection[int], among: Keys) -> set[int]:
    array = np.fromiter(keys, np.int64, len(keys))
    return set(array[_within(array, among)].tolist())


def _check_follows(first: Pile, second: Pile) -> None:
    one, next_ = first.files[-1], second.files[0]
    if next_.number != one.number + 1:
        order = "out of order, or twice" if next_.number <= one.number else "not the next file"
        raise InputError(
            f"{next_.name} cannot follow {one.name}: {order}",
            hint="files apply in the order of their numbers, each of them once",
        )
    if _year(one) != _year(next_):
        raise InputError(f"{one.name} and {next_.name} are of different years")
    if first.asked != second.asked:
        raise InputError(
            f"{one.name} and {next_.name} were sifted for different questions",
            hint="sift both again with the same config/search.yaml and config/mesh.yaml",
        )


def _year(origin: Origin) -> str:
    return origin.name.partition("n")[0]
