"""Sieve: which of many expressions can match a line at all, told by the letters they need.

Hundreds of sentence patterns are asked of each line, and hardly one applies. What an
expression cannot do without is read off its parse tree as *clauses*: of each clause one
literal stands in whatever the expression matches. One pass over the line finds the
literals, so that only expressions are tried all of whose clauses are met. An expression
whose needs cannot be told is always tried: a sieve never changes what is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from re import _constants as ops  # type: ignore[attr-defined]  # the parse tree has no public door
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

import ahocorasick

Member = TypeVar("Member")
Clause = frozenset[str]
# Of two letters and fewer hardly a line is without; a literal longer than the longest
# placeholder tells no more than its beginning.
SHORTEST, LONGEST = 3, 24


@dataclass(frozen=True)
class Sieve(Generic[Member]):
    """``members`` in their order; what they need is read off when a line is first asked."""

    members: tuple[Member, ...]
    expression_of: Callable[[Member], re.Pattern[str]]

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def possible(self, line: str) -> list[Member]:
        """The members that may match somewhere in ``line``, in order."""
        found = self._literals_of(line)
        return [member for member, needs in self._needs if _met(needs, found)]

    def rewritten(self, line: str, rewrite: Callable[[Member, str], str]) -> str:
        """``line`` as each member in turn leaves it; ``rewrite`` acts where its expression does."""
        found = self._literals_of(line)
        for member, needs in self._needs:
            if _met(needs, found) and (changed := rewrite(member, line)) != line:
                line, found = changed, self._literals_of(changed)
        return line

    @cached_property
    def _needs(self) -> list[tuple[Member, tuple[Clause, ...]]]:
        return [(each, clauses_of(self.expression_of(each))) for each in self.members]

    @cached_property
    def _literals(self) -> Any:
        automaton = ahocorasick.Automaton()
        for literal in sorted({text for _, needs in self._needs for c in needs for text in c}):
            automaton.add_word(literal, literal)
        automaton.make_automaton()
        return automaton

    def _literals_of(self, line: str) -> set[str]:
        return {text for _, text in self._literals.iter(line)} if self._literals else set()


def _met(needs: tuple[Clause, ...], found: set[str]) -> bool:
    return not any(map(found.isdisjoint, needs))


def clauses_of(expression: re.Pattern[str]) -> tuple[Clause, ...]:
    """Sets of literals of each of which one occurs in every text that ``expression`` matches.

    The most telling comes first.
    """
    if expression.flags & re.IGNORECASE:
        return ()
    needed = set(_needed(parser.parse(expression.pattern, expression.flags)))
    return tuple(sorted(needed, key=_telling, reverse=True))


def _needed(tree: Iterable[tuple[Any, Any]]) -> Iterator[Clause]:
    """The clauses of a sequence; a run of letters is one literal."""
    run = ""
    for op, value in _flat(tree):
        if op is ops.LITERAL:
            run += chr(value)
            continue
        yield from _literal(run)
        run = ""
        yield from _inner(op, value)
    yield from _literal(run)


def _flat(tree: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """A group that sets no flags is what stands in it."""
    for op, value in tree:
        if op is ops.SUBPATTERN and not value[1]:
            yield from _flat(value[3])
        else:
            yield op, value


def _inner(op: Any, value: Any) -> Iterator[Clause]:
    if op is ops.BRANCH:
        yield from _either([list(_needed(branch)) for branch in value[1]])
    elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0] > 0:
        yield from _needed(value[2])
    elif op is ops.ASSERT and value[0] > 0:
        yield from _needed(value[1])


def _either(branches: list[list[Clause]]) -> Iterator[Clause]:
    """What is needed whichever branch is taken: of each its most telling clause."""
    if all(branches):
        yield frozenset().union(*(max(each, key=_telling) for each in branches))


def _telling(clause: Clause) -> tuple[int, int, list[str]]:
    return -len(clause), min(map(len, clause)), sorted(clause)


def _literal(run: str) -> Iterator[Clause]:
    if len(run) >= SHORTEST:
        yield frozenset({run[:LONGEST]})
