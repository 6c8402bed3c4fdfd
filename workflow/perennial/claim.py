"""Claims of the baseline review, and what the evidence since says of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a claim predicts: more of ``factor`` acts in ``direction`` on dormant cells.

    ``cancer`` and ``site`` narrow it; ``""`` leaves it open.
    """

    factor: str
    direction: str
    cancer: str = ""
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


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements on one factor that point opposite ways, and the contexts that separate them."""

    factor: str
    towards_dormancy: tuple[str, ...]  # Statement ids
    towards_exit: tuple[str, ...]
    separated_by: tuple[str, ...]  # of cancer, site, model, species: those that differ throughout


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
