"""Findings that disagree, set side by side with the contexts that keep them apart.

Two groups disagree on one factor if they point opposite ways, if one of them found no effect,
or if the vocabulary tells a tension between what they say: both can be true, so that only
different sources are set apart. What is opposed and what is a tension is said there.
Two members of one family that point opposite ways are a caution, and no contradiction.
What the claims under audit expect is set side by side in the same way, so that claims which
oppose each other are seen even where no result bears on them. Nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from perennial.claim import (
    ASPECT,
    DENIED,
    KIN,
    OPPOSITE,
    Claim,
    Contradiction,
    Expectation,
    Separation,
    Side,
)
from perennial.passage import Statement
from perennial.stances import Stances

# Where two findings may differ so that both can be true.
CONTEXTS = ("condition", "site", "model", "species", "approach")

# How much of a context tells two sides apart.
WHOLLY, PARTLY, NOT, UNKNOWN = "wholly", "partly", "not at all", "not recorded"

# The members of each factor that is a family.
Families = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one result shows, or one claim expects, of a factor."""

    factor: str
    direction: str
    stance: str  # the side of its direction, or the direction where it has no side
    source: str  # PMID, or id of the claim
    statement: str  # id, "" of a claim
    contexts: Mapping[str, Sequence[str]]


# Pairs of factors that were set apart, with the end at which the first of them stands.
Done = set[tuple[str, str, str]]

# The voices on a factor by where they stand, in reading order; those of claims come last.
Groups = Mapping[str, Mapping[str, Sequence[Voice]]]


def contradictions(
    results: Iterable[Statement],
    claims: Iterable[Claim],
    stances: Stances,
    families: Families,
) -> tuple[Contradiction, ...]:
    """Set disagreeing groups of ``results``, and of what ``claims`` expect, side by side.

    ``results`` come in reading order. By kind, then by factor; no two voices are set against
    each other twice.
    """
    told = [_shown(statement, stances.of) for statement in results]
    told += [_expected(c.id, e, stances.of) for c in claims for e in c.expects]
    groups = _grouped(told)
    found = [*_on_one_factor(groups, stances), *_among_kin(groups, families, stances)]
    order = (OPPOSITE, DENIED, KIN, ASPECT)
    return tuple(sorted(found, key=lambda each: (order.index(each.kind), each.factor)))


def values(text: str) -> list[str]:
    """The values of a context; a statement on several has them joined by a semicolon."""
    return [value.strip() for value in text.split(";") if value.strip()]


def _shown(statement: Statement, stances: Mapping[str, str]) -> Voice:
    contexts = {name: values(getattr(statement, name)) for name in CONTEXTS[:-1]}
    contexts["approach"] = values(_approach(statement))
    stand = (statement.direction, stances[statement.direction])
    return Voice(statement.factor, *stand, statement.pmid, statement.id, contexts)


def _approach(statement: Statement) -> str:
    """How it was found: by loss or gain of the factor, by giving it, or by seeing it there."""
    given = {"perturbed": "given", "associated": "associated"}
    return statement.perturbation or given.get(statement.basis, "")


def _expected(claim: str, expected: Expectation, stances: Mapping[str, str]) -> Voice:
    contexts = {"condition": values(expected.condition), "site": values(expected.site)}
    stand = (expected.direction, stances[expected.direction])
    return Voice(expected.factor, *stand, claim, "", contexts)


def _grouped(voices: Iterable[Voice]) -> Groups:
    groups: dict[str, dict[str, list[Voice]]] = {}
    for voice in voices:
        groups.setdefault(voice.factor, {}).setdefault(voice.stance, []).append(voice)
    return groups


def _on_one_factor(groups: Groups, stances: Stances) -> Iterator[Contradiction]:
    none = stances.no_effect
    for factor in sorted(groups):
        stands = groups[factor]
        denied = [(stance, none) for stance in sorted(stands) if stance != none]
        denied += stances.denials
        pairs = ((OPPOSITE, stances.oppositions), (DENIED, denied), (ASPECT, stances.tensions))
        for kind, (one, other) in ((kind, ends) for kind, each in pairs for ends in each):
            yield from _set_against(kind, factor, stands.get(one, ()), stands.get(other, ()))


def _among_kin(groups: Groups, families: Families, stances: Stances) -> Iterator[Contradiction]:
    """A family and its members are kin; two factors of two families are set apart only once.

    What claims alone expect of a family says no more where results stand on both sides of it.
    """
    done: Done = set()
    for family in sorted(families):
        names = sorted({family, *families[family]} & groups.keys())
        found = [
            each
            for pole in stances.oppositions
            for each in _of_family(family, names, groups, pole, done)
        ]
        tested = [each for each in found if each.tested]
        yield from tested or found


def _of_family(
    family: str, names: Sequence[str], groups: Groups, pole: tuple[str, str], done: Done
) -> Iterator[Contradiction]:
    up, down = ([name for name in names if end in groups[name]] for end in pole)
    for ones, others in _opposed(up, down, pole[0], done):
        one, other = _voices(groups, ones, pole[0]), _voices(groups, others, pole[1])
        yield from _set_against(KIN, family, one, other)


def _opposed(
    ones: Iterable[str], others: Sequence[str], pole: str, done: Done
) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Names against names that stand opposite, none against itself, few groups.

    A factor that stands on both sides is set against itself elsewhere.
    """
    against: dict[tuple[str, ...], list[str]] = {}
    for one in ones:
        rest = tuple(n for n in others if n != one and (pole, one, n) not in done)
        done.update((pole, one, name) for name in rest)
        against.setdefault(rest, []).append(one)
    return ((names, rest) for rest, names in against.items() if rest)


def _voices(groups: Groups, names: Iterable[str], stance: str) -> list[Voice]:
    return [voice for name in names for voice in groups[name][stance]]


def _set_against(
    kind: str, factor: str, one: Sequence[Voice], other: Sequence[Voice]
) -> Iterator[Contradiction]:
    """The contradiction, if results stand on both sides, or claims on both."""
    ends = _apart(one, other) if kind == ASPECT else (one, other)
    results = [[voice for voice in end if voice.statement] for end in ends]
    claims = [[voice for voice in end if not voice.statement] for end in ends]
    for facing in (results, claims):
        if all(facing):
            separation = tuple(_separation(context, *facing) for context in CONTEXTS)
            yield Contradiction(kind, factor, _side(ends[0]), _side(ends[1]), separation)
            return


def _apart(one: Sequence[Voice], other: Sequence[Voice]) -> tuple[Sequence[Voice], Sequence[Voice]]:
    both = {voice.source for voice in one} & {voice.source for voice in other}
    one, other = ([v for v in end if v.source not in both] for end in (one, other))
    return one, other


def _side(voices: Sequence[Voice]) -> Side:
    results = [voice for voice in voices if voice.statement]
    return Side(
        effect=voices[0].stance,
        directions=_each(voice.direction for voice in results or voices),
        factors=_each(voice.factor for voice in voices),
        statements=_each(voice.statement for voice in results),
        studies=_each(voice.source for voice in results),
        claims=_each(voice.source for voice in voices if not voice.statement),
    )


def _separation(context: str, one: Sequence[Voice], other: Sequence[Voice]) -> Separation:
    ends = [
        _each(v for voice in end for v in voice.contexts.get(context, ())) for end in (one, other)
    ]
    return Separation(context, _how(*map(set, ends)), *ends)


def _how(one: set[str], other: set[str]) -> str:
    if not one or not other:
        return UNKNOWN
    if not one & other:
        return WHOLLY
    return NOT if one == other else PARTLY


def _each(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
