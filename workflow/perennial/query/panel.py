"""Many queries asked of one record in one pass over its text."""

from __future__ import annotations

from collections.abc import Mapping

from perennial.query.compile import Query
from perennial.query.document import Document
from perennial.query.evaluate import Result, answers
from perennial.query.mesh import Mesh
from perennial.query.plan import Plan
from perennial.query.reading import Reading
from perennial.record import Record


class Panel:
    """Queries by name, and one lexicon for the words of them all, blocks included.

    Make it once and ask it of every record: the lexicon learns the words that it meets.
    Without ``mesh`` a heading stands for itself alone.
    """

    def __init__(self, queries: Mapping[str, Query], mesh: Mesh | None = None) -> None:
        self._queries = dict(queries)
        self._mesh = mesh
        self._plan = Plan(query.root for query in queries.values())

    def ask(self, record: Record) -> dict[str, Result]:
        """What each query says of ``record``, by name, in the order given: as ``evaluate``."""
        found = answers(self._plan, Document.of(record), self._mesh)
        return dict(zip(self._queries, found, strict=True))

    def held(self, record: Record) -> tuple[str, ...]:
        """The names of the queries that hold of ``record``, without the words that made it so."""
        reading = Reading(Document.of(record), self._plan.lexicon, self._mesh)
        asks = zip(self._queries, self._plan.asks, strict=True)
        return tuple(name for name, ask in asks if ask(reading))
