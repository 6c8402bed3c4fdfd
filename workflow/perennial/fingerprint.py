"""Fingerprint: whether a record that is given again is the one that is held."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from perennial.archive import Archive
from perennial.pubmed import raw_articles


def prints(answer: bytes, file: str = "") -> dict[str, str]:
    """A hash of each record of an answer, by PMID, whatever its layout. InputError as ``parse``."""
    return {pmid: hashlib.sha256(raw).hexdigest() for pmid, raw in raw_articles(answer, file)}


def fingerprints(archive: Archive, held: Mapping[str, str]) -> dict[str, str]:
    """A hash of each record as it is ``held`` (PMID → answer), "" for one that cannot be read."""
    found = dict.fromkeys(held, "")
    for digest in dict.fromkeys(held.values()):
        read = prints(archive.answer(digest), digest)
        found.update({pmid: print_ for pmid, print_ in read.items() if held.get(pmid) == digest})
    return found
