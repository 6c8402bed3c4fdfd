"""Reading: what one sentence says of which factor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from perennial.extract.fold import fold
from perennial.extract.masked import masked, placeholders, tokens
from perennial.extract.terms import Mention, find
from perennial.extract.vocabulary import Pattern, Relay, Vocabulary

# In characters. Prose sentences of abstracts and articles stay below about 800; a longer
# piece is a table or a list run together, which states nothing and is slow to match.
LONGEST = 1500
_PERTURBATION = {"F": "", "L": "loss", "G": "gain"}


@dataclass(frozen=True, slots=True)
class Finding:
    """More of ``factor`` acts in ``direction``, says the sentence by pattern ``rule``."""

    factor: str
    direction: str
    perturbation: str
    mention: Mention
    rule: str
    clause: str  # the masked clause or clauses that the pattern spans
    alone: bool = False  # named alone, not in a list or combination


@dataclass(frozen=True, slots=True)
class Passing:
    """``upstream`` makes more or less of ``downstream``: ``same`` if their effects agree."""

    upstream: str
    downstream: str
    same: bool
    perturbation: str
    mention: Mention
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence's findings and passings; ``start`` and ``end`` are offsets in the passage."""

    start: int
    end: int
    line: str
    findings: tuple[Finding, ...]
    passings: tuple[Passing, ...]


def read(source: str, start: int, object_known: bool, vocabulary: Vocabulary) -> Reading:
    """Read ``source``, a sentence that stands at ``start``.

    Nothing is found in a piece too long for a sentence, in one about something else, or,
    unless ``object_known``, in one that does not name the object of the review.
    """
    end, plain = start + len(source), tokens(source) if len(source) <= LONGEST else ""
    named = object_known or vocabulary.objects.search(plain)
    if not plain or not named or vocabulary.foreign.search(plain):
        return Reading(start, end, plain, (), ())
    mentions = find(vocabulary.terms, source, fold(source))
    if not mentions:
        return Reading(start, end, plain, (), ())
    line = masked(source, mentions, vocabulary)
    found = list(_with_targets(list(_findings(line, mentions, vocabulary)), vocabulary))
    return Reading(
        start,
        end,
        line,
        tuple(_undisputed(found, vocabulary)),
        tuple(_passings(line, mentions, vocabulary)),
    )


def bindings(
    expression: re.Pattern[str], line: str, negated: re.Pattern[str]
) -> list[re.Match[str]]:
    """Matches from any token, each cue bound to the nearest list of factors, none denied."""
    starts = [0, *(m.end() for m in re.finditer(" ", line))]
    found = [match for at in starts if (match := expression.match(line, at))]
    whole = [m for m in found if not any(_tail(m, other) for other in found)]
    nearest = [m for m in whole if not any(_inside(other, m) for other in whole)]
    return [m for m in nearest if not negated.search(line[: m.start()])]


def _inside(inner: re.Match[str], outer: re.Match[str]) -> bool:
    return outer.start() < inner.start() and inner.end() <= outer.end()


def _tail(match: re.Match[str], other: re.Match[str]) -> bool:
    """``match`` begins in the middle of a list of factors that ``other`` binds whole."""
    return any(
        other.start(slot) < match.start() and match.end(slot) == other.end(slot)
        for slot in match.re.groupindex
        if match.group(slot) and other.group(slot)
    )


def _findings(line: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> Iterator[Finding]:
    for pattern in vocabulary.patterns:
        for match in bindings(pattern.expression, line, vocabulary.negated):
            yield from _bound(match, pattern, mentions, vocabulary)


def _bound(
    match: re.Match[str], pattern: Pattern, mentions: Sequence[Mention], vocabulary: Vocabulary
) -> Iterator[Finding]:
    for slot, code in pattern.gives.items():
        named = placeholders(match.group(slot) or "")
        for mark, index in named:
            direction = vocabulary.directions[code].inverse if mark == "L" else code
            for factor in mentions[index].ids:
                yield Finding(
                    factor,
                    direction,
                    _PERTURBATION[mark],
                    mentions[index],
                    pattern.id,
                    _clause(match),
                    alone=len(named) == 1,
                )


# A doubt in a relative clause behind the finding is about what follows from it.
_CLAUSE_END = re.compile(r" ; | (?:that|which) ")


def _clause(match: re.Match[str]) -> str:
    line = match.string
    opened = line.rfind(" ; ", 0, match.start())
    closed = _CLAUSE_END.search(line, match.end())
    return line[max(opened, 0) : closed.start() if closed else len(line)]


def _with_targets(direct: list[Finding], vocabulary: Vocabulary) -> Iterator[Finding]:
    """Add what a blocker's effect says of its targets: the effect of less of them.

    Of a combination no member's target can be told; of a target that the sentence itself
    speaks of nothing is inferred.
    """
    yield from direct
    said = {finding.factor for finding in direct}
    for finding in (finding for finding in direct if finding.alone):
        inverse = vocabulary.directions[finding.direction].inverse
        for target in vocabulary.factors[finding.factor].targets:
            if target not in said:
                yield replace(finding, factor=target, direction=inverse, perturbation="loss")


def _undisputed(findings: list[Finding], vocabulary: Vocabulary) -> Iterator[Finding]:
    """The first finding of each factor and direction; none of a factor said to go both ways."""
    sides: dict[str, set[str]] = {}
    for finding in findings:
        side = vocabulary.directions[finding.direction].side
        sides.setdefault(finding.factor, set()).add(side)
    seen: set[tuple[str, str]] = set()
    for finding in findings:
        key = (finding.factor, finding.direction)
        if key not in seen and len(sides[finding.factor] - {"neither"}) < 2:
            seen.add(key)
            yield finding


def _passings(line: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> Iterator[Passing]:
    for relay in vocabulary.relays:
        for match in bindings(relay.expression, line, vocabulary.negated):
            yield from _links(match, relay, mentions)


def _links(match: re.Match[str], relay: Relay, mentions: Sequence[Mention]) -> Iterator[Passing]:
    for mark, up in placeholders(match.group("upstream")):
        for other, down in placeholders(match.group("downstream")):
            for upstream in mentions[up].ids:
                for downstream in mentions[down].ids:
                    same = relay.same == ((mark == "L") == (other == "L"))
                    yield Passing(
                        upstream,
                        downstream,
                        same,
                        _PERTURBATION[mark],
                        mentions[up],
                        relay.id,
                        _clause(match),
                    )
