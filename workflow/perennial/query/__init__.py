"""The query language: PubMed's own, read, checked and asked of single records.

``parse`` and ``parse_blocks`` read queries; a ``Panel`` asks many of them of each record,
``evaluate`` one of a ``Document``; both answer with the words that satisfied
it. What differs from PubMed is in ``docs/query.md``.
"""

from perennial.query.compile import Query, parse, parse_blocks
from perennial.query.document import Document, Span
from perennial.query.error import QueryError
from perennial.query.evaluate import Result, evaluate
from perennial.query.mesh import Mesh
from perennial.query.panel import Panel
from perennial.query.spelling import Spelling

__all__ = [
    "Document",
    "Mesh",
    "Panel",
    "Query",
    "QueryError",
    "Result",
    "Span",
    "Spelling",
    "evaluate",
    "parse",
    "parse_blocks",
]
