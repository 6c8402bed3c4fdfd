"""What the studies found, direction by direction: what several show, and what one alone does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from perennial.passage import Statement
from perennial.render.review import Review


class Finding(NamedTuple):
    """The factors of one direction, those of most studies first, then by name."""

    code: str
    label: str
    replicated: tuple[tuple[str, int], ...]  # (factor, studies), two or more
    single: tuple[str, ...]  # factors of one study

    @property
    def factors(self) -> int:
        """How many factors have this direction."""
        return len(self.replicated) + len(self.single)


def findings(review: Review, statements: Iterable[Statement]) -> tuple[Finding, ...]:
    """The results among ``statements``, in the vocabulary's order of directions.

    A study counts once for a factor, however often it says so: two sentences are no replication.
    """
    studies: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in statements:
        if one.standing == "result":
            studies[one.direction][one.factor].add(one.pmid)
    return tuple(
        _finding(review, code, {factor: len(found) for factor, found in studies[code].items()})
        for code in review.directions
        if code in studies
    )


def _finding(review: Review, code: str, counts: dict[str, int]) -> Finding:
    def place(factor: str) -> tuple[int, str, str]:
        return -counts[factor], review.factors.get(factor, factor).casefold(), factor

    row = sorted(counts, key=place)
    return Finding(
        code,
        review.directions[code].label,
        tuple((factor, counts[factor]) for factor in row if counts[factor] > 1),
        tuple(factor for factor in row if counts[factor] == 1),
    )
