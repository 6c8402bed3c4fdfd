"""Explain: the way of one record through the criteria, and the words that each of them found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from perennial.decisions.decision import Decision, Verdict
from perennial.explain.near import Apart, apart
from perennial.preview.flips import Version, in_force
from perennial.preview.held import Held
from perennial.preview.protocol import Protocol
from perennial.query import Panel
from perennial.query.document import display
from perennial.record import Record
from perennial.screen import Criterion, screen
from perennial.screened import DUPLICATE, Integrity, Link, Match, Screened

SETTLED, WENT_ON = "settled here", "went on"
NOT_REACHED = "not reached: settled before"
PASSED_OVER = "held, but does not settle this record: it has no abstract, or is judged later"
LABELLED, FOR_PEOPLE = "labelled", "for reviewers"

_RUNNING = ("title", "vernacular_title", "abstract")
_LISTS = ("keywords", "publication_types", "headings")
_ALWAYS = ("title", "abstract", *_LISTS)


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion on the way: whether it held, by which words, and what followed.

    ``near`` says of one that did not hold how close the sides of its NEARs came.
    """

    id: str
    action: str
    label: str
    held: bool
    words: tuple[Match, ...]
    what: str
    near: tuple[Apart, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and the criteria that it met, in their order."""

    text: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of the record: one row of pieces for running text, one for each element of a list."""

    field: str
    rows: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class Explanation:
    """A record, its way, and what is known of it besides.

    ``by_rule`` and ``final`` are what the protocol given says; ``stored`` is the row that
    screening last wrote, None if there is none.
    """

    record: Record
    fields: tuple[Shown, ...]
    steps: tuple[Step, ...]
    by_rule: Screened
    final: Screened
    verdict: Verdict | None
    decisions: tuple[Decision, ...]
    notices: tuple[Integrity, ...]
    links: tuple[Link, ...]
    stored: Screened | None

    @property
    def duplicate_of(self) -> str:
        """The record that this one repeats, and with which it is judged; "" if there is none."""
        return next((link.other for link in self.links if link.kind == DUPLICATE), "")

    @property
    def differs(self) -> bool:
        """Whether the last screening said something else."""
        row = self.stored
        return row is not None and (row.outcome, row.criterion) != (
            self.final.outcome,
            self.final.criterion,
        )


def explain(
    pmids: Sequence[str], held: Held, version: Version, stored: Mapping[str, Screened]
) -> list[Explanation]:
    """The explanation of each of ``pmids``, which are all among the records held."""
    records = {record.pmid: record for record in held.records}
    said = in_force(version)
    queries = {c.id: c.query for c in version.protocol.criteria if c.query}
    panel = Panel(queries, version.protocol.mesh)
    return [
        _explained(records[pmid], held, version, said, panel, stored.get(pmid)) for pmid in pmids
    ]


def _explained(
    record: Record,
    held: Held,
    version: Version,
    said: Mapping[str, Verdict],
    panel: Panel,
    stored: Screened | None,
) -> Explanation:
    notices = tuple(notice for notice in held.integrity if notice.pmid == record.pmid)
    by_rule = _row(record, notices, version.protocol, {})
    steps = tuple(_steps(record, notices, version.protocol, panel, by_rule))
    return Explanation(
        record,
        tuple(_fields(record, steps)),
        steps,
        by_rule,
        _row(record, notices, version.protocol, said),
        said.get(record.pmid),
        tuple(row for row in version.decisions if row.pmid == record.pmid),
        notices,
        tuple(link for link in held.links if link.pmid == record.pmid),
        stored,
    )


def _row(
    record: Record,
    notices: Sequence[Integrity],
    protocol: Protocol,
    said: Mapping[str, Verdict],
) -> Screened:
    (row,) = screen([record], notices, protocol.criteria, said, protocol.mesh)
    return row


def _steps(
    record: Record,
    notices: Sequence[Integrity],
    protocol: Protocol,
    panel: Panel,
    by_rule: Screened,
) -> Iterator[Step]:
    answers, kinds = panel.ask(record), {notice.kind for notice in notices}
    settled = False
    for criterion in protocol.criteria:
        asked = answers.get(criterion.id)
        held = asked.holds if asked else bool(kinds & set(criterion.integrity))
        spans = asked.spans if asked and held else ()
        words = tuple(Match(criterion.id, s.field, s.start, s.end, s.text) for s in spans)
        what = _what(criterion, held, settled, by_rule.criterion)
        settled = settled or what == SETTLED
        missed = criterion.query if not held else None
        near = apart(missed, record, protocol.mesh) if missed else ()
        yield Step(criterion.id, criterion.action, criterion.label, held, words, what, tuple(near))


def _what(criterion: Criterion, held: bool, settled: bool, settles: str) -> str:
    if criterion.action == "tag":
        return LABELLED if held else WENT_ON
    if criterion.id == settles:
        return SETTLED
    if criterion.query is None and not criterion.integrity:
        return FOR_PEOPLE
    if settled:
        return NOT_REACHED
    return PASSED_OVER if held == (criterion.action == "exclude") else WENT_ON


def _fields(record: Record, steps: Sequence[Step]) -> Iterator[Shown]:
    found: dict[str, list[Match]] = {}
    for match in (match for step in steps for match in step.words):
        found.setdefault(match.field, []).append(match)
    for field in dict.fromkeys([*_RUNNING, *_LISTS, *found]):
        matches = found.get(field, [])
        if isinstance(text := getattr(record, field), str):
            rows = [tuple(pieces(text, matches))] if text else []
        else:
            rows = [(piece,) for piece in _elements(record, field, matches)]
        if rows and (matches or field in _ALWAYS):
            yield Shown(field, tuple(rows))


def pieces(text: str, matches: Iterable[Match]) -> Iterator[Piece]:
    """``text`` cut wherever a match begins or ends; joined, the pieces are the text again."""
    spans = list(matches)
    cuts = {0, len(text), *(m.start for m in spans), *(m.end for m in spans)}
    for start, end in pairwise(sorted(cuts)):
        here = [m.criterion for m in spans if m.start <= start and end <= m.end]
        yield Piece(text[start:end], tuple(dict.fromkeys(here)))


def _elements(record: Record, field: str, matches: Sequence[Match]) -> Iterator[Piece]:
    """All elements of the usual lists, of others only those that matched."""
    texts = [*_texts(record, field), *(match.text for match in matches)]
    for text in dict.fromkeys(texts):
        yield Piece(text, tuple(dict.fromkeys(m.criterion for m in matches if m.text == text)))


def _texts(record: Record, field: str) -> list[str]:
    if field == "headings":
        return [heading.descriptor for heading in record.headings]
    if field == "authors":
        return [display(author) for author in record.authors]
    return list(getattr(record, field)) if field in _LISTS else []
