"""Dry run: the search strategies asked of the records held, without asking any source.

It cannot tell what else a source would give. It tells which of the records known to be relevant
a strategy would miss, and by which of its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from perennial.config import Config, misread
from perennial.errors import InputError
from perennial.imports.ids import from_pubmed
from perennial.query import Mesh, Panel, Query, QueryError, parse, parse_blocks
from perennial.record import Record

ALL = ""  # the id of all strategies together; a strategy has a name
YES, NO, UNKNOWN = "yes", "no", "cannot be told here"
_NEAR = re.compile(r"\bNEAR/\d+")
# What a query asks of PubMed that no record holds; any other complaint is a mistake.
_NOT_HERE = "cannot be answered"
_SIGNS = re.compile(
    r"""["“”„‟«»＂][^"“”„‟«»＂]*["“”„‟«»＂]|\[[^\[\]]*\]|[()]|\b(?:AND|OR|NOT)\b|[&|]""", re.I
)
_JOINING = {"AND": "AND", "&": "AND", "OR": "OR", "|": "OR", "NOT": "NOT"}


Blocks: TypeAlias = Mapping[str, Query | QueryError]  # what it says, or why it cannot be asked


@dataclass(frozen=True)
class Part:
    """An operand of the AND (or NOT) at the top of a strategy; ``query`` is None, and ``why``
    says so, where records cannot answer it."""

    text: str
    negated: bool
    query: Query | None
    why: str = ""


@dataclass(frozen=True)
class Local:
    """A strategy in parts, the limits the last of them; all parts must be met."""

    id: str
    label: str
    parts: tuple[Part, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """A part of a strategy and whether a record meets it: yes | no | cannot be told here."""

    part: str
    met: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A relevant record that a strategy would not find; ``known`` says why it is relevant."""

    pmid: str
    title: str
    known: str
    parts: tuple[Met, ...]
    otherwise: str = ""  # what else brings it in: "named one by one"


@dataclass(frozen=True, slots=True)
class Run:
    """What one strategy, or all together, would find among the records held.

    ``open`` are records of which it cannot be told: all parts that can be answered are met.
    """

    id: str
    label: str
    found: int
    open: int
    relevant: int
    relevant_found: int
    relevant_open: int
    missed: tuple[Missed, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """All runs; the last is all strategies together, if there is more than one."""

    records: int
    runs: tuple[Run, ...]
    not_held: tuple[str, ...]  # relevant by the gold set, and not among the records
    elsewhere: int  # records of other databases, which PubMed cannot be asked for


def load_local(strategies: Config, wanted: Sequence[str] = ()) -> tuple[Local, ...]:
    """The strategies of search.yaml (those of ``wanted``, or all), cut into their parts.

    InputError, at its place in the file, for a query that cannot be read.
    """
    blocks = _blocks(strategies)
    return tuple(
        _local(strategies, index, blocks)
        for index, row in enumerate(strategies.get("strategies", ()))
        if not wanted or row["id"] in wanted
    )


def dry_run(
    strategies: Sequence[Local],
    records: Sequence[Record],
    relevant: Mapping[str, str],
    named: Iterable[str] = (),
    mesh: Mesh | None = None,
) -> DryRun:
    """Ask each strategy of each record; ``relevant`` is PMID → how that is known.

    ``named`` are the PMIDs that are asked for one by one, whatever strategies find.
    """
    here = [record for record in records if from_pubmed(record.pmid)]
    told = [_told(strategy, here, mesh) for strategy in strategies]
    brought = dict.fromkeys(named, "named one by one")
    runs = [
        _run(strategy.id, strategy.label, here, answers, relevant, brought, _notes(strategy))
        for strategy, answers in zip(strategies, told, strict=True)
    ]
    if len(strategies) > 1:
        every = _together(strategies, told)
        label = "all strategies together"
        runs.append(_run(ALL, label, here, every, relevant, brought, ()))
    held = {record.pmid for record in records}
    return DryRun(
        len(here),
        tuple(runs),
        tuple(pmid for pmid in relevant if pmid not in held),
        len(records) - len(here),
    )


Answers: TypeAlias = Mapping[str, tuple[Met, ...]]


def _told(strategy: Local, records: Sequence[Record], mesh: Mesh | None) -> Answers:
    """What each part says of each record, by PMID."""
    parts = strategy.parts
    panel = Panel({str(at): p.query for at, p in enumerate(parts) if p.query}, mesh)
    told = {}
    for record in records:
        asked = panel.ask(record)
        held = [asked[str(at)].holds if p.query else None for at, p in enumerate(parts)]
        told[record.pmid] = tuple(map(_met, parts, held))
    return told


def _met(part: Part, holds: bool | None) -> Met:
    if holds is None:
        return Met(part.text, UNKNOWN)
    return Met(part.text, YES if holds != part.negated else NO)


def _together(strategies: Sequence[Local], told: Sequence[Answers]) -> dict[str, tuple[Met, ...]]:
    """Found by all together is found by any: each strategy is a part, and one is enough."""
    return {
        pmid: tuple(
            Met(strategy.id, _verdict(answers[pmid]))
            for strategy, answers in zip(strategies, told, strict=True)
        )
        for pmid in told[0]
    }


def _verdict(parts: Sequence[Met], *, any_: bool = False) -> str:
    found = {part.met for part in parts}
    first, last = (YES, NO) if any_ else (NO, YES)
    if first in found:
        return first
    return UNKNOWN if UNKNOWN in found else last


def _run(
    id_: str,
    label: str,
    records: Sequence[Record],
    answers: Answers,
    relevant: Mapping[str, str],
    brought: Mapping[str, str],
    notes: tuple[str, ...],
) -> Run:
    verdicts = {r.pmid: _verdict(answers[r.pmid], any_=id_ == ALL) for r in records}
    wanted = [record for record in records if record.pmid in relevant]
    told, known = list(verdicts.values()), [verdicts[record.pmid] for record in wanted]
    missed = tuple(
        Missed(r.pmid, r.title, relevant[r.pmid], answers[r.pmid], brought.get(r.pmid, ""))
        for r in wanted
        if verdicts[r.pmid] == NO
    )
    return Run(
        id_,
        label,
        told.count(YES),
        told.count(UNKNOWN),
        len(wanted),
        known.count(YES),
        known.count(UNKNOWN),
        missed,
        notes,
    )


def _notes(strategy: Local) -> tuple[str, ...]:
    return (*(part.why for part in strategy.parts if part.why), *strategy.warnings)


def _blocks(strategies: Config) -> dict[str, Query | QueryError]:
    """Each block read, or why records cannot answer it; what uses such a one is not read either."""
    texts: dict[str, str] = dict(strategies.get("blocks") or {})
    unanswered: dict[str, Query | QueryError] = {}
    while True:
        try:
            return {**parse_blocks(texts), **unanswered}
        except QueryError as error:
            cause = _cause(error, unanswered)
            if cause is None:
                raise misread(strategies, error, "blocks", error.block) from None
            unanswered[error.block] = cause
            del texts[error.block]


def _cause(error: QueryError, unanswered: Blocks) -> QueryError | None:
    """The complaint if it is one about what records cannot answer, perhaps in a block."""
    if _NOT_HERE in error.message:
        return error
    missing = re.match(r"there is no block #(\S+)$", error.message)
    cause = unanswered.get(missing[1]) if missing else None
    return cause if isinstance(cause, QueryError) else None


def _local(strategies: Config, index: int, blocks: Blocks) -> Local:
    row = strategies["strategies"][index]
    texts: dict[str, str] = dict(strategies.get("blocks") or {})
    parts = _read(strategies, ("strategies", index, "query"), row["query"], texts, blocks)
    if limits := strategies.get("limits"):
        parts += _read(strategies, ("limits",), limits, texts, blocks)
    warnings = dict.fromkeys(w for part in parts if part.query for w in part.query.warnings)
    return Local(row["id"], row["label"], tuple(parts), tuple(warnings))


def _read(
    strategies: Config,
    path: tuple[str | int, ...],
    text: str,
    texts: Mapping[str, str],
    blocks: Blocks,
) -> list[Part]:
    """The parts of one query; a query that is but one block is cut as that block is."""
    if near := _NEAR.search(text):
        place = strategies.place(*path, offset=near.start())
        raise InputError("PubMed has no NEAR between blocks", place, 'use "a b"[tiab:~N]')
    try:
        _parse(text, blocks)
    except QueryError as error:
        if _cause(error, blocks) is None:
            raise misread(strategies, error, *path) from None
    while (name := text.strip().removeprefix("#")) in texts:
        text = texts[name]
    return [_part(operand, negated, blocks) for operand, negated in operands(text)]


def _part(text: str, negated: bool, blocks: Blocks) -> Part:
    shown = f"NOT {text}" if negated else text
    try:
        return Part(shown, negated, _parse(text, blocks))
    except QueryError as error:
        cause = _cause(error, blocks) or error
        return Part(shown, negated, None, cause.message)


def _parse(text: str, blocks: Blocks) -> Query:
    return parse(text, {name: q for name, q in blocks.items() if isinstance(q, Query)})


def operands(text: str) -> list[tuple[str, bool]]:
    """What the AND and NOT at the top of a query join, each with whether it is negated.

    A query with an OR at its top is one operand.
    """
    text = _unwrapped(" ".join(text.split()))
    cuts, depth = [(0, 0, "AND")], 0
    for sign in _SIGNS.finditer(text):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if depth == 0 and sign[0].upper() in _JOINING:
            cuts.append((*sign.span(), _JOINING[sign[0].upper()]))
    if any(joined == "OR" for _, _, joined in cuts):
        return [(text, False)]
    ends = [start for start, _, _ in cuts[1:]] + [len(text)]
    return [
        (text[end:until].strip(), joined == "NOT")
        for (_, end, joined), until in zip(cuts, ends, strict=True)
    ]


def _unwrapped(text: str) -> str:
    """Without brackets that hold the whole of it."""
    while text.startswith("(") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closes(text: str) -> int:
    """Where the first bracket is closed; -1 if it is not."""
    depth = 0
    for sign in _SIGNS.finditer(text):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if depth == 0:
            return sign.start()
    return -1
