"""Treatments: what was done with an agent, and in which trials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from perennial.passage import Statement
from perennial.record import Record
from perennial.render.review import Review, StudyRow

AGENT = "agent"  # Statement.factor_kind
# Registers as PubMed's databanks name them; an entry reads ``ClinicalTrials.gov/NCT01234567``.
_REGISTERS = frozenset(
    (
        *("ANZCTR", "ChiCTR", "ClinicalTrials.gov", "CRiS", "CTRI", "DRKS", "EudraCT", "IRCT"),
        *("ISRCTN", "JapicCTI", "JMACCT", "JPRN", "NTR", "PACTR", "ReBec", "REPEC", "RPCEC"),
        *("SLCTR", "TCTR", "UMIN", "UMIN CTR", "UMIN-CTR"),
    )
)


class Effect(NamedTuple):
    """What one agent was seen to do: one direction, and the statements that say so."""

    agent: str
    code: str
    statements: tuple[Statement, ...]

    @property
    def studies(self) -> int:
        """How many studies say so."""
        return len({one.pmid for one in self.statements})

    @property
    def seen_in(self) -> tuple[str, ...]:
        """Conditions, models and species, each once; a statement may name several, "; " between."""
        named = (getattr(s, c) for c in ("condition", "model", "species") for s in self.statements)
        return tuple(
            dict.fromkeys(value for names in named for value in names.split("; ") if value)
        )


class Trial(NamedTuple):
    """A study that is a trial, and where it is registered."""

    pmid: str
    kinds: tuple[str, ...]  # PubMed's publication types that say so
    registered: tuple[str, ...]  # as ``ClinicalTrials.gov/NCT…``


def effects(review: Review) -> tuple[Effect, ...]:
    """Results on agents, by agent and then by the vocabulary's order of directions."""
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in review.stated:
        if one.factor_kind == AGENT and one.standing == "result":
            found[one.factor, one.direction].append(one)
    codes = list(review.directions)

    def place(pair: tuple[str, str]) -> tuple[str, str, int]:
        agent, code = pair
        return review.factors.get(agent, agent).casefold(), agent, codes.index(code)

    return tuple(Effect(*pair, tuple(found[pair])) for pair in sorted(found, key=place))


def joint(review: Review) -> tuple[str, ...]:
    """Agents that no result tells of by themselves: only combinations, background, hypotheses."""
    told = {one.agent for one in effects(review)}
    named = {one.factor for one in review.stated if one.factor_kind == AGENT} - told
    return tuple(sorted(named, key=lambda id_: (review.factors.get(id_, id_).casefold(), id_)))


def trials(review: Review, studies: list[StudyRow]) -> tuple[Trial, ...]:
    """Those of ``studies`` that count and are trials by PubMed's types, register or design."""
    return tuple(
        trial for study in studies if not study.set_aside for trial in _trial(review, study)
    )


def _trial(review: Review, study: StudyRow) -> Iterator[Trial]:
    record = review.records[study.pmid]
    kinds = tuple(kind for kind in record.publication_types if "Trial" in kind.split(", ")[0])
    registered = _registered(record)
    if kinds or registered or "trial" in study.design.split("; "):
        yield Trial(study.pmid, kinds, registered)


def _registered(record: Record) -> tuple[str, ...]:
    return tuple(bank for bank in record.databanks if bank.partition("/")[0] in _REGISTERS)
