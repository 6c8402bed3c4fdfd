"""The review: everything that its pages are made of, gathered and found to agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from perennial.claim import Synthesis
from perennial.errors import LedgerError
from perennial.flow import Flow
from perennial.ledger import Ledger
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Integrity, Link, Screened


class Criterion(NamedTuple):
    """A screening criterion as the reviewers worded it."""

    id: str
    kind: str  # exclude | require | tag | reviewers only
    label: str
    reason: str
    query: str = ""


class Mechanism(NamedTuple):
    """A category of the evidence vocabulary; each gets a section of its own."""

    id: str
    label: str
    description: str


class Direction(NamedTuple):
    """What more of a factor does: a short label and the meaning in words."""

    label: str
    meaning: str


class StudyRow(Protocol):
    """What the pages read of a study; the rest of its row goes into studies.csv as it is."""

    @property
    def pmid(self) -> str:
        """Key into ``Review.records``."""

    @property
    def design(self) -> str:
        """Kind of study."""

    @property
    def text(self) -> str:
        """How much of it was read: full text, or the abstract alone."""


@dataclass(frozen=True)
class Review:
    """One state of a living review; ``render`` turns it into files and looks at nothing else."""

    title: str
    question: str
    version: str
    as_of: str  # ISO 8601 date
    source: str  # "example", "ncbi", or the base URL of another server
    source_note: str
    maintainers: tuple[str, ...]
    ledger: Ledger
    flow: Flow
    records: Mapping[str, Record]
    screened: tuple[Screened, ...]
    links: tuple[Link, ...]
    integrity: tuple[Integrity, ...]
    criteria: tuple[Criterion, ...]  # in the order in which they are applied
    studies: tuple[StudyRow, ...]
    statements: tuple[Statement, ...]
    passages: Mapping[tuple[str, str], Passage]  # by (pmid, section)
    synthesis: Synthesis
    mechanisms: tuple[Mechanism, ...]
    directions: Mapping[str, Direction]  # by code, in the order in which they are shown
    factors: Mapping[str, str]  # factor id → label; a factor without one is shown by its id
    baseline_review: Mapping[str, Any]  # title, first_author, journal, year, doi
    baseline_errors: tuple[Mapping[str, Any], ...]  # says, source_says, basis
    manifest: Mapping[str, str]  # name → version or SHA-256
    polled: str = ""  # the day on which the source was last asked, quiet polls too
    next_refresh: str = ""  # the day by which it should be asked again, "" if never
    new: tuple[str, ...] = ()  # included records that the previous version did not have


def check(review: Review) -> None:
    """Raise ``LedgerError`` where two parts of the review contradict each other."""
    studies = [study.pmid for study in review.studies]
    _agree("included in the flow", review.flow["included"].pmids, "studies", studies)
    for outcome, box in (("exclude", "excluded"), ("human", "awaiting"), ("include", "included")):
        screened = [row.pmid for row in review.screened if row.outcome == outcome]
        _agree(
            f"screened with outcome {outcome}",
            screened,
            f"{box} in the flow",
            review.flow[box].pmids,
        )
    _known("screened", (row.pmid for row in review.screened), "records", review.records)
    _known("new", review.new, "studies", studies)
    _known("stated", (s.pmid for s in review.statements), "studies", studies)
    _known("direction", (s.direction for s in review.statements), "vocabulary", review.directions)
    _known("audited", (a.claim for a in review.synthesis.audits), "claims", _claims(review))
    _known(
        "cited by the synthesis", _cited(review), "statements", {s.id for s in review.statements}
    )


def _claims(review: Review) -> set[str]:
    return {claim.id for claim in review.synthesis.claims}


def _cited(review: Review) -> Iterable[str]:
    for audit in review.synthesis.audits:
        yield from (*audit.supports, *audit.contradicts, *audit.unclear)
    for contradiction in review.synthesis.contradictions:
        yield from (*contradiction.towards_dormancy, *contradiction.towards_exit)


def _agree(left: str, a: Iterable[str], right: str, b: Iterable[str]) -> None:
    first, second = sorted(a), sorted(b)
    if first != second:
        differing = sorted(set(first) ^ set(second)) or first
        raise LedgerError(
            f"{len(first)} {left}, {len(second)} {right}; "
            f"they differ in {', '.join(differing[:10])}"
        )


def _known(what: str, ids: Iterable[str], where: str, known: Iterable[str]) -> None:
    if strangers := sorted(set(ids) - set(known)):
        raise LedgerError(f"{what}, but not among the {where}: {', '.join(strangers[:10])}")
