"""Screen: criteria in the order in which they stand, then the reviewers, who have the last word.

A rule excludes only what it can show: the words that met an exclusion criterion. A record
that no rule excludes but that lacks what inclusion requires goes to a human.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perennial.config import Config, misread
from perennial.decisions import Decision
from perennial.errors import InputError
from perennial.query import Document, Mesh, Query, QueryError, Result, evaluate, parse, parse_blocks
from perennial.record import Record
from perennial.screened import Integrity, Match, Screened


@dataclass(frozen=True)
class Criterion:
    """One criterion of the protocol.

    ``action`` is ``exclude`` (a match excludes), ``require`` (a record must match, or a
    human decides) or ``tag`` (a match only labels). ``integrity`` matches notices such as
    ``retracted`` in place of words.
    """

    id: str
    action: str
    label: str
    reason: str
    query: Query | None
    integrity: tuple[str, ...]


def load_criteria(protocol: Config) -> tuple[Criterion, ...]:
    """The criteria of screening.yaml, their queries parsed; InputError at line and column."""
    try:
        blocks = parse_blocks(protocol.get("blocks") or {})
    except QueryError as error:
        raise misread(protocol, error, "blocks", error.block) from None
    criteria = tuple(_criterion(protocol, i, blocks) for i in range(len(protocol["criteria"])))
    _refuse_twins(protocol, criteria)
    return criteria


def _criterion(protocol: Config, index: int, blocks: Mapping[str, Query]) -> Criterion:
    row = protocol["criteria"][index]
    try:
        query = parse(row["query"], blocks) if "query" in row else None
    except QueryError as error:
        raise misread(protocol, error, "criteria", index, "query") from None
    notices = tuple(row.get("integrity", ()))
    return Criterion(row["id"], row["action"], row["label"], row["reason"], query, notices)


def _refuse_twins(protocol: Config, criteria: Sequence[Criterion]) -> None:
    ids = [criterion.id for criterion in criteria]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            place = protocol.place("criteria", index, "id")
            raise InputError(
                f"criterion {id_!r} is defined twice", place, "give it an id of its own"
            )


def screen(
    records: Sequence[Record],
    integrity: Sequence[Integrity],
    criteria: Sequence[Criterion],
    decisions: Mapping[str, Decision],
    mesh: Mesh | None = None,
) -> list[Screened]:
    """The outcome of every record, in the order of ``records``."""
    notices: dict[str, set[str]] = {}
    for notice in integrity:
        notices.setdefault(notice.pmid, set()).add(notice.kind)
    return [
        _decided(
            _judged(record, notices.get(record.pmid, set()), criteria, mesh), decisions, criteria
        )
        for record in records
    ]


def _judged(
    record: Record, notices: set[str], criteria: Sequence[Criterion], mesh: Mesh | None
) -> Screened:
    document = Document.of(record)
    met = {c.id: _met(c, document, notices, mesh) for c in criteria}
    matched = tuple(m for c in criteria if met[c.id].holds for m in _matches(c, met[c.id]))
    tags = tuple(c.id for c in criteria if c.action == "tag" and met[c.id].holds)
    for criterion in criteria:
        holds = met[criterion.id].holds
        if criterion.action == "exclude" and holds:
            words = tuple(m for m in matched if m.criterion == criterion.id)
            return _row_of(record, "exclude", criterion, criterion.reason, tags, words)
        if criterion.action == "require" and not holds:
            reason = f"not shown: {criterion.label}"
            return _row_of(record, "human", criterion, reason, tags, matched)
    required = {c.id for c in criteria if c.action == "require"}
    words = tuple(m for m in matched if m.criterion in required)
    return Screened(record.pmid, "include", "", "meets every requirement", "rule", tags, words)


def _row_of(
    record: Record,
    outcome: str,
    by: Criterion,
    reason: str,
    tags: tuple[str, ...],
    words: tuple[Match, ...],
) -> Screened:
    return Screened(record.pmid, outcome, by.id, reason, "rule", tags, words)


def _met(criterion: Criterion, document: Document, notices: set[str], mesh: Mesh | None) -> Result:
    if criterion.query is None:
        return Result(bool(notices & set(criterion.integrity)), ())
    return evaluate(criterion.query, document, mesh)


def _matches(criterion: Criterion, result: Result) -> list[Match]:
    return [Match(criterion.id, s.field, s.start, s.end, s.text) for s in result.spans]


def _decided(
    row: Screened, decisions: Mapping[str, Decision], criteria: Sequence[Criterion]
) -> Screened:
    """The reviewer outranks the rule; the rule's words stay for whoever reads the row."""
    decision = decisions.get(row.pmid)
    if decision is None:
        return row
    labels = {criterion.id: criterion.reason for criterion in criteria}
    reason = decision.note or labels.get(decision.criterion, "") or "decided by a reviewer"
    return Screened(
        row.pmid,
        decision.outcome,
        decision.criterion,
        reason,
        decision.reviewer,
        row.tags,
        row.matched,
    )
