"""ESearch: a term to a page of PMIDs, with what was made of the term."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lxml import etree

from perennial.eutils.answer import ESEARCH, Answer, Refusal, Request, document
from perennial.eutils.corpus import Corpus
from perennial.eutils.element import element, leaves
from perennial.eutils.history import History, Kept
from perennial.eutils.term import Reading, holds, not_found, read, searchable
from perennial.query import Document, Query
from perennial.record import Record

CAP = 9_999  # PubMed gives no id beyond this one, whatever retmax says (measured 2024-2026)
_DEFAULT_RETMAX = 20
_LATEST = 10**5  # days that reldate may reach back
_DATE_TYPES = {
    "pdat": "Date - Publication",
    "edat": "Date - Entry",
    "mdat": "Date - Modification",
}
_DATE = re.compile(r"\d{4}(?:/\d{1,2}(?:/\d{1,2})?)?")


@dataclass(frozen=True, slots=True)
class Window:
    """The limit that mindate and maxdate set."""

    query: Query
    translation: str


def esearch(corpus: Corpus, history: History, request: Request) -> tuple[Answer, History]:
    """The records that hold, most recent first, one page of them as ids.

    Raises Refusal for another database or format, an empty term, parameters that are no
    numbers or dates, ``retstart`` beyond PubMed's cap, and a stored set that is not held.
    """
    _check_format(request)
    start, most = _page(request)
    base = history.recall("pubmed", request) if request.value("query_key") else None
    term = request.value("term")
    if not term and base is None:
        raise Refusal("Empty term and query_key - nothing todo")
    reading = read(term) if term else None
    window = _window(request, corpus.today)
    order, remarks = _order(request.value("sort"))
    ids = _matching(corpus, base, [part.query for part in (reading, window) if part], order)
    if request.value("rettype") == "count":
        return document(ESEARCH, element("Count", str(len(ids)))), history
    kept: list[etree._Element] = []
    if request.value("usehistory") == "y":
        kept, history = history.keep(request, Kept("pubmed", ids))
    body = [*_paged(ids, start, most, kept), *_translations(reading, window)]
    remarks += _restriction(request, start, most) + ([] if ids else ["No items found."])
    return document(ESEARCH, *body, *_notices(corpus, reading, remarks)), history


def _check_format(request: Request) -> None:
    database = request.value("db")
    if database != "pubmed":
        raise Refusal(f"Invalid db name specified: {database}", 200 if database else 400)
    asked = {name: request.value(name).lower() for name in ("retmode", "rettype", "field")}
    served: Mapping[str, tuple[str, ...]] = {
        "retmode": ("", "xml"),
        "rettype": ("", "uilist", "count"),
        "field": ("",),
    }
    for name, value in asked.items():
        if value not in served[name]:
            raise Refusal(f"{name}={value} is not served here", 400)


def _page(request: Request) -> tuple[int, int]:
    start = request.number("retstart", 0)
    if start >= CAP:
        raise Refusal(
            "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. "
            "For PubMed, ESearch gives only the first 9,999 records of a query."
        )
    return start, min(request.number("retmax", _DEFAULT_RETMAX), CAP - start)


def _restriction(request: Request, start: int, most: int) -> list[str]:
    if request.number("retmax", _DEFAULT_RETMAX) == most:
        return []
    return [f"Restrictions achieved. start and count adjusted to {start}, {most}"]


def _window(request: Request, today: str) -> Window | None:
    first, last = request.value("mindate"), request.value("maxdate")
    if request.value("reldate"):
        days = min(request.number("reldate", 0), _LATEST)
        now = date.fromisoformat(today)
        first, last = (f"{day:%Y/%m/%d}" for day in (now - timedelta(days), now))
    if not (first or last):
        return None
    kind = request.value("datetype", "pdat").lower()
    if kind not in _DATE_TYPES or not (_DATE.fullmatch(first) and _DATE.fullmatch(last)):
        raise Refusal(
            "mindate and maxdate go together, as YYYY, YYYY/MM or YYYY/MM/DD, "
            "with datetype pdat, edat or mdat",
            400,
        )
    return Window(searchable(f"{first}:{last}[{kind}]"), f"{first}:{last}[{_DATE_TYPES[kind]}]")


Order = tuple[Callable[[Record], Any], bool]
_RECENT: Order = (lambda record: (record.entered, int(record.pmid)), True)
_ORDERS: Mapping[str, Order] = {
    "": _RECENT,
    "most recent": _RECENT,
    "pub_date": (lambda record: (record.date, int(record.pmid)), True),
    "author": (lambda record: (_first_author(record), int(record.pmid)), False),
    "journalname": (lambda record: (record.journal.casefold(), int(record.pmid)), False),
}


def _order(sort: str) -> tuple[Order, list[str]]:
    name = sort.lower().replace("+", " ")
    if name in _ORDERS:
        return _ORDERS[name], []
    return _RECENT, [f"Unknown sort schema '{sort}' ignored"]


def _first_author(record: Record) -> str:
    names = (f"{author.family}{author.collective} {author.initials}" for author in record.authors)
    return next(names, "").casefold()


def _matching(
    corpus: Corpus, base: tuple[str, ...] | None, queries: Iterable[Query], order: Order
) -> tuple[str, ...]:
    among = corpus.documents if base is None else _held(corpus, base)
    wanted = tuple(queries)
    found = [pmid for pmid, one in among.items() if all(holds(q, one) for q in wanted)]
    key, descending = order
    return tuple(sorted(found, key=lambda pmid: key(corpus.records[pmid]), reverse=descending))


def _held(corpus: Corpus, ids: Iterable[str]) -> Mapping[str, Document]:
    return {pmid: corpus.documents[pmid] for pmid in ids if pmid in corpus.documents}


def _paged(
    ids: tuple[str, ...], start: int, most: int, kept: list[etree._Element]
) -> list[etree._Element]:
    shown = ids[start : start + most]
    counts = {"Count": len(ids), "RetMax": len(shown), "RetStart": start}
    told = [element(name, str(count)) for name, count in counts.items()]
    return [*told, *kept, element("IdList", *leaves("Id", shown))]


def _translations(reading: Reading | None, window: Window | None) -> list[etree._Element]:
    parts = [part.translation for part in (reading, window) if part]
    text = f"({parts[0]}) AND {parts[1]}" if len(parts) > 1 else "".join(parts)
    return [element("TranslationSet"), element("QueryTranslation", text)]


def _notices(
    corpus: Corpus, reading: Reading | None, remarks: Iterable[str]
) -> list[etree._Element]:
    missing = not_found(reading, corpus.documents.values()) if reading else ()
    unquoted, quoted = ([str(p) for p in missing if p.quoted is kind] for kind in (False, True))
    unknown = reading.fields_not_found if reading else ()
    errors = leaves("PhraseNotFound", unquoted) + leaves("FieldNotFound", unknown)
    warnings = leaves("QuotedPhraseNotFound", quoted) + leaves("OutputMessage", remarks)
    lists = element("ErrorList", *errors), element("WarningList", *warnings)
    return [one for one in lists if len(one)]
