"""Reading: what one sentence says of which factor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from perennial.extract.fold import fold
from perennial.extract.masked import masked, placeholders, tokens
from perennial.extract.terms import Mention, find
from perennial.extract.vocabulary import Pattern, Relay, Vocabulary

# In characters. Prose sentences of abstracts and articles stay below about 800; a longer
# piece is a table or a list run together, which states nothing and is slow to match.
LONGEST = 1500
PERTURBATION = {"F": "", "L": "loss", "G": "gain"}


@dataclass(frozen=True, slots=True)
class Finding:
    """More of ``factor`` acts in ``direction``, says the sentence by pattern ``rule``."""

    factor: str
    direction: str
    perturbation: str
    mention: Mention
    rule: str
    clause: str  # the masked clause or clauses that the pattern spans
    span: tuple[int, int]  # of the pattern in the masked line
    alone: bool = False  # named alone, not in a list or combination
    joint: bool = False  # acts in combination with another


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
    span: tuple[int, int]
    joint: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence's findings and passings; ``start`` and ``end`` are offsets in the passage."""

    start: int
    end: int
    line: str
    findings: tuple[Finding, ...]
    passings: tuple[Passing, ...]
    overlong: bool = False  # not read: too long for a sentence
    disputed: tuple[str, ...] = ()  # factors that the sentence sends both ways; not drawn


def read(source: str, start: int, object_known: bool, vocabulary: Vocabulary) -> Reading:
    """Read ``source``, a sentence that stands at ``start``.

    Nothing is found in a piece too long for a sentence, in one about something else, or,
    unless ``object_known``, in one that does not name the object of the review.
    """
    end = start + len(source)
    if len(source) > LONGEST:
        return Reading(start, end, "", (), (), overlong=True)
    plain = tokens(source)
    named = object_known or vocabulary.objects.search(plain)
    if not named or vocabulary.foreign.search(plain):
        return Reading(start, end, plain, (), ())
    mentions = find(vocabulary.terms, source, fold(source))
    if not mentions:
        return Reading(start, end, plain, (), ())
    line = masked(source, mentions, vocabulary)
    found = list(_with_targets(list(_findings(line, mentions, vocabulary)), vocabulary))
    disputed = _disputed(found, vocabulary)
    return Reading(
        start,
        end,
        line,
        tuple(_telling((f for f in found if f.factor not in disputed), vocabulary)),
        tuple(_passings(line, mentions, vocabulary)),
        disputed=disputed,
    )


def bindings(
    expression: re.Pattern[str], line: str, negated: re.Pattern[str]
) -> list[re.Match[str]]:
    """Matches from any token, each cue bound to the nearest list of factors, none denied."""
    found = list(_from_any_token(expression, line))
    whole = [m for m in found if not any(_tail(m, other) for other in found)]
    nearest = [m for m in whole if not any(_inside(other, m) for other in whole)]
    return [m for m in nearest if not negated.search(line[: m.start()])]


def _from_any_token(expression: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """Overlapping matches too. ``phrasing.over_tokens`` lets none begin within a token."""
    at = 0
    while at <= len(line) and (match := expression.search(line, at)):
        yield match
        at = match.start() + 1


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
    for pattern in vocabulary.patterns.possible(line):
        for match in bindings(pattern.expression, line, vocabulary.negated):
            yield from _bound(match, pattern, mentions, vocabulary)


def _bound(
    match: re.Match[str], pattern: Pattern, mentions: Sequence[Mention], vocabulary: Vocabulary
) -> Iterator[Finding]:
    for slot, code in pattern.gives.items():
        named = placeholders(match.group(slot) or "")
        for mark, index, joint in named:
            if pattern.lost and mark != "L":
                continue
            inverted = mark == "L" and not pattern.lost
            direction = vocabulary.directions[code].inverse if inverted else code
            for factor in mentions[index].ids:
                yield Finding(
                    factor,
                    direction,
                    PERTURBATION[mark],
                    mentions[index],
                    pattern.id,
                    _clause(match),
                    match.span(),
                    alone=len(named) == 1 and not joint,
                    joint=joint,
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


def _disputed(findings: list[Finding], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The factors that are said to go both ways: which way was meant cannot be told."""
    sides: dict[str, set[str]] = {}
    for finding in findings:
        side = vocabulary.directions[finding.direction].side
        sides.setdefault(finding.factor, set()).add(side)
    return tuple(factor for factor, said in sides.items() if len(said - {""}) > 1)


def _telling(findings: Iterable[Finding], vocabulary: Vocabulary) -> Iterator[Finding]:
    """The first finding of each factor and direction, unless another of it says more."""
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.factor, finding.direction), finding)
    for (factor, direction), finding in seen.items():
        if not any((factor, d) in seen for d in vocabulary.directions[direction].yields_to):
            yield finding


def _passings(line: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> Iterator[Passing]:
    for relay in vocabulary.relays.possible(line):
        for match in bindings(relay.expression, line, vocabulary.negated):
            yield from _links(match, relay, mentions)


def _links(match: re.Match[str], relay: Relay, mentions: Sequence[Mention]) -> Iterator[Passing]:
    for mark, up, joint in placeholders(match.group("upstream")):
        for other, down, _ in placeholders(match.group("downstream")):
            for upstream in mentions[up].ids:
                for downstream in mentions[down].ids:
                    same = relay.same == ((mark == "L") == (other == "L"))
                    yield Passing(
                        upstream,
                        downstream,
                        same,
                        PERTURBATION[mark],
                        mentions[up],
                        relay.id,
                        _clause(match),
                        match.span(),
                        joint,
                    )
