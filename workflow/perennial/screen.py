"""Screen: criteria in the order in which they stand, then the reviewers, who have the last word.

A rule excludes only what it can show: the words that met an exclusion criterion. A record
that no rule excludes but that lacks what inclusion requires goes to a human.

A notice may come after a decision: a study that a reviewer included and that is retracted since
is set aside all the same, unless a decision to include it names the criterion of the notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from perennial.config import Config, misread
from perennial.decisions.decision import AWAITS, Verdict
from perennial.errors import InputError
from perennial.query import Mesh, Panel, Query, QueryError, Result, Spelling, parse, parse_blocks
from perennial.record import Record
from perennial.screened import TITLE_ABSTRACT, Integrity, Match, Screened

Met: TypeAlias = Mapping[str, Result]  # by the criterion's id
NOT_MET = Result(False, ())


@dataclass(frozen=True)
class Criterion:
    """One criterion of the protocol.

    ``action`` is ``exclude`` (a match excludes), ``require`` (a record must match, or a
    human decides) or ``tag`` (a match only labels). ``integrity`` matches notices such as
    ``retracted`` in place of words. ``stage`` is what it is judged on. A record without an
    abstract is not excluded by its words unless ``without_abstract`` is ``judge``: a title
    alone shows too little.
    """

    id: str
    action: str
    label: str
    reason: str
    query: Query | None
    integrity: tuple[str, ...]
    stage: str = TITLE_ABSTRACT
    without_abstract: str = "human"


def load_criteria(protocol: Config) -> tuple[Criterion, ...]:
    """The criteria of screening.yaml, their queries parsed; InputError at line and column."""
    spelling = _spelling(protocol)
    try:
        blocks = parse_blocks(protocol.get("blocks") or {}, spelling)
    except QueryError as error:
        raise misread(protocol, error, "blocks", error.block) from None
    criteria = tuple(
        _criterion(protocol, i, blocks, spelling) for i in range(len(protocol["criteria"]))
    )
    _refuse_twins(protocol, criteria)
    return criteria


def _spelling(protocol: Config) -> Spelling | None:
    """The pairs of spellings in the file that screening.yaml names, which lies beside it."""
    name = protocol.get("spelling")
    return Spelling.load(Path(protocol.file).parent / name) if name else None


def _criterion(
    protocol: Config, index: int, blocks: Mapping[str, Query], spelling: Spelling | None
) -> Criterion:
    row = protocol["criteria"][index]
    try:
        query = parse(row["query"], blocks, spelling) if "query" in row else None
    except QueryError as error:
        raise misread(protocol, error, "criteria", index, "query") from None
    notices = tuple(row.get("integrity", ()))
    return Criterion(
        id=row["id"],
        action=row["action"],
        label=row["label"],
        reason=row["reason"],
        query=query,
        integrity=notices,
        stage=row.get("stage", TITLE_ABSTRACT),
        without_abstract=row.get("without_abstract", "human"),
    )


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
    verdicts: Mapping[str, Verdict],
    mesh: Mesh | None = None,
) -> list[Screened]:
    """The outcome of every record, in the order of ``records``."""
    bench = Bench.of(integrity, criteria, verdicts)
    panel = panel_of(bench.here, mesh)
    return [bench.settle(r.pmid, bool(r.abstract), panel.ask(r)) for r in records]


@dataclass(frozen=True)
class Bench:
    """All that settles a record but its own words."""

    criteria: Sequence[Criterion]
    kinds: Mapping[str, frozenset[str]]  # of the notices that bear on a record, by PMID
    verdicts: Mapping[str, Verdict]

    @classmethod
    def of(
        cls,
        integrity: Iterable[Integrity],
        criteria: Sequence[Criterion],
        verdicts: Mapping[str, Verdict],
    ) -> Bench:
        """Notices, criteria of all stages, and what the reviewers have said."""
        kinds: dict[str, frozenset[str]] = {}
        for notice in integrity:
            kinds[notice.pmid] = kinds.get(notice.pmid, frozenset()) | {notice.kind}
        return cls(criteria, kinds, verdicts)

    @cached_property
    def here(self) -> list[Criterion]:
        """The criteria of this stage."""
        return [criterion for criterion in self.criteria if criterion.stage == TITLE_ABSTRACT]

    def settle(self, pmid: str, abstract: bool, found: Met) -> Screened:
        """The outcome of a record of which the queries found this; has it an abstract?"""
        met = _met(abstract, self.here, found, self.kinds.get(pmid, frozenset()))
        return _settled(pmid, self.here, met, self.verdicts.get(pmid), self.criteria)


def panel_of(criteria: Iterable[Criterion], mesh: Mesh | None) -> Panel:
    """The queries of ``criteria``, by the criterion's id, to be asked together."""
    return Panel({c.id: c.query for c in criteria if c.query}, mesh)


def ruled(pmid: str, criteria: Sequence[Criterion], met: Met) -> Screened:
    """What the rules say: the first criterion that settles the record, with its words."""
    matched = tuple(m for c in criteria for m in _matches(c, met[c.id]))
    tags = tuple(c.id for c in criteria if c.action == "tag" and met[c.id].holds)
    for criterion in criteria:
        holds = met[criterion.id].holds
        if criterion.action == "exclude" and holds:
            words = tuple(m for m in matched if m.criterion == criterion.id)
            return _row(pmid, "exclude", criterion.id, criterion.reason, tags, words)
        if criterion.action == "require" and not holds:
            reason = f"not shown: {criterion.label}"
            return _row(pmid, "human", criterion.id, reason, tags, matched)
    required = {c.id for c in criteria if c.action == "require"}
    words = tuple(m for m in matched if m.criterion in required)
    return _row(pmid, "include", "", "meets every requirement", tags, words)


def outranks(verdict: Verdict) -> bool:
    """Whether a verdict counts already: not while it waits for a reviewer who has not spoken."""
    return verdict.state != AWAITS or verdict.sent_back


def decided(row: Screened, verdict: Verdict | None, criteria: Iterable[Criterion]) -> Screened:
    """The reviewers outrank the rules; the rule's words stay for whoever reads the row.

    Until the last of them has spoken, the rules' outcome stands.
    """
    if verdict is None or not outranks(verdict):
        return row
    labels = {criterion.id: criterion.reason for criterion in criteria}
    return replace(
        row,
        outcome=verdict.outcome,
        criterion=verdict.criterion,
        reason=verdict.note or labels.get(verdict.criterion, "") or "decided by a reviewer",
        decided_by=verdict.reviewer,
    )


def _met(abstract: bool, criteria: Sequence[Criterion], found: Met, kinds: frozenset[str]) -> Met:
    noticed = {c.id: Result(bool(kinds & set(c.integrity)), ()) for c in criteria if not c.query}
    unjudged = {c.id: NOT_MET for c in criteria if _on_title_alone(c) and not abstract}
    return {**found, **noticed, **unjudged}


def _on_title_alone(criterion: Criterion) -> bool:
    """Whether a criterion would exclude on a title where it may not."""
    by_words = criterion.action == "exclude" and criterion.query is not None
    return by_words and criterion.without_abstract != "judge"


def _settled(
    pmid: str,
    here: Sequence[Criterion],
    met: Met,
    verdict: Verdict | None,
    criteria: Sequence[Criterion],
) -> Screened:
    """What the rules and the reviewers come to, a notice having been weighed.

    ``here`` are the criteria of this stage; a verdict may name any of ``criteria``.
    """
    by_rule = ruled(pmid, here, met)
    struck = next((c for c in here if _strikes(c) and met[c.id].holds), None)
    if struck is None or _knowing(verdict, struck):
        return decided(by_rule, verdict, criteria)
    own = verdict if verdict and verdict.criterion != struck.id else None
    on_its_words = ruled(pmid, [c for c in here if not _strikes(c)], met)
    if decided(on_its_words, own, criteria).outcome != "include":
        return decided(by_rule, verdict, criteria)
    row = _row(pmid, "exclude", struck.id, struck.reason, on_its_words.tags, ())
    return replace(row, set_aside=True)


def _strikes(criterion: Criterion) -> bool:
    return criterion.action == "exclude" and bool(criterion.integrity)


def _knowing(verdict: Verdict | None, struck: Criterion) -> bool:
    """Whether a reviewer includes the study in full knowledge of the notice."""
    return verdict is not None and (verdict.outcome, verdict.criterion) == ("include", struck.id)


def _row(
    pmid: str,
    outcome: str,
    criterion: str,
    reason: str,
    tags: tuple[str, ...],
    words: tuple[Match, ...],
) -> Screened:
    return Screened(pmid, outcome, criterion, reason, "rule", tags, words)


def _matches(criterion: Criterion, result: Result) -> list[Match]:
    return [Match(criterion.id, s.field, s.start, s.end, s.text) for s in result.spans]
