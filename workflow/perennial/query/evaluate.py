"""Does a record satisfy a query, and by which words?"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import NamedTuple

from perennial.query.compile import Query
from perennial.query.document import Document, Span
from perennial.query.mesh import Mesh
from perennial.query.plan import Plan
from perennial.query.reading import Reading


class Result(NamedTuple):
    """Whether a query holds, and the words that made it so: sorted, each once.

    No spans when it does not hold, nor for what a NOT or a filter settled.
    """

    holds: bool
    spans: tuple[Span, ...]


_NOT_HELD = Result(False, ())


def evaluate(query: Query, document: Document, mesh: Mesh | None = None) -> Result:
    """Ask ``query`` of ``document``. Without ``mesh`` a heading stands for itself alone."""
    return answers(query.plan, document, mesh)[0]


def answers(plan: Plan, document: Document, mesh: Mesh | None) -> list[Result]:
    """The answer to each query that ``plan`` was made for, in their order."""
    reading = Reading(document, plan.lexicon, mesh)
    found = [ask(reading) for ask in plan.asks]
    spans = reading.spans(reduce(or_, found, 0))
    return [
        Result(True, tuple([span for span, bits in spans if bits & own])) if own else _NOT_HELD
        for own in found
    ]
