"""Claims of the baseline review, and what the evidence since says of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a claim predicts: more of ``factor`` acts in ``direction``.

    ``condition`` and ``site`` narrow it; ``""`` leaves it open.
    """

    factor: str
    direction: str
    condition: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the baseline review, in this project's own words (config/baseline.yaml)."""

    id: str
    mechanism: str  # category id of config/evidence.yaml
    text: str
    reference: str  # the baseline review's own citation numbers, "" where it gives none
    study: str  # PMID or DOI of the study behind it, "" where it could not be tied to one
    provenance: str  # verified | named | untraced
    expects: tuple[Expectation, ...]
    error: str  # what the baseline review gets wrong here, "" if nothing is known
    note: str


@dataclass(frozen=True, slots=True)
class Audit:
    """A claim's standing. The three tuples hold Statement ids; a study counts once per side."""

    claim: str
    status: str  # confirmed | contradicted | refined | not re-examined
    supports: tuple[str, ...]
    contradicts: tuple[str, ...]
    unclear: tuple[str, ...]
    why: str  # the rule that gave the status, in words


# How two sides of a factor disagree: they point opposite ways; one found no effect; they are
# members of one family, each with its own sign; they tell of two effects that do not exclude
# each other.
OPPOSITE, DENIED, KIN, ASPECT = "opposite", "no effect", "kin", "aspect"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contradiction: what results show and claims expect. A study may be on both."""

    effect: str  # the side of the directions, or the direction where it has no side
    directions: tuple[str, ...]  # those of the statements; without any, those that claims expect
    factors: tuple[str, ...]  # several where members of a family are set apart
    statements: tuple[str, ...]  # Statement ids
    studies: tuple[str, ...]  # PMIDs behind the statements, each once
    claims: tuple[str, ...]  # ids of the claims that expect this effect


@dataclass(frozen=True, slots=True)
class Separation:
    """How far one context keeps two sides apart, and the values of either."""

    context: str  # condition | site | model | species | approach (loss, gain, given, associated)
    how: str  # wholly | partly | not at all | not recorded (on one side or on both)
    one: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sides that disagree on one factor, or on one family, and what keeps them apart.

    Results stand on both sides or, where nobody has tested it again, claims on both.
    """

    kind: str  # OPPOSITE | DENIED | KIN | ASPECT
    factor: str  # the family where kin disagree
    one: Side
    other: Side
    separation: tuple[Separation, ...]  # one for each context, in their order

    @property
    def tested(self) -> bool:
        """Whether results stand on both sides, and not claims alone."""
        return bool(self.one.statements and self.other.statements)

    @property
    def both(self) -> tuple[str, ...]:
        """The studies that stand on both sides."""
        return tuple(pmid for pmid in self.one.studies if pmid in self.other.studies)


# Over which other studies: without those in doubt, with those set aside, with those that counted
# before the last change.
DOUBTFUL, ASIDE, BEFORE = "without doubtful", "with set aside", "before the last change"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The audits made again over other studies than those that count now."""

    kind: str  # DOUBTFUL | ASIDE | BEFORE
    left_out: tuple[str, ...]  # PMIDs of studies that count, and that these audits do without
    taken_in: tuple[str, ...]  # PMIDs of studies that do not count, and that these audits use
    altered: tuple[Audit, ...]  # audits that weigh other statements, whatever their status


@dataclass(frozen=True, slots=True)
class Synthesis:
    """All that the synthesise stage concludes (results/6_synthesis/claims.json)."""

    claims: tuple[Claim, ...]
    audits: tuple[Audit, ...]
    contradictions: tuple[Contradiction, ...]
    comparisons: tuple[Comparison, ...] = ()
