"""Fetch: the records and full texts that are not held yet, each answer straight to the archive."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from perennial.archive import Archive, Entry, Holding, holding
from perennial.entrez import Source, ask
from perennial.pubmed import raw_articles

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


def reread(pmids: Iterable[str], source: Source, archive: Archive) -> tuple[str, ...]:
    """Ask again for PubMed records that are held; returns those that have changed since.

    The archive takes a record that is the same in its canonical form for no news, whatever
    stood beside it in the answer. An id that is no longer given is noted as gone.
    """
    with archive.writing():
        before = holding(archive, source.name, "pubmed").held
        known = [pmid for pmid in dict.fromkeys(pmids) if pmid in before]
        prints = _fingerprints(archive, {pmid: before[pmid] for pmid in known})
        _ask_all(_PUBMED, known, source, archive, prints)
        after = holding(archive, source.name, "pubmed").held
    return tuple(pmid for pmid in known if after[pmid] != before[pmid])


def _fetch(kind: _Kind, wanted: Sequence[str], source: Source, archive: Archive) -> Holding:
    with archive.writing():
        held = holding(archive, source.name, kind.db).held
        new = [id_ for id_ in dict.fromkeys(wanted) if id_ not in held]
        _ask_all(kind, new, source, archive, {})
        return holding(archive, source.name, kind.db)


def _ask_all(
    kind: _Kind, ids: Sequence[str], source: Source, archive: Archive, known: Mapping[str, str]
) -> None:
    for start in range(0, len(ids), kind.batch):
        batch = ids[start : start + kind.batch]
        if lacks := _ask(kind, batch, source, archive, known):
            _ask(kind, lacks, source, archive, known)
        log.info("%s: %d of %d ids asked for", kind.db, start + len(batch), len(ids))


def _ask(
    kind: _Kind, ids: Sequence[str], source: Source, archive: Archive, known: Mapping[str, str]
) -> list[str]:
    """One request; returns the ids that its answer lacks."""
    params = {"db": kind.db, "id": ",".join(id_.removeprefix("PMC") for id_ in ids)}
    answer = ask(source, "efetch", kind.root, **params)
    given = set(kind.ids(answer.tree))
    now = _prints(answer.body) if known else {}
    same = {id_ for id_ in given if id_ in known and now.get(id_, "") == known[id_]}
    holds = tuple(id_ for id_ in ids if id_ in given - same)
    lacks = tuple(id_ for id_ in ids if id_ not in given)
    as_before = tuple(id_ for id_ in ids if id_ in same)
    entry = Entry(answer.when, source.name, "efetch", params, holds, lacks, as_before)
    archive.file(entry, answer.body)
    return list(lacks)


def _fingerprints(archive: Archive, held: Mapping[str, str]) -> dict[str, str]:
    """A hash of each record as it is held, "" for one that cannot be read."""
    found = dict.fromkeys(held, "")
    for digest in dict.fromkeys(held.values()):
        prints = _prints(archive.answer(digest), digest)
        found.update({p: print_ for p, print_ in prints.items() if held.get(p) == digest})
    return found


def _prints(answer: bytes, file: str = "") -> dict[str, str]:
    return {pmid: hashlib.sha256(raw).hexdigest() for pmid, raw in raw_articles(answer, file)}


def _pmids(answers: etree._Element) -> Iterator[str]:
    paths = ("PubmedArticle/MedlineCitation/PMID", "PubmedBookArticle/BookDocument/PMID")
    return (node.text or "" for path in paths for node in answers.iterfind(path))


def _pmcids(answers: etree._Element) -> Iterator[str]:
    for node in answers.iterfind("article/front/article-meta/article-id"):
        if node.get("pub-id-type") in ("pmc", "pmcid"):
            yield "PMC" + (node.text or "").upper().removeprefix("PMC")


_PUBMED = _Kind("pubmed", "PubmedArticleSet", BATCH, _pmids)
_PMC = _Kind("pmc", "pmc-articleset", ARTICLES, _pmcids)
