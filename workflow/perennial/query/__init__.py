"""The query language: PubMed's own, read, checked and asked of single records.

``parse`` and ``parse_blocks`` read queries; ``evaluate`` asks one of a ``Document`` and
answers with the words that satisfied it. What differs from PubMed is in ``docs/query.md``.
"""

from perennial.query.compile import Query, parse, parse_blocks
from perennial.query.document import Document, Span
from perennial.query.error import QueryError
from perennial.query.evaluate import Result, evaluate
from perennial.query.mesh import Mesh

__all__ = [
    "Document",
    "Mesh",
    "Query",
    "QueryError",
    "Result",
    "Span",
    "evaluate",
    "parse",
    "parse_blocks",
]
