"""Screen: criteria in the order in which they stand, then the reviewers, who have the last word.

A rule excludes only what it can show: the words that met an exclusion criterion. A record
that no rule excludes but that lacks what inclusion requires goes to a human.

A notice may come after a decision: a study that a reviewer included and that is retracted since
is set aside all the same, unless a decision to include it names the criterion of the notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from perennial.config import Config, misread
from perennial.decisions import Decision
from perennial.errors import InputError
from perennial.query import Document, Mesh, Query, QueryError, Result, evaluate, parse, parse_blocks
from perennial.record import Record
from perennial.screened import Integrity, Match, Screened

Met: TypeAlias = Mapping[str, Result]  # by the criterion's id


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
        _settled(
            record,
            criteria,
            _met(record, notices.get(record.pmid, set()), criteria, mesh),
            decisions.get(record.pmid),
        )
        for record in records
    ]


def _settled(
    record: Record, criteria: Sequence[Criterion], met: Met, decision: Decision | None
) -> Screened:
    ruled = _ruled(record, criteria, met)
    struck = next((c for c in criteria if _strikes(c) and met[c.id].holds), None)
    if struck is None or _knowing(decision, struck):
        return _decided(ruled, decision, criteria)
    own = decision if decision and decision.criterion != struck.id else None
    on_its_words = _ruled(record, [c for c in criteria if not _strikes(c)], met)
    if _decided(on_its_words, own, criteria).outcome != "include":
        return _decided(ruled, decision, criteria)
    row = _row_of(record, "exclude", struck, struck.reason, on_its_words.tags, ())
    return replace(row, set_aside=True)


def _strikes(criterion: Criterion) -> bool:
    return criterion.action == "exclude" and bool(criterion.integrity)


def _knowing(decision: Decision | None, struck: Criterion) -> bool:
    """Whether a reviewer includes the study in full knowledge of the notice."""
    return decision is not None and (decision.outcome, decision.criterion) == ("include", struck.id)


def _ruled(record: Record, criteria: Sequence[Criterion], met: Met) -> Screened:
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


def _met(
    record: Record, notices: set[str], criteria: Sequence[Criterion], mesh: Mesh | None
) -> Met:
    document = Document.of(record)
    return {
        c.id: evaluate(c.query, document, mesh)
        if c.query
        else Result(bool(notices & set(c.integrity)), ())
        for c in criteria
    }


def _matches(criterion: Criterion, result: Result) -> list[Match]:
    return [Match(criterion.id, s.field, s.start, s.end, s.text) for s in result.spans]


def _decided(row: Screened, decision: Decision | None, criteria: Sequence[Criterion]) -> Screened:
    """The reviewer outranks the rule; the rule's words stay for whoever reads the row."""
    if decision is None:
        return row
    labels = {criterion.id: criterion.reason for criterion in criteria}
    return replace(
        row,
        outcome=decision.outcome,
        criterion=decision.criterion,
        reason=decision.note or labels.get(decision.criterion, "") or "decided by a reviewer",
        decided_by=decision.reviewer,
    )
