"""Link: what belongs together is linked, what is in doubt is marked; nothing is removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from perennial.record import Notice, Record
from perennial.screened import Integrity, Link

# PubMed's RefType for a notice *about* the record that carries it → what it means for it.
_BEARS = {
    "RetractionIn": "retracted",
    "PartialRetractionIn": "retracted",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "corrected",
    "UpdateIn": "corrected",
    "CorrectedandRepublishedIn": "republished",
    "RetractedandRepublishedIn": "republished",
}
# Journals also publish notes without a RefType of their own; PubMed files them as comments.
_NOTE = re.compile(r"\beditor\W?s'? note\b", re.I)
# The other direction: the record *is* a notice, or a version, of another one.
_IS = {
    "RetractionOf": "retraction of",
    "ErratumFor": "erratum of",
    "ExpressionOfConcernFor": "concern about",
    "UpdateOf": "preprint's article of",
}


def link(records: Sequence[Record]) -> tuple[list[Link], list[Integrity]]:
    """Duplicates and notices among ``records``, in the order of the records."""
    links = [*_duplicates(records), *_notices(records)]
    return links, [found for record in records for found in _integrity(record)]


def _duplicates(records: Sequence[Record]) -> Iterator[Link]:
    """A record whose DOI or PMCID an earlier record has: the earlier one stands for both."""
    first: dict[tuple[str, str], str] = {}
    for record in records:
        keys = [(kind, value.lower()) for kind, value in _ids(record) if value]
        known = next((key for key in keys if key in first), None)
        if known:
            yield Link(record.pmid, "duplicate of", first[known], f"same {known[0]}")
        for key in keys:
            first.setdefault(key, record.pmid)


def _ids(record: Record) -> Iterable[tuple[str, str]]:
    return (("DOI", record.doi), ("PMCID", record.pmcid))


def _notices(records: Sequence[Record]) -> Iterator[Link]:
    for record in records:
        for notice in record.notices:
            if notice.kind in _IS and notice.pmid:
                yield Link(record.pmid, _IS[notice.kind], notice.pmid, f"PubMed: {notice.kind}")


def _integrity(record: Record) -> Iterator[Integrity]:
    """Each notice once; a retraction counts even where only the publication type tells of it."""
    told = [(_bearing(notice), notice) for notice in record.notices]
    for kind, notice in told:
        if kind:
            yield Integrity(record.pmid, kind, notice.pmid, notice.citation)
    by_notice = any(kind == "retracted" for kind, _ in told)
    if "Retracted Publication" in record.publication_types and not by_notice:
        yield Integrity(record.pmid, "retracted", "", "PubMed: Retracted Publication")


def _bearing(notice: Notice) -> str:
    """What a notice means for the record that carries it, "" if nothing."""
    if notice.kind == "CommentIn" and _NOTE.search(notice.citation):
        return "editor's note"
    return _BEARS.get(notice.kind, "")
