"""Needs: words that a record must hold somewhere for a query to hold of it.

A need says less than its query: nothing of fields, order, distance or NOT. So a record that
lacks what is needed is refused rightly, and one that has it must still be asked the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain
from operator import or_
from typing import TypeAlias

from perennial.identifiers import Identifier
from perennial.query import Mesh, nodes

_LETTERS = re.compile(r"[a-z0-9]+")
# Letters of a word: fewer are everywhere, more tell no better and could be cut in more places.
SHORTEST, LONGEST = 3, 16


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """Letters that stand side by side in a word of the record, folded as queries fold them.

    ``written`` if a record spells it out: an identifier, which no markup can stand in.
    """

    letters: str
    written: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A year of publication within [``first``, ``last``], or none that its bytes tell."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class All:
    """Each of ``parts``; with none, whatever the record holds."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of ``parts``."""

    parts: tuple[Need, ...]


Leaf: TypeAlias = Word | Year
Need: TypeAlias = Word | Year | All | Any
ANYTHING = All(())  # no words are needed: the record must be read


def of_query(  # noqa: PLR0911 - one for each kind of node
    node: nodes.Node, mesh: Mesh | None
) -> Need:
    """What the query of this tree needs; ``mesh`` as it will be asked with."""
    match node:
        case nodes.Phrase(words):
            return all_of(map(_word, words))
        case nodes.Near(parts):
            return all_of(of_query(part, mesh) for part in parts)
        case nodes.And(parts):
            return all_of(of_query(part, mesh) for part in parts)
        case nodes.Or(parts):
            return any_of(of_query(part, mesh) for part in parts)
        case nodes.Not(kept):
            return of_query(kept, mesh)
        case nodes.Ref(_, query):
            return of_query(query.root, mesh)
        case nodes.BlockNear(left, right):
            return all_of((of_query(left, mesh), of_query(right, mesh)))
        case nodes.Value(wanted, _, explode):
            return _named(wanted, mesh if explode else None)
        case nodes.Subject(wanted, qualifier, _, explode):
            return all_of((_named(wanted, mesh if explode else None), _whole(qualifier)))
        case nodes.Between("date", first, last):
            return Year(int(first[:4]), int(last[:4]))
    return ANYTHING  # authors, other dates, filters: compared otherwise than word by word


def fields(node: nodes.Node) -> frozenset[str]:
    """The fields of a record in which a query looks for words."""
    match node:
        case nodes.Phrase(_, asked):
            return asked
        case nodes.And(parts) | nodes.Or(parts) | nodes.Near(parts):
            return frozenset().union(*map(fields, parts))
        case nodes.Not(kept):
            return fields(kept)
        case nodes.Ref(_, query):
            return fields(query.root)
        case nodes.BlockNear(left, right):
            return fields(left) | fields(right)
    return frozenset()


def of_identifier(wanted: Identifier) -> Need:
    """What the record that an identifier names must hold."""
    if wanted.kind == "doi":
        return all_of(_word(run, written=True) for run in _LETTERS.findall(wanted.value))
    return _word(wanted.value.removeprefix("PMC"), written=True)


def all_of(parts: Iterable[Need]) -> Need:
    """Each of ``parts``, written as simply as can be."""
    return _joined(All, Any, parts)


def any_of(parts: Iterable[Need]) -> Need:
    """One of ``parts``, written as simply as can be."""
    found = _joined(Any, All, parts)
    return ANYTHING if isinstance(found, Any) and ANYTHING in found.parts else found


def _joined(kind: type[All | Any], other: type[All | Any], parts: Iterable[Need]) -> Need:
    """A part is dropped if it says no more than a word beside it: one, or one and another."""
    flat = dict.fromkeys(
        chain.from_iterable(p.parts if isinstance(p, kind) else (p,) for p in parts)
    )
    own = {part for part in flat if isinstance(part, Leaf)}
    kept = tuple(
        part for part in flat if not (isinstance(part, other) and own.intersection(part.parts))
    )
    return kept[0] if len(kept) == 1 else kind(kept)


def leaves(need: Need) -> frozenset[Leaf]:
    """Every word that a need names, and every span of years."""
    if isinstance(need, Leaf):
        return frozenset((need,))
    return frozenset(chain.from_iterable(map(leaves, need.parts)))


def sought(need: Need, rate: Callable[[Word], float]) -> frozenset[Word] | None:
    """Words of which a record must hold at least one: few and rare, by ``rate``.

    None if there are none, so that every record must be read. Whichever are chosen, the answer
    is the same; the choice is greedy, what several queries need in common first.
    """
    parts = need.parts if isinstance(need, Any) else (need,)
    open_ = [_ways(part, rate) for part in parts]
    if not all(open_):
        return None
    chosen: frozenset[Word] = frozenset()
    while open_ := [ways for ways in open_ if not any(way <= chosen for way in ways)]:
        price = partial(_price, chosen=chosen, open_=open_, rate=rate)
        chosen = chosen.union(min(chain.from_iterable(open_), key=price))
    for word in sorted(chosen, key=lambda word: (-rate(word), word.letters)):
        if _suffices(chosen - {word}, need):
            chosen -= {word}
    return chosen


def satisfiable(need: Need, bit: Mapping[Leaf, int]) -> Callable[[int], bool]:
    """Tells whether a record may satisfy the query, by the bits of what it holds."""
    if isinstance(need, Leaf):
        own = bit[need]
        return lambda held: bool(held & own)
    own = _bits(need, bit)
    others = [part for part in need.parts if not isinstance(part, Leaf)]
    if isinstance(need, Any):
        either = [satisfiable(part, bit) for part in others]
        return lambda held: bool(held & own) or any(test(held) for test in either)
    tests = [satisfiable(part, bit) for part in others if not _is_plain(part)]
    choices = [_bits(part, bit) for part in others if _is_plain(part)]

    def all_met(held: int) -> bool:
        if held & own != own:
            return False
        for choice in choices:  # a loop, since this is asked of every record with a rare word
            if not held & choice:
                return False
        return all(test(held) for test in tests)

    return all_met


def _bits(need: All | Any, bit: Mapping[Leaf, int]) -> int:
    return reduce(or_, (bit[part] for part in need.parts if isinstance(part, Leaf)), 0)


def _is_plain(need: Need) -> bool:
    """Whether any of some words will do."""
    return isinstance(need, Any) and all(isinstance(part, Leaf) for part in need.parts)


def _ways(need: Need, rate: Callable[[Word], float]) -> list[frozenset[Word]]:
    """Sets of words of each of which a record must hold at least one."""
    match need:
        case Word():
            return [frozenset((need,))]
        case Year():
            return []
        case All(parts):
            return [way for part in parts for way in _ways(part, rate)]
        case Any(parts):
            each = [_ways(part, rate) for part in parts]
            if not all(each):
                return []
            cheapest = (min(ways, key=lambda way: sum(map(rate, way))) for ways in each)
            return [frozenset(chain.from_iterable(cheapest))]


def _price(
    way: frozenset[Word],
    chosen: frozenset[Word],
    open_: Iterable[Iterable[frozenset[Word]]],
    rate: Callable[[Word], float],
) -> tuple[float, list[str]]:
    """What ``way`` adds, by the number of queries that it settles; and a name, to break ties."""
    settled = sum(any(one <= chosen | way for one in ways) for ways in open_)
    return sum(map(rate, way - chosen)) / settled, sorted(word.letters for word in way)


def _suffices(chosen: frozenset[Word], need: Need) -> bool:
    """Whether no record can meet ``need`` without one of ``chosen``: harmon is in harmony."""
    match need:
        case Word(letters, written):
            return any(one.letters in letters and one.written == written for one in chosen)
        case Year():
            return False
        case All(parts):
            return any(_suffices(chosen, part) for part in parts)
        case Any(parts):
            return all(_suffices(chosen, part) for part in parts)


def _word(pattern: str, written: bool = False) -> Need:
    """``pattern`` is folded; it may hold ``*``, and several spellings with ``|`` between them."""
    spellings = pattern.split("|")
    if len(spellings) > 1:
        return any_of(_word(spelling) for spelling in spellings)
    stem = max(pattern.split("*"), key=len)[:LONGEST]
    known = len(stem) >= SHORTEST and _LETTERS.fullmatch(stem)
    return Word(stem, written) if known else ANYTHING


def _whole(folded: str) -> Need:
    return all_of(map(_word, folded.split()))


def _named(folded: str, mesh: Mesh | None) -> Need:
    """A value or a heading, or any that is narrower."""
    names = mesh.keys_under(folded) if mesh and "*" not in folded else (folded,)
    return any_of(_whole(name) for name in sorted(names))
