"""Revised: which held records the source has changed, asked by their date of revision (LR)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lxml import etree

from perennial.archive import Archive, Entry, Holding, received
from perennial.entrez import Answer, Source, ask
from perennial.records import read

# Ids in one query; a POST of about 9 kB. NCBI documents no limit for [uid] lists (2026); the
# queries of large systematic reviews are as long.
UIDS = 500


def revised(
    pmids: Sequence[str], since: str, source: Source, archive: Archive, held: Holding
) -> list[str]:
    """Those of ``pmids`` whose date of revision at the source is newer than the held one.

    The source is asked twice: which were revised since ``since`` (YYYY-MM-DD) at all, and which
    of those after the revision that is held. The second question leaves out what a window that
    overlaps the last one brings up again and again.
    """
    recent = _since(since, pmids, source, archive)
    groups: dict[str, list[str]] = {}
    for pmid, day in _unseen_from(recent, source, archive, held).items():
        groups.setdefault(max(day, since), []).append(pmid)
    stale = groups.pop(since, [])
    for day, group in sorted(groups.items()):
        stale += _since(day, group, source, archive)
    return stale


def filed(source: Source, archive: Archive, utility: str, root: str, **params: str) -> Answer:
    """Ask, and keep the answer. Raises SourceError as ``ask`` does."""
    answer = ask(source, utility, root, **params)
    archive.file(Entry(answer.when, source.name, utility, params), answer.body)
    return answer


def _since(day: str, pmids: Sequence[str], source: Source, archive: Archive) -> list[str]:
    found: list[str] = []
    for start in range(0, len(pmids), UIDS):
        batch = pmids[start : start + UIDS]
        listed = " OR ".join(f"{pmid}[uid]" for pmid in batch)
        term = f"({listed}) AND {day.replace('-', '/')}:3000[lr]"
        params = {"db": "pubmed", "term": term, "retmax": str(len(batch))}
        found += _among(batch, filed(source, archive, "esearch", "eSearchResult", **params).tree)
    return found


def _among(batch: Sequence[str], result: etree._Element) -> Sequence[str]:
    """The ids told; all, to be on the safe side, where the answer is about others as well.

    PubMed leaves out words that it does not know, and the id of a deleted record is such a word.
    """
    ids = [node.text or "" for node in result.iterfind("IdList/Id")]
    whole = int(result.findtext("Count", "-1")) == len(ids) and set(ids) <= set(batch)
    return ids if whole else batch


def _unseen_from(
    pmids: Sequence[str], source: Source, archive: Archive, held: Holding
) -> dict[str, str]:
    """The first day on which a revision of each record is not the one held, "" if unknown."""
    when = received(archive, source.name, "pubmed")
    records, _ = read(archive, held, pmids)
    days = {pmid: records[pmid].revised if pmid in records else "" for pmid in pmids}
    return {pmid: _unseen(day, when[pmid][:10]) for pmid, day in days.items()}


def _unseen(revision: str, seen: str) -> str:
    """A record received on the very day of its revision may have been revised again that day."""
    if len(revision) < len("2026-01-01") or seen <= revision:
        return revision
    return (date.fromisoformat(revision) + timedelta(days=1)).isoformat()
