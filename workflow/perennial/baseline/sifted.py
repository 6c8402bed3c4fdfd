"""What sifting a file of the baseline leaves: the few records that a search finds, and an account.

A file of the baseline (or an update file) holds up to 30,000 records, of which a search wants a
few. ``Sifted`` is all that a later stage needs of the others: that they were there, and in which
version, so that a later file can replace or delete them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that the search wants, as the file gives it."""

    pmid: int
    version: int  # 1 for nearly all
    questions: tuple[str, ...]  # ids of the strategies it answers, identifiers as written
    raw: bytes  # the whole element, UTF-8, as it stands in the file


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that cannot be read; it is told, never passed over."""

    pmid: str  # "" if it has none
    reason: str


@dataclass(frozen=True, slots=True)
class Sifted:
    """One file, sifted. ``present`` and ``deleted`` are (PMID, version) in the file's order."""

    name: str  # pubmed26n0001.xml.gz
    number: int  # 1: files apply in the order of their numbers
    md5: str
    asked: str  # SHA-256 of the questions: sifted files are folded only if it is the same
    latest: str  # the newest DateRevised of the file, YYYY-MM-DD: the source's own clock
    present: tuple[tuple[int, int], ...]
    deleted: tuple[tuple[int, int], ...]
    hits: tuple[Hit, ...]
    refused: tuple[Refused, ...]
