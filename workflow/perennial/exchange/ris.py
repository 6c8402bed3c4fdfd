"""RIS, as each tool reads it: one field a line, and the tool's own way to hold an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from perennial.exchange.ours import SENT, TAG
from perennial.exchange.sent import Sent, names, pages, title
from perennial.imports.ids import from_pubmed
from perennial.record import Record
from perennial.render.wording import pmc, pubmed
from perennial.text import clean

Field = tuple[str, str]
# ASReview's words for a label, in a note (N1): its documentation, "Data format", RIS.
ASREVIEW = {"include": "ASReview_relevant", "exclude": "ASReview_irrelevant"}
_RAYYAN = {"include": "Included", "exclude": "Excluded", "human": "Maybe"}


def ris(sent: Iterable[Sent], outcome: Callable[[Sent], Iterable[Field]]) -> bytes:
    """The entries of ``sent``; ``outcome`` gives the fields in which the tool looks for it."""
    return "".join(_entry(one, outcome(one)) for one in sent).encode()


def _entry(one: Sent, outcome: Iterable[Field]) -> str:
    fields = [*_fields(one.record), *outcome]
    lines = [f"{tag}  - {line}" for tag, value in fields if (line := clean(value))]
    return "\n".join([f"TY  - {_type(one.record)}", *lines, "ER  - ", "", ""])


def _type(record: Record) -> str:
    if "Book Chapter" in record.publication_types:
        return "CHAP"
    return "BOOK" if record.kind == "book" else "JOUR"


def _fields(record: Record) -> Iterator[Field]:
    """``DA`` is year/month/day/ with what is not known left empty, as the format wants it."""
    start, end = pages(record.pages)
    yield "TI", title(record)
    yield from (("AU", name) for name in names(record.authors))
    yield "T2", record.journal or record.journal_abbreviation
    yield "JA", record.journal_abbreviation
    yield "PY", str(record.year or "")
    yield "DA", date(record.date)
    yield "VL", record.volume
    yield "IS", record.issue
    yield "SP", start
    yield "EP", end
    yield "SN", record.issn
    yield "DO", record.doi
    if from_pubmed(record.pmid):
        yield "AN", record.pmid
        yield "DB", "PubMed"
    yield "C2", record.pmcid
    yield from (("LA", language) for language in record.languages)
    yield from (("M3", kind) for kind in record.publication_types)
    yield from (("KW", word) for word in record.keywords)
    yield from (("UR", url) for url in (pubmed(record.pmid), pmc(record.pmcid)) if url)
    yield "AB", record.abstract
    yield "ID", record.pmid


def date(iso: str) -> str:
    """``2020-03`` as ``2020/03//``."""
    parts = [*iso.split("-"), "", ""][:3] if iso else []
    return "/".join([*parts, ""]) if parts else ""


def plain(one: Sent) -> Iterator[Field]:
    """A note that says in words how the record stands."""
    if one.outcome:
        by = f" by {one.decided_by}" if one.decided_by else ""
        yield "N1", f"{SENT}: {one.outcome}{by} ({_because(one)})"


def asreview(one: Sent) -> Iterator[Field]:
    """The label as ASReview notes it, and a note that tells it from one given in ASReview."""
    yield "N1", ASREVIEW.get(one.outcome, "ASReview_not_seen")
    if one.outcome in ASREVIEW:
        yield "N1", f"{SENT}: {one.outcome}"


def rayyan(one: Sent) -> Iterator[Field]:
    """The note in which Rayyan writes decisions itself."""
    yield "N1", rayyan_note(one)


def rayyan_note(one: Sent) -> str:
    """Rayyan's own wording of a decision; what a rule decided stands under the name perennial."""
    if not one.outcome:
        return ""
    by = "perennial" if one.decided_by in ("", "rule") else one.decided_by.replace('"', "'")
    note = f'RAYYAN-INCLUSION: {{"{by}"=>"{_RAYYAN[one.outcome]}"}}'
    reason = one.reason.replace(",", ";") if one.outcome == "exclude" else ""
    return f"{note} | RAYYAN-EXCLUSION-REASONS: {reason}" if reason else note


def zotero(one: Sent) -> Iterator[Field]:
    """Tags, by which Zotero sorts."""
    yield from (("KW", tag) for tag in tags(one))


def tags(one: Sent) -> list[str]:
    """``perennial:exclude`` and ``perennial:X1``."""
    return [f"{TAG}{word}" for word in (one.outcome, one.criterion) if word]


def nothing(_: Sent) -> Iterator[Field]:
    """For a tool that takes no outcome from a file."""
    return iter(())


def _because(one: Sent) -> str:
    return ": ".join(filter(None, (one.criterion, one.reason))) or "no reason given"
