"""Fetch: the records and full texts that are not held yet, each answer straight to the archive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from perennial.archive import Archive, Entry, Holding, holding
from perennial.entrez import Source, ask

# NCBI: more than about 200 ids belong in a POST; 200 records are some 2 MB, a fair piece
# to lose when a connection breaks.
BATCH = 200
# A JATS article is about 100 kB; ten at a time keep an answer small.
ARTICLES = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kind:
    db: str
    root: str
    batch: int
    ids: Callable[[etree._Element], Iterator[str]]


def fetch_records(pmids: Sequence[str], source: Source, archive: Archive) -> Holding:
    """Fetch the PubMed records not held yet; ids the source does not give are asked for twice."""
    return _fetch(_PUBMED, pmids, source, archive)


def fetch_fulltext(pmcids: Sequence[str], source: Source, archive: Archive) -> Holding:
    """Fetch the PMC articles not held yet (``PMC`` and digits)."""
    return _fetch(_PMC, pmcids, source, archive)


def _fetch(kind: _Kind, wanted: Sequence[str], source: Source, archive: Archive) -> Holding:
    held = holding(archive, source.name, kind.db).held
    new = [id_ for id_ in dict.fromkeys(wanted) if id_ not in held]
    for start in range(0, len(new), kind.batch):
        batch = new[start : start + kind.batch]
        if lacks := _ask(kind, batch, source, archive):
            _ask(kind, lacks, source, archive)
        log.info("%s: %d of %d new ids asked for", kind.db, start + len(batch), len(new))
    return holding(archive, source.name, kind.db)


def _ask(kind: _Kind, ids: Sequence[str], source: Source, archive: Archive) -> list[str]:
    """One request; returns the ids that its answer lacks."""
    params = {"db": kind.db, "id": ",".join(id_.removeprefix("PMC") for id_ in ids)}
    answer = ask(source, "efetch", kind.root, **params)
    given = set(kind.ids(answer.tree))
    holds = tuple(id_ for id_ in ids if id_ in given)
    lacks = tuple(id_ for id_ in ids if id_ not in given)
    archive.file(Entry(answer.when, source.name, "efetch", params, holds, lacks), answer.body)
    return list(lacks)


def _pmids(answers: etree._Element) -> Iterator[str]:
    paths = ("PubmedArticle/MedlineCitation/PMID", "PubmedBookArticle/BookDocument/PMID")
    return (node.text or "" for path in paths for node in answers.iterfind(path))


def _pmcids(answers: etree._Element) -> Iterator[str]:
    for node in answers.iterfind("article/front/article-meta/article-id"):
        if node.get("pub-id-type") in ("pmc", "pmcid"):
            yield "PMC" + (node.text or "").upper().removeprefix("PMC")


_PUBMED = _Kind("pubmed", "PubmedArticleSet", BATCH, _pmids)
_PMC = _Kind("pmc", "pmc-articleset", ARTICLES, _pmcids)
