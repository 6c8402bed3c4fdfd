"""EPost: identifiers into the history server."""

from __future__ import annotations

from perennial.eutils.answer import EPOST, Answer, Refusal, Request, document
from perennial.eutils.corpus import Corpus
from perennial.eutils.element import element
from perennial.eutils.history import History, Kept
from perennial.eutils.identifiers import numbers, split

# EPost announces the largest number that its identifiers can hold.
_INVALID = "Some IDs have invalid value and were omitted. Maximum ID value 18446744073709551615"


def epost(corpus: Corpus, history: History, request: Request) -> tuple[Answer, History]:
    """Store well-formed ids, known or not: NCBI does not look them up either.

    With malformed ids among them the rest is stored and an ERROR follows, at 200. Raises
    Refusal for another database, an empty list, or a WebEnv that is not held.
    """
    database = request.value("db")
    if database not in ("pubmed", "pmc"):
        raise Refusal(f"Invalid db name specified: {database}", 200 if database else 400)
    given = request.parameters.get("id", ())
    ids = numbers(database, given)
    if not ids:
        raise Refusal("Empty ID list; Nothing to store", 400)
    kept, history = history.keep(request, Kept(database, ids))
    omitted = [] if _all_valid(database, given) else [element("ERROR", _INVALID)]
    return document(EPOST, *kept, *omitted), history


def _all_valid(database: str, given: tuple[str, ...]) -> bool:
    return all(numbers(database, [written]) for written in split(given))
