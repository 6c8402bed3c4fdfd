"""Sift: one file of the baseline, gone through for the records that a search finds.

Nearly every record is refused by its bytes (``prefilter``); the rest is parsed and asked the
queries themselves, so that what is found is exactly what they find in all that the file holds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from lxml import etree

from perennial import pubmed
from perennial.baseline.files import File
from perennial.baseline.prefilter import Prefilter, StrangeError
from perennial.baseline.questions import Questions
from perennial.baseline.sifted import Hit, Refused, Sifted
from perennial.baseline.unpack import blocks, check_md5
from perennial.errors import InputError, Place
from perennial.pubmed import Refusal
from perennial.pubmed.fields import PMID
from perennial.record import Record
from perennial.text import local_name, plain, read_xml

log = logging.getLogger(__name__)

SAMPLE = 16  # blocks: 8 MB, a thousand records
_ROOT = re.compile(rb"<PubmedArticleSet\s*>")
# How a record begins in NLM's files; soon behind stands the day on which it was revised.
_HEAD = re.compile(
    rb"\s*<PubmedArticle>\s*<MedlineCitation[^<>]*>\s*"
    rb'<PMID Version="(\d{1,2})">([1-9]\d{0,9})</PMID>'
)
_REVISED, _REVISED_END = b"<DateRevised>", b"</DateRevised>"
_BEHIND = 400  # bytes; before it stands only the day of completion
_DELETIONS = ("DeleteCitation", "DeleteDocument")
_VERSION = re.compile(r"[1-9]\d?", re.ASCII)
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))


@dataclass
class _Account:
    """What has been seen of a file so far."""

    present: list[tuple[int, int]] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    # Of a record that is given twice, the last.
    hits: dict[tuple[int, int], Hit] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    latest: bytes = b""  # YYYYMMDD


def sift(files: Iterable[File], questions: Questions) -> Iterator[Sifted]:
    """Go through ``files`` for what answers ``questions``, and account for the rest.

    Raises InputError, naming the file, if one is not whole or not what its sidecar says, and
    for what does not stand where NLM puts it.
    """
    prefilter: Prefilter | None = None
    for file in files:
        prefilter = prefilter or _prefilter(file, questions)
        try:
            account = _account(file, questions, prefilter)
        except InputError:
            check_md5(file)  # damage is told before what it looks like
            raise
        yield _sifted(file, questions, account)


def _account(file: File, questions: Questions, prefilter: Prefilter) -> _Account:
    try:
        return _by_bytes(file, questions, prefilter)
    except StrangeError:
        log.warning("%s holds comments or the like, and is parsed in full", file.name)
        return _by_parsing(file, questions)


def _sifted(file: File, questions: Questions, account: _Account) -> Sifted:
    return Sifted(
        name=file.name,
        number=file.number,
        md5=file.md5,
        asked=questions.digest,
        latest=_iso(account.latest, file),
        present=tuple(account.present),
        deleted=tuple(account.deleted),
        hits=tuple(account.hits.values()),
        refused=tuple(account.refused),
    )


def _iso(day: bytes, file: File) -> str:
    try:
        return f"{date.fromisoformat(day.decode())}" if day else ""
    except ValueError:
        message = f"says that a record was revised on {day.decode()}, which is no day"
        raise InputError(message, Place(file.path)) from None


def _prefilter(file: File, questions: Questions) -> Prefilter:
    """Its words are chosen by the beginning of a file: what is rare there is rare enough."""
    sample = b"".join(islice(blocks(file), SAMPLE))
    prefilter = Prefilter(questions.need, questions.fields, sample)
    if prefilter.chosen is None:
        log.warning("no word is common to all that is sought: every record is read")
    return prefilter


def _by_bytes(file: File, questions: Questions, prefilter: Prefilter) -> _Account:
    account, rest, begun = _Account(), b"", False
    for block in blocks(file):
        text = block if begun else _behind_root(block, file)
        rest, begun = _sift(text, prefilter, questions, account, file), True
    tail = read_xml(b"<PubmedArticleSet>" + rest, file.path)
    _check_tail(tail, file)
    account.deleted += _deletions(tail, file)
    return account


def _by_parsing(file: File, questions: Questions) -> _Account:
    """The same for a file whose records cannot be told by their bytes."""
    account, xml = _Account(), b"".join(blocks(file))
    parsed = pubmed.parse(xml, file.path)
    for record, (_, raw) in zip(parsed.records, pubmed.raw_articles(xml, file.path), strict=True):
        _judge(record, raw, questions, account)
        account.latest = max(account.latest, record.revised.replace("-", "").encode())
    account.refused += (Refused(one.pmid, one.reason) for one in parsed.refused)
    account.deleted += _deletions(read_xml(xml, file.path), file)
    return account


def _behind_root(block: bytes, file: File) -> bytes:
    root = _ROOT.search(block, 0, 10_000)
    if root is None:
        raise InputError("has no PubmedArticleSet", Place(file.path), "is it a file of PubMed's?")
    return block[root.end() :]


def _sift(
    block: bytes, prefilter: Prefilter, questions: Questions, account: _Account, file: File
) -> bytes:
    """Account for the records of ``block``; returns what stands behind the last."""
    cut = prefilter.cut(block)
    candidates, named, hits = set(cut.candidates), questions.pmids, account.hits
    start = 0
    for at, end in enumerate(cut.ends):
        head = _HEAD.match(block, start, end)
        if head:
            version, pmid = map(int, head.groups())
            day = _revised(block, head.end())
            account.latest = max(account.latest, day)
        if head is None or at in candidates or pmid in named:
            _read(block[start:end].strip(), questions, account, file)
        else:
            account.present.append((pmid, version))
            if (pmid, version) in hits:  # given before, and this is another text
                del hits[pmid, version]
        start = end
    return block[start:]


def _revised(block: bytes, start: int) -> bytes:
    """The day of revision in the record whose PMID ends at ``start``, as YYYYMMDD."""
    at = block.find(_REVISED, start, start + _BEHIND)
    told = block[at : block.find(_REVISED_END, at, at + _BEHIND)] if at >= 0 else b""
    digits = told.translate(None, _NO_DIGITS)
    return digits if len(digits) == 8 else b""


def _read(raw: bytes, questions: Questions, account: _Account, file: File) -> None:
    record = pubmed.article(raw, file.path)
    if isinstance(record, Refusal):
        account.refused.append(Refused(record.pmid, record.reason))
    else:
        _judge(record, raw, questions, account)


def _judge(record: Record, raw: bytes, questions: Questions, account: _Account) -> None:
    if not _VERSION.fullmatch(record.version or "1"):
        account.refused.append(Refused(record.pmid, f"its version is {record.version!r}"))
        return
    key = int(record.pmid), int(record.version or 1)
    account.present.append(key)
    account.hits.pop(key, None)
    if answered := questions.answered(record):
        account.hits[key] = Hit(*key, answered, raw)


def _deletions(root: etree._Element, file: File) -> Iterator[tuple[int, int]]:
    """The records that the file withdraws; InputError for one that is not plainly named."""
    for pmid in chain(*(root.iterfind(f"{name}/PMID") for name in _DELETIONS)):
        number, version = plain(pmid), pmid.get("Version") or ""
        if not (PMID.fullmatch(number) and _VERSION.fullmatch(version)):
            told = f"withdraws PMID {number!r}, version {version!r}"
            raise InputError(told, Place(file.path), "both should be numbers")
        yield int(number), int(version)


def _check_tail(root: etree._Element, file: File) -> None:
    """Behind the last record stands what is withdrawn, and nothing else."""
    other = [local_name(child) for child in root if child.tag not in _DELETIONS]
    stray = "".join([root.text or "", *(child.tail or "" for child in root)]).strip()
    if other or stray:
        said = other[0] if other else stray[:80]
        raise InputError(f"behind the last record stands {said!r}", Place(file.path))
