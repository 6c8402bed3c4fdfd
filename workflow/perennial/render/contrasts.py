"""Contradictions in words: what each side says, on how many studies, what keeps them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perennial.claim import (
    ASPECT,
    DENIED,
    KIN,
    OPPOSITE,
    Claim,
    Contradiction,
    Separation,
    Side,
)
from perennial.contradictions import NOT, PARTLY, UNKNOWN, WHOLLY
from perennial.passage import Statement
from perennial.render.chapters import CONTEXTS
from perennial.render.review import Review
from perennial.render.wording import counted, listed, sentence

# What a kind of disagreement is called, and what it means; the gravest first.
KINDS = {
    OPPOSITE: (
        "Opposite effects",
        "One side says the opposite of the other on the same factor. Both may hold, each in its "
        "own setting; where nothing keeps them apart, one of them is likely to be wrong.",
    ),
    DENIED: (
        "An effect against no effect",
        "One side found an effect, the other looked for one and saw none. This is weaker than "
        "opposite effects: an effect can be missed, and it can be absent from one setting only.",
    ),
    KIN: (
        "Members of one family with opposite effects",
        "This is a caution and no contradiction: what holds of one member must not be carried "
        "over to another, or to the family as a whole.",
    ),
    ASPECT: (
        "Two effects that do not exclude each other",
        "One side tells of another kind of effect than the other. Both may hold, even in one "
        "setting, and they ask for different things of a treatment.",
    ),
}

_APPROACHES = {
    "loss": "less of the factor",
    "gain": "more of the factor",
    "given": "giving the agent",
    "associated": "seeing the two together",
}


@dataclass(frozen=True)
class Findings:
    """What one study adds to a side."""

    pmid: str
    statements: tuple[Statement, ...]
    settings: tuple[str, ...]  # where its findings were made, each value once


@dataclass(frozen=True)
class Group:
    """One side, as it is read."""

    label: str
    told: str  # on how many studies it rests
    factors: tuple[str, ...]
    found: tuple[Findings, ...]  # by study, in reading order
    claims: tuple[Claim, ...]  # of the baseline review, that say the same


@dataclass(frozen=True)
class Contrast:
    """One disagreement, as it is read."""

    factor: str
    tested: bool
    sides: tuple[Group, Group]
    apart: tuple[str, ...]  # sentences on what separates the sides
    alike: tuple[str, ...]  # sentences on what does not, and on what nobody recorded


def kinds(review: Review) -> tuple[tuple[str, str, str, tuple[Contrast, ...]], ...]:
    """Kind, heading, meaning and contrasts, for each kind that occurs; results go first."""
    known = {statement.id: statement for statement in review.stated}
    found = sorted(review.synthesis.contradictions, key=lambda each: not each.tested)
    made = {
        kind: tuple(_contrast(review, each, known) for each in found if each.kind == kind)
        for kind in KINDS
    }
    return tuple((kind, *KINDS[kind], made[kind]) for kind in KINDS if made[kind])


def strands(review: Review) -> tuple[str, ...]:
    """How many factors each kind is found on, in words; only what results show."""
    found = [each for each in review.synthesis.contradictions if each.tested]
    counts = {kind: len({each.factor for each in found if each.kind == kind}) for kind in KINDS}
    said = {
        OPPOSITE: "{} with opposite effects",
        DENIED: "{} with an effect against no effect",
        KIN: "{} whose members have opposite effects",
    }
    nouns = {KIN: ("family", "families")}
    return tuple(
        words.format(counted(counts[kind], *nouns.get(kind, ("factor", "factors"))))
        for kind, words in said.items()
        if counts[kind]
    )


def _contrast(review: Review, found: Contradiction, known: Mapping[str, Statement]) -> Contrast:
    one, other = (_group(review, side, found.both, known) for side in (found.one, found.other))
    apart, alike = _apart(review, found), _alike(review, found)
    return Contrast(found.factor, found.tested, (one, other), apart, alike)


def _group(
    review: Review, side: Side, both: Sequence[str], known: Mapping[str, Statement]
) -> Group:
    statements = [known[name] for name in side.statements]
    labels = [
        review.directions[code].label for code in review.directions if code in side.directions
    ]
    found = tuple(_findings(pmid, statements) for pmid in side.studies)
    claims = tuple(claim for claim in review.synthesis.claims if claim.id in side.claims)
    return Group(sentence("; ".join(labels)), _told(side, both), side.factors, found, claims)


def _findings(pmid: str, statements: Iterable[Statement]) -> Findings:
    own = tuple(statement for statement in statements if statement.pmid == pmid)
    met = (getattr(statement, name) for name in CONTEXTS for statement in own)
    return Findings(pmid, own, tuple(dict.fromkeys(value for value in met if value)))


def _told(side: Side, both: Sequence[str]) -> str:
    """The number of studies, and how many of them stand on the other side as well."""
    number, shared = len(side.studies), len(both)
    if not number:
        return "No study in this review."
    said = sentence(counted(number, "study", "studies"))
    if not shared:
        return f"{said}."
    which = {1: "which also stands"} if number == 1 else {number: "all of which also stand"}
    some = f"of which {shared} also {'stands' if shared == 1 else 'stand'}"
    return f"{said}, {which.get(shared, some)} on the other side."


def _apart(review: Review, found: Contradiction) -> tuple[str, ...]:
    """Sentences on the contexts that differ, those that differ throughout first."""
    whole = [_differing(review, each) for each in found.separation if each.how == WHOLLY]
    part = [_differing(review, each) for each in found.separation if each.how == PARTLY]
    said = [f"They differ throughout in {listed(whole)}."] if whole else []
    said += [f"They differ in part in {listed(part)}."] if part else []
    return tuple(said) or ("Nothing that was recorded separates them.",)


def _differing(review: Review, each: Separation) -> str:
    one, other = (listed(_named(each.context, end)) for end in (each.one, each.other))
    return f"{label_of(review, each.context)} ({one} against {other})"


def _alike(review: Review, found: Contradiction) -> tuple[str, ...]:
    same = [
        f"{label_of(review, each.context)} ({listed(_named(each.context, each.one))})"
        for each in found.separation
        if each.how == NOT
    ]
    met = found.separation if found.tested else ()
    unknown = [label_of(review, each.context) for each in met if each.how == UNKNOWN]
    said = [f"The same on both sides: {listed(same)}."] if same else []
    said += [f"Not recorded for at least one side: {listed(unknown)}."] if unknown else []
    return tuple(said)


def label_of(review: Review, context: str) -> str:
    """What people see a context called."""
    return "how it was found" if context == "approach" else review.labels[context]


def _named(context: str, met: Iterable[str]) -> list[str]:
    return [_APPROACHES.get(value, value) if context == "approach" else value for value in met]
