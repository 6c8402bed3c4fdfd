"""EFetch: records of PubMed and articles of PMC, in full."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from perennial.eutils.answer import PROLOG, Answer, Refusal, Request
from perennial.eutils.corpus import Corpus
from perennial.eutils.element import element
from perennial.eutils.history import History
from perennial.eutils.identifiers import numbers
from perennial.eutils.jats import front_only

MOST = 10_000  # records per request (NCBI's documentation, 2025)
HISTORY_CAP = 9_999  # PubMed's history gives no record beyond this one (measured 2025-2026)
_RETTYPES = ("", "xml", "full")
_PUBMED = (
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
_PMC = (
    b'<!DOCTYPE pmc-articleset PUBLIC "-//NLM//DTD ARTICLE SET 2.0//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pmc/articleset/nlm-articleset-2.0.dtd">\n'
)


def efetch(corpus: Corpus, history: History, request: Request) -> tuple[Answer, History]:
    """Full records for a list of ids or a stored set, in that order, duplicates once.

    What PubMed does not hold is missing from the set, which may be empty; what PMC does not
    hold has an ``<error>`` element in its place. Raises Refusal for another database or
    format, for a list without a well-formed id, and for a set that is not held.
    """
    database = request.value("db")
    if database not in ("pubmed", "pmc"):
        raise Refusal(f"Database is not supported: {database}", 200 if database else 400)
    _check_format(request)
    ids = _wanted(database, history, request)
    body = _pubmed(corpus, ids) if database == "pubmed" else _pmc(corpus, ids)
    return Answer(200, body), history


def _check_format(request: Request) -> None:
    rettype, retmode = request.value("rettype").lower(), request.value("retmode", "xml").lower()
    if retmode != "xml" or rettype not in _RETTYPES:
        raise Refusal(f"Only XML is served here, not rettype={rettype}&retmode={retmode}", 400)


def _wanted(database: str, history: History, request: Request) -> tuple[str, ...]:
    start, most = request.number("retstart", 0), min(request.number("retmax", MOST), MOST)
    if "id" in request.parameters:
        ids = numbers(database, request.parameters["id"])
        if not ids:
            raise Refusal("ID list is empty! Possibly it has no correct IDs.", 400)
        return ids[start : start + most]
    if not request.value("webenv"):
        raise Refusal("Neither id nor WebEnv and query_key were given", 400)
    return _stored(database, history, request)[start : start + most]


def _stored(database: str, history: History, request: Request) -> tuple[str, ...]:
    ids = history.recall(database, request)
    if database == "pmc":
        return ids
    if request.number("retstart", 0) >= HISTORY_CAP:
        raise Refusal("'retstart' cannot be larger than 9998", 400)
    return ids[:HISTORY_CAP]  # a page across the line is short, and nothing says so


def _pubmed(corpus: Corpus, ids: Iterable[str]) -> bytes:
    raw = (corpus.raw[pmid] + b"\n" for pmid in ids if pmid in corpus.raw)
    return b"".join((PROLOG, _PUBMED, b"<PubmedArticleSet>\n", *raw, b"</PubmedArticleSet>"))


def _pmc(corpus: Corpus, ids: Iterable[str]) -> bytes:
    articles = (_article(corpus, pmcid) + b"\n" for pmcid in ids)
    return b"".join((PROLOG, _PMC, b"<pmc-articleset>", *articles, b"</pmc-articleset>"))


def _article(corpus: Corpus, pmcid: str) -> bytes:
    if pmcid in corpus.articles:
        return corpus.articles[pmcid]
    records = (corpus.records.get(pmid) for pmid in corpus.pmids.get(pmcid, ()))
    record = next((record for record in records if record), None)
    missing = element("error", f"The following PMCID is not available: {pmcid}", {"id": pmcid})
    found = missing if record is None else front_only(record, pmcid)
    return etree.tostring(found, encoding="UTF-8", xml_declaration=False)
