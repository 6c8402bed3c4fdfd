"""Ids of records: PubMed's own numbers, and ids for records that PubMed does not have."""

from __future__ import annotations

import hashlib

# Ten hex digits are 40 bits: among 100,000 imported records two share an id once in 200 reviews;
# the reader of an import sees it and stops.
LENGTH = 10


def from_pubmed(id_: str) -> bool:
    """Whether ``id_`` is a PMID, so that PubMed can be asked for it."""
    return id_.isascii() and id_.isdigit()


def called(id_: str) -> str:
    """A record's id as people read it: ``PMID 123``, or ``record x0123456789``."""
    return f"PMID {id_}" if from_pubmed(id_) else f"record {id_}"


def own_id(*what: str) -> str:
    """An id made of what identifies a record where it has no PMID: ``x`` and ten hex digits."""
    return "x" + hashlib.sha256("\0".join(what).encode()).hexdigest()[:LENGTH]


def sort_key(id_: str) -> tuple[int, int, str]:
    """PMIDs first, the older (smaller) before the newer; then the others in their own order."""
    return (0, int(id_), "") if from_pubmed(id_) else (1, 0, id_)
