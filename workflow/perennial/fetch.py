"""Fetch: the records and full texts that are not held yet, each answer straight to the archive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from perennial.archive import Archive, Entry, Holding, holding, received
from perennial.entrez import Source, ask
from perennial.entrez.checked import MANY
from perennial.errors import SourceError
from perennial.fingerprint import fingerprints, prints

# NCBI: more than about 200 ids belong in a POST; 200 records are some 2 MB, a fair piece
# to lose when a connection breaks.
BATCH = 200
# A JATS article is about 100 kB; ten at a time keep an answer small.
ARTICLES = 10
# What may well be gone is asked for in pieces so small that an answer may be empty.
PIECE = MANY - 1
# Held records that the source's index is asked about beside those it may have let go of: one
# that it gave may be gone since, three hardly.
WITNESSES = 3
SHOWN = 10  # ids in a message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kind:
    db: str
    root: str
    batch: int
    ids: Callable[[etree._Element], Iterator[str]]


def fetch_records(
    pmids: Sequence[str], source: Source, archive: Archive, accepted: Collection[str] = ()
) -> Holding:
    """Fetch the PubMed records not held yet; ids the source does not give are asked for twice.

    Those still lacking are looked up in the source's index. One that it no longer lists is gone;
    for one that it lists, unless it is among the ``accepted``, SourceError is raised when all
    else has been archived.
    """
    with archive.writing():
        lacking = _fetch(_PUBMED, pmids, source, archive).lacking
        asked = [pmid for pmid in dict.fromkeys(pmids) if pmid in lacking]
        if owed := _owed(asked, source, archive, accepted):
            raise _withheld(owed)
        return holding(archive, source.name, "pubmed")


def fetch_fulltext(pmcids: Sequence[str], source: Source, archive: Archive) -> Holding:
    """Fetch the PMC articles not held yet (``PMC`` and digits)."""
    return _fetch(_PMC, pmcids, source, archive)


def reread(pmids: Iterable[str], source: Source, archive: Archive) -> tuple[str, ...]:
    """Ask again for PubMed records that are held; returns those that have changed since.

    The archive takes a record that is the same in its canonical form for no news, whatever
    stood beside it in the answer. An id that is no longer given is noted as gone.
    """
    with archive.writing():
        held = holding(archive, source.name, "pubmed")
        known = [pmid for pmid in dict.fromkeys(pmids) if pmid in held.held]
        as_held = fingerprints(archive, {pmid: held.held[pmid] for pmid in known})
        _ask_all(_PUBMED, known, source, archive, held.gone, as_held)
        after = holding(archive, source.name, "pubmed").held
    return tuple(pmid for pmid in known if after[pmid] != held.held[pmid])


def _fetch(kind: _Kind, wanted: Sequence[str], source: Source, archive: Archive) -> Holding:
    with archive.writing():
        before = holding(archive, source.name, kind.db)
        new = [id_ for id_ in dict.fromkeys(wanted) if id_ not in before.held]
        _ask_all(kind, new, source, archive, before.lacking, {})
        return holding(archive, source.name, kind.db)


def _ask_all(
    kind: _Kind,
    ids: Sequence[str],
    source: Source,
    archive: Archive,
    ungiven: Collection[str],
    known: Mapping[str, str],
) -> None:
    """Those ``ungiven`` before come last: a rerun asks for the rest just as the first run would."""
    first = [id_ for id_ in ids if id_ not in ungiven]
    last = [id_ for id_ in ids if id_ in ungiven]
    asked = 0
    for batch in (*_pieces(first, kind.batch), *_pieces(last, min(kind.batch, PIECE))):
        for lacks in _pieces(_ask(kind, batch, source, archive, known), PIECE):
            _ask(kind, lacks, source, archive, known)
        asked += len(batch)
        log.info("%s: %d of %d ids asked for", kind.db, asked, len(ids))


def _pieces(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _ask(
    kind: _Kind, ids: Sequence[str], source: Source, archive: Archive, known: Mapping[str, str]
) -> list[str]:
    """One request; returns the ids that its answer lacks."""
    params = {"db": kind.db, "id": ",".join(id_.removeprefix("PMC") for id_ in ids)}
    answer = ask(source, "efetch", kind.root, **params)
    given = set(kind.ids(answer.tree))
    now = prints(answer.body) if known else {}
    same = {id_ for id_ in given if id_ in known and now.get(id_, "") == known[id_]}
    holds = tuple(id_ for id_ in ids if id_ in given - same)
    lacks = tuple(id_ for id_ in ids if id_ not in given)
    as_before = tuple(id_ for id_ in ids if id_ in same)
    entry = Entry(answer.when, source.name, "efetch", params, holds, lacks, as_before)
    archive.file(entry, answer.body)
    return list(lacks)


def _owed(
    pmids: Sequence[str], source: Source, archive: Archive, accepted: Collection[str]
) -> list[str]:
    """Those that the source's index lists, save the accepted; its answers go to the archive."""
    owed: list[str] = []
    witnesses = _last_given(archive, source) if pmids else []
    for batch in _pieces(pmids, BATCH):
        params = _listed_query([*batch, *witnesses])
        answer = ask(source, "esearch", "eSearchResult", **params)
        listed = _listed(batch, witnesses, answer.tree)
        gone = tuple(pmid for pmid in batch if pmid not in listed)
        without = tuple(pmid for pmid in batch if pmid in listed and pmid in accepted)
        entry = Entry(answer.when, source.name, "esearch", params, lacks=gone, accepted=without)
        archive.file(entry, answer.body)
        owed += (pmid for pmid in batch if pmid in listed and pmid not in accepted)
    return owed


def _last_given(archive: Archive, source: Source) -> list[str]:
    given = received(archive, source.name, "pubmed")
    return sorted(given, key=given.__getitem__)[-WITNESSES:]


def _listed_query(pmids: Sequence[str]) -> dict[str, str]:
    term = " OR ".join(f"{pmid}[uid]" for pmid in pmids)
    return {"db": "pubmed", "term": term, "retmax": str(len(pmids))}


def _listed(
    pmids: Sequence[str], witnesses: Sequence[str], result: etree._Element
) -> Collection[str]:
    """Those of ``pmids`` that the index lists; all, where what it says cannot be relied on.

    It must list what it counts, none but what it was asked about, and a record just given.
    """
    told = [node.text or "" for node in result.iterfind("IdList/Id")]
    whole = result.findtext("Count") == str(len(told)) and set(told) <= {*pmids, *witnesses}
    if whole and (not witnesses or set(told) & set(witnesses)):
        return told
    log.warning("the source's index cannot be relied on: all %d ids count as listed", len(pmids))
    return pmids


def _withheld(pmids: Sequence[str]) -> SourceError:
    noun, verb = ("record", "was") if len(pmids) == 1 else ("records", "were")
    first = " (first ten)" if len(pmids) > SHOWN else ""
    return SourceError(
        f"{len(pmids):,} {noun} that the source lists {verb} asked for twice and not given: "
        f"{', '.join(pmids[:SHOWN])}{first}",
        hint="run again later; if the source never gives them, "
        "name them under accept_missing in config/search.yaml",
    )


def _pmids(answers: etree._Element) -> Iterator[str]:
    paths = ("PubmedArticle/MedlineCitation/PMID", "PubmedBookArticle/BookDocument/PMID")
    return (node.text or "" for path in paths for node in answers.iterfind(path))


def _pmcids(answers: etree._Element) -> Iterator[str]:
    for node in answers.iterfind("article/front/article-meta/article-id"):
        if node.get("pub-id-type") in ("pmc", "pmcid"):
            yield "PMC" + (node.text or "").upper().removeprefix("PMC")


_PUBMED = _Kind("pubmed", "PubmedArticleSet", BATCH, _pmids)
_PMC = _Kind("pmc", "pmc-articleset", ARTICLES, _pmcids)
