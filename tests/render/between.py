"""What differs between two editions, counted again from their raw parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from perennial.render.review import Review

OUTCOMES = {"include": "included", "exclude": "excluded", "human": "awaiting"}
UNSEEN = "not screened"


class State(NamedTuple):
    """An edition, or the review as it is, by the least that tells two of them apart."""

    number: str
    day: str
    outcomes: Mapping[str, str]  # by PMID
    said: Mapping[tuple[str, str, str], Counter[str]]  # (study, factor, quote) → directions
    claims: Mapping[str, tuple[str, int]]  # status, and the studies behind it
    opposed: Mapping[str, tuple[int, ...]]  # factor → studies on either side
    flow: Mapping[str, int]


def now(review: Review) -> State:
    """The review as it is."""
    outcomes = {
        row.pmid: "set aside" if row.set_aside else OUTCOMES[row.outcome] for row in review.screened
    }
    said: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for s in review.statements:
        if outcomes[s.pmid] == "included":
            label = review.factors.get(s.factor, s.factor)
            said[s.pmid, label, s.quote][review.directions[s.direction].label] += 1
    study = {s.id: s.pmid for s in review.statements}
    claims = {
        a.claim: (a.status, len({study[i] for i in _behind(a)})) for a in review.synthesis.audits
    }
    opposed = {
        f"{review.factors.get(c.factor, c.factor)} ({c.kind})": tuple(
            len({study[i] for i in side.statements}) for side in (c.one, c.other)
        )
        for c in review.synthesis.contradictions
        if c.one.statements and c.other.statements
    }
    flow = {box.id: len(box.pmids) for box in review.flow.boxes}
    return State(review.version, review.as_of, outcomes, said, claims, opposed, flow)


def _behind(audit: Any) -> tuple[str, ...]:
    return audit.contradicts if audit.status == "contradicted" else audit.supports


def then(edition: Any) -> State:
    """A published edition."""
    said: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for s in edition.statements:
        if s.counts:
            said[s.pmid, s.factor, s.quote][s.direction] += 1
    return State(
        edition.number,
        edition.day,
        {pmid: group.outcome for group in edition.records for pmid in group.pmids},
        said,
        {c.id: (c.stands, c.behind) for c in edition.conclusions if c.kind == "claim"},
        {f"{one.factor} ({one.kind})": tuple(one.sides) for one in edition.contradictions},
        {box.id: box.number for box in edition.flow},
    )


def _n(number: int, one: str, many: str = "") -> str:
    return f"⟦{number:,}⟧ {one if number == 1 else many or f'{one}s'}"


def phrases(review: Review, day: Any) -> Iterator[str]:
    """What the page may say of the editions with a number; ``day`` writes a date."""
    states = [*map(then, review.editions), now(review)]
    for state in states:
        yield from _alone(state, day(state.day))
    for before, after in pairwise(states):
        yield f"Since edition ⟦{before.number}⟧ of"
        yield f"From ⟦{before.number}⟧ to ⟦{after.number}⟧"
        yield from _moved(before, after)
        yield from _stated(before, after)
        yield from _concluded(before, after)


def _alone(state: State, day: str) -> Iterator[str]:
    included = sum(outcome == "included" for outcome in state.outcomes.values())
    yield f"Edition=⟦{state.number}⟧…{day} | Studies=⟦{included}⟧"
    boxes = (
        ("Identified", "identified"),
        ("Screened", "screened"),
        ("Excluded", "excluded", "excluded_reports"),
        ("Awaiting", "awaiting", "awaiting_reports"),
        ("Included", "included"),
    )
    cells = (f"{head}=⟦{sum(state.flow.get(b, 0) for b in names)}⟧" for head, *names in boxes)
    yield f"Edition=⟦{state.number}⟧ | {' | '.join(cells)}"


def _moved(before: State, after: State) -> Iterator[str]:
    pairs = {
        pmid: (before.outcomes.get(pmid, UNSEEN), after.outcomes.get(pmid, UNSEEN))
        for pmid in {*before.outcomes, *after.outcomes}
    }
    joined = sum(b != "included" == a for b, a in pairs.values())
    left = sum(b == "included" != a for b, a in pairs.values())
    yield from (f"{_n(joined, 'study', 'studies')} joined", f"that joined (⟦{joined}⟧)")
    yield from (f"{_n(left, 'study', 'studies')} left", f"that left (⟦{left}⟧)")
    rest = [pair for pair in pairs.values() if UNSEEN in pair and "included" not in pair]
    yield f"Records in one of the two only (⟦{len(rest)}⟧)"
    yield from (f"⟦{count}⟧: {b} → {a}" for (b, a), count in Counter(rest).items())


def _stated(before: State, after: State) -> Iterator[str]:
    new = gone = turned = 0
    for key in {*before.said, *after.said}:
        was, is_ = before.said.get(key, Counter()), after.said.get(key, Counter())
        pairs = min(was.total(), is_.total())
        turned += pairs - min(pairs, (was & is_).total())
        gone, new = gone + was.total() - pairs, new + is_.total() - pairs
    yield from (f"Statements that are new (⟦{new}⟧)", f"Statements that are gone (⟦{gone}⟧)")
    yield f"Statements with another direction (⟦{turned}⟧)"


def _concluded(before: State, after: State) -> Iterator[str]:
    turned = {
        claim: (was, after.claims[claim])
        for claim, was in before.claims.items()
        if claim in after.claims and was[0] != after.claims[claim][0]
    }
    reversed_ = sum({b, a} == {"confirmed", "contradicted"} for (b, _), (a, _) in turned.values())
    others = len(turned) - reversed_
    yield f"Conclusions: reversed (⟦{reversed_}⟧)"
    yield f"Conclusions: stands otherwise (⟦{others}⟧)"
    yield f"{_n(reversed_, 'conclusion')} reversed"
    yield from (f"{_n(others, 'conclusion')} {verb} otherwise" for verb in ("stands", "stand"))
    for claim, pair in turned.items():
        was, is_ = (f"{status} (on {_n(behind, 'study', 'studies')})" for status, behind in pair)
        yield f"({claim}): {was} → {is_}"
    new, gone = ({*a.opposed} - {*b.opposed} for a, b in ((after, before), (before, after)))
    yield from (_n(len(new), "new contradiction"), f"Contradictions that are new (⟦{len(new)}⟧)")
    yield f"Contradictions that are gone (⟦{len(gone)}⟧)"
    for factor, sides in {**before.opposed, **after.opposed}.items():
        yield f"{factor}: studies " + " against ".join(f"⟦{side}⟧" for side in sides)
