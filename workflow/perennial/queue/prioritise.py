"""Prioritise: the records that wait for a person, in the order in which to read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from perennial.decisions.decision import AWAITS, CONFLICT, STAGES
from perennial.queue.conduct import ABSTRACT, FULL_TEXT, Conduct, Standing, conduct
from perennial.queue.rank import rank

WHYS = ("conflict", "stale", "second reviewer", "undecided", "audit")


@dataclass(frozen=True, slots=True)
class Queued:
    """A record that waits for a person."""

    pmid: str
    stage: str  # title/abstract | full text
    why: str  # one of WHYS, the first that holds
    criterion: str  # by which rules settled it, "" if none did; never what a reviewer wrote
    rank: int  # 1 is next
    score: float  # of the ranking; 0 until there are decisions to learn from


def prioritise(known: Standing) -> tuple[list[Queued], Conduct]:
    """The queue, and how far screening has come.

    Within a reason the likeliest inclusion comes first; audited records come last and in random
    order, so that an audit broken off is a random sample all the same.
    """
    required = {criterion.id for criterion in known.criteria if criterion.action == "require"}
    rules, seed = known.ruled.values(), known.settings.seed
    ranked = rank(known.records, known.labels(), seed, rules, required)
    queue = _in_order(known, dict(ranked))
    found = Counter((row.stage, row.why) for row in queue)
    counts = {stage: {why: found[stage, why] for why in WHYS} for stage in STAGES}
    ranking = "decisions" if any(score for _, score in ranked) else "protocol"
    return queue, conduct(known, counts, ranking)


def _in_order(known: Standing, scores: dict[str, float]) -> list[Queued]:
    """``scores`` stand in the order of the ranking."""
    by_rank = {pmid: place for place, pmid in enumerate(scores)}
    by_lot = {pmid: place for place, pmid in enumerate(known.sample())}

    def place(waiting: tuple[str, str, str]) -> tuple[int, int]:
        pmid, _, why = waiting
        return WHYS.index(why), (by_lot if why == "audit" else by_rank)[pmid]

    return [
        Queued(pmid, stage, why, known.ruled[pmid].criterion, number, scores[pmid])
        for number, (pmid, stage, why) in enumerate(sorted(_waiting(known), key=place), 1)
    ]


def _waiting(known: Standing) -> Iterator[tuple[str, str, str]]:
    """PMID, stage and why of every record that waits, each once: title and abstract go first."""
    sample = set(known.sample())
    for pmid in known.ruled:
        found = _on_abstract(known, pmid, sample), _on_full_text(known, pmid)
        for stage, why in zip((ABSTRACT, FULL_TEXT), found, strict=True):
            if why:
                yield pmid, stage, why
                break


def _on_abstract(known: Standing, pmid: str, sample: set[str]) -> str:
    if pmid in known.verdicts[ABSTRACT]:
        return _open(known, ABSTRACT, pmid)
    if known.ruled[pmid].outcome == "human":
        return "undecided"
    return "audit" if pmid in sample else ""


def _on_full_text(known: Standing, pmid: str) -> str:
    """Full texts are read of what title and abstract let in, if a criterion is judged on them."""
    if not known.screened[pmid].read:
        return ""
    if pmid in known.verdicts[FULL_TEXT]:
        return _open(known, FULL_TEXT, pmid)
    asked = any(criterion.stage == FULL_TEXT for criterion in known.criteria)
    return "undecided" if asked else ""


def _open(known: Standing, stage: str, pmid: str) -> str:
    """What a verdict leaves to do, "" if nothing."""
    verdict = known.verdicts[stage][pmid]
    if verdict.state == CONFLICT:
        return "conflict"
    if verdict.stale:
        return "stale"
    return "second reviewer" if verdict.state == AWAITS else ""
