"""The files that are served, read once: records, their raw XML, and full texts."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from pathlib import Path

from lxml import etree

from perennial.days import is_day
from perennial.errors import InputError, Place
from perennial.eutils import jats
from perennial.eutils.identifiers import number
from perennial.pubmed import parse, raw_articles
from perennial.query import Document
from perennial.record import Record

_UNDATED = "1970-01-01"  # the server's date over a corpus in which nothing is dated
_LARGEST = 2**30  # bytes unpacked; a baseline file of 30,000 records takes about 240 MB (2026)


@dataclass(frozen=True, slots=True)
class Refused:
    """An element of a file that cannot be served, and why."""

    file: str
    place: str  # "article 3, line 120"
    pmid: str  # "" when it has none
    reason: str

    def __str__(self) -> str:
        """Where it stands and why, for a person to read."""
        name = f"PMID {self.pmid}: " if self.pmid else ""
        return ": ".join(part for part in (self.file, self.place, name + self.reason) if part)


@dataclass(frozen=True)
class Corpus:
    """What the server holds. ``raw`` has an entry for each of ``records``; both go by PMID.

    ``articles`` are JATS ``<article>`` elements by the digits of their PMCID, and
    ``article_pmids`` the PMIDs that they state.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    raw: Mapping[str, bytes] = field(default_factory=dict)
    articles: Mapping[str, bytes] = field(default_factory=dict)
    article_pmids: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    today: str = _UNDATED

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Every record as the query evaluator reads it, by PMID."""
        return {pmid: Document.of(record) for pmid, record in self.records.items()}

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(digits of PMCID, PMID) as records and full texts state them, each pair once."""
        stated = ((number("pmc", r.pmcid), pmid) for pmid, r in self.records.items() if r.pmcid)
        return tuple(dict.fromkeys([*stated, *self.article_pmids.items()]))

    @cached_property
    def pmids(self) -> Mapping[str, tuple[str, ...]]:
        """The PMIDs of each PMCID (digits)."""
        return _grouped(self.links)

    @cached_property
    def pmcids(self) -> Mapping[str, tuple[str, ...]]:
        """The PMCIDs (digits) of each PMID."""
        return _grouped((pmid, pmcid) for pmcid, pmid in self.links)

    @cached_property
    def pmc(self) -> frozenset[str]:
        """Every PMCID (digits) that PMC knows here, with or without a full text."""
        return frozenset(self.pmids) | frozenset(self.articles)


def load(files: Sequence[Path], *, today: str = "") -> Corpus:
    """Read PubMed and JATS files in order; a later version of a record replaces an earlier one.

    Deletions in a PubMed file (DeleteCitation) take effect. ``today`` is YYYY-MM-DD, or ""
    for the newest date that a record bears. Raises InputError for a wrong date, a file that
    cannot be read, and a file with nothing usable.
    """
    if today and not is_day(today):
        raise InputError(f"{today!r} is not a date", hint="write it as 2026-06-01")
    corpus = reduce(_with, files, Corpus())
    return replace(corpus, today=today or _newest(corpus.records.values()))


def _with(corpus: Corpus, path: Path) -> Corpus:
    xml = _read(path)
    add = _with_articles if _root(xml) in jats.ROOTS else _with_records
    return add(corpus, xml, str(path))


def _with_records(corpus: Corpus, xml: bytes, file: str) -> Corpus:
    parsed = parse(xml, file)
    refused = tuple(Refused(file, one.place, one.pmid, one.reason) for one in parsed.refused)
    if not (parsed.records or parsed.deleted):
        raise _nothing_usable(file, refused)
    records = {**corpus.records, **{record.pmid: record for record in parsed.records}}
    raw = {**corpus.raw, **dict(raw_articles(xml, file))}
    deleted = frozenset(parsed.deleted)
    kept = {pmid: record for pmid, record in records.items() if pmid not in deleted}
    return replace(
        corpus,
        records=kept,
        raw={pmid: raw[pmid] for pmid in kept},
        refused=corpus.refused + refused,
    )


def _with_articles(corpus: Corpus, xml: bytes, file: str) -> Corpus:
    articles = tuple(jats.articles(xml, file))
    refused = tuple(Refused(file, one.place, "", one.refusal) for one in articles if one.refusal)
    held = [one for one in articles if not one.refusal]
    if not held:
        raise _nothing_usable(file, refused)
    return replace(
        corpus,
        articles={**corpus.articles, **{one.pmcid: one.xml for one in held}},
        article_pmids={**corpus.article_pmids, **{a.pmcid: a.pmid for a in held if a.pmid}},
        refused=corpus.refused + refused,
    )


def _nothing_usable(file: str, refused: tuple[Refused, ...]) -> InputError:
    why = f"; the first that was refused: {refused[0].reason}" if refused else ""
    return InputError(
        f"Nothing in this file can be served{why}",
        Place(file),
        "give PubMed XML (PubmedArticleSet) or JATS XML (article, pmc-articleset)",
    )


def _read(path: Path) -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data: bytes = file.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"Cannot be read: {error}", Place(str(path))) from error
    if len(data) > _LARGEST:
        raise InputError(f"Holds more than {_LARGEST:,} bytes", Place(str(path)))
    return data


def _root(xml: bytes) -> str:
    """The name of the root element, "" where there is none: the parser will say why."""
    events = etree.iterparse(
        io.BytesIO(xml), events=("start",), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        return etree.QName(next(iter(events))[1]).localname
    except (etree.XMLSyntaxError, StopIteration):
        return ""


def _newest(records: Iterable[Record]) -> str:
    """The latest full date in the records' own histories; publication dates may lie ahead."""
    dates = (day for r in records for day in (r.entered, r.created, r.indexed, r.revised))
    return max(filter(is_day, dates), default=_UNDATED)


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        groups[key] = (*groups.get(key, ()), value)
    return groups
