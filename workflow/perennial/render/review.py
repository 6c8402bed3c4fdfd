"""The review: everything that its pages are made of, gathered and found to agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from perennial.claim import ASIDE, BEFORE, Audit, Comparison, Synthesis
from perennial.editions.edition import Edition
from perennial.errors import LedgerError
from perennial.flow import Flow
from perennial.labels import labels
from perennial.ledger import Ledger
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.render.declared import UNDECLARED, Declared
from perennial.render.living import NOT_STATED, Living
from perennial.screened import Integrity, Link, Screened
from perennial.stances import Pairs
from perennial.step import Step

STYLE = "nlm-citation-sequence"  # the US National Library of Medicine's, alias Vancouver


class Criterion(NamedTuple):
    """A screening criterion as the reviewers worded it."""

    id: str
    kind: str  # exclude | require | tag | reviewers only
    label: str
    reason: str
    query: str = ""
    notices: tuple[str, ...] = ()  # in place of a query: kinds of notices (Integrity.kind)


class Mechanism(NamedTuple):
    """A category of the evidence vocabulary; each gets a section of its own."""

    id: str
    label: str
    description: str


class Direction(NamedTuple):
    """What more of a factor does: a short label and the meaning in words."""

    label: str
    meaning: str
    side: str = ""  # what it has in common with others, if it has


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

    @property
    def set_aside(self) -> bool:
        """Whether it is read but, for a notice, not counted."""


@dataclass(frozen=True)
class Review:
    """One state of a living review; ``render`` turns it into files and looks at nothing else."""

    title: str
    question: str
    version: str
    as_of: str  # ISO 8601 date
    source: str  # "example", "ncbi", "baseline", or the base URL of another server
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
    step: Step | None = None  # what the last change did to the studies; None in a first edition
    living: Living = NOT_STATED
    oppositions: Pairs = ()  # of sides, or of directions without one: what cannot both be true
    labels: Mapping[str, str] = field(default_factory=lambda: labels({}))  # of fields, as read
    blocks: Mapping[str, str] = field(default_factory=dict)  # the criteria's: name → query
    conduct: Mapping[str, Any] = field(default_factory=dict)  # 3_screened/conduct.json
    corrections: Mapping[str, Any] = field(default_factory=dict)  # 5_evidence/corrections.json
    extraction: Mapping[str, Any] = field(default_factory=dict)  # 5_evidence/extraction.json
    # What each study is asked of how it was done: tiers, groups and items of config/appraisal.yaml
    appraisal: Mapping[str, Any] = field(default_factory=dict)
    declared: Declared = UNDECLARED
    narrative: Mapping[str, str] = field(default_factory=dict)  # section → Markdown by people
    citation_style: str = STYLE  # of the CSL collection
    editions: tuple[Edition, ...] = ()  # published up to ``as_of``, the oldest first

    @property
    def doi(self) -> str:
        """The review's own, "" if it has none."""
        return self.declared.doi

    @property
    def included(self) -> tuple[StudyRow, ...]:
        """The studies that count."""
        return tuple(study for study in self.studies if not study.set_aside)

    @property
    def set_aside(self) -> tuple[StudyRow, ...]:
        """The studies that are read but, for a notice, not counted."""
        return tuple(study for study in self.studies if study.set_aside)

    @property
    def stated(self) -> tuple[Statement, ...]:
        """The statements that count."""
        aside = {study.pmid for study in self.set_aside}
        return tuple(statement for statement in self.statements if statement.pmid not in aside)

    @property
    def stated_aside(self) -> tuple[Statement, ...]:
        """The statements of studies that are set aside."""
        aside = {study.pmid for study in self.set_aside}
        return tuple(statement for statement in self.statements if statement.pmid in aside)


# Where the flow has the records of an outcome.
BOXES = {
    "exclude": ("excluded", "excluded_reports"),
    "human": ("awaiting", "awaiting_reports"),
    "include": ("included",),
}


def comparison(review: Review, kind: str) -> Comparison | None:
    """The comparison of this ``kind``, None if it was not made."""
    return next((each for each in review.synthesis.comparisons if each.kind == kind), None)


def check(review: Review) -> None:
    """Raise ``LedgerError`` where two parts of the review contradict each other."""
    studies = [study.pmid for study in review.studies]
    included = [study.pmid for study in review.included]
    _agree("included in the flow", review.flow["included"].pmids, "studies that count", included)
    for outcome, boxes in BOXES.items():
        screened = [row.pmid for row in review.screened if row.outcome == outcome]
        counted = [pmid for part in review.flow.parts(*boxes) for pmid in part.pmids]
        where = f"{' and '.join(boxes)} in the flow"
        _agree(f"screened with outcome {outcome}", screened, where, counted)
    _known("screened", (row.pmid for row in review.screened), "records", review.records)
    _known("stated", (s.pmid for s in review.statements), "studies", studies)
    _known("direction", (s.direction for s in review.statements), "vocabulary", review.directions)
    _check_search(review)
    _check_aside(review)
    _check_synthesis(review)
    _check_history(review)


def _check_search(review: Review) -> None:
    listed = {found.id: found.ids for found in review.ledger.search.strategies}
    for part in review.flow.parts("identified"):
        if part.id in listed:
            _agree(f"found by {part.id}", listed[part.id], "in the flow", part.pmids)
    if review.baseline_errors and not review.baseline_review:
        raise LedgerError("errors are known of a baseline review, but not which review it is")


def _check_aside(review: Review) -> None:
    rows = [row for row in review.screened if row.set_aside]
    aside = [study.pmid for study in review.set_aside]
    _agree("set aside by screening", (row.pmid for row in rows), "studies set aside", aside)
    if strays := [row.pmid for row in rows if row.outcome != "exclude"]:
        raise LedgerError(f"set aside, but not excluded: {', '.join(strays[:10])}")
    if aside:
        _agree("set aside", aside, "taken in to compare", _made(review, ASIDE).taken_in)


def _check_synthesis(review: Review) -> None:
    claims = {claim.id for claim in review.synthesis.claims}
    included = {study.pmid for study in review.included}
    again = [a for made in review.synthesis.comparisons for a in made.altered]
    audits = review.synthesis.audits
    _known("audited", (a.claim for a in (*audits, *again)), "claims", claims)
    _known("compared", (a.claim for a in again), "audits", {a.claim for a in audits})
    _known("cited by the synthesis", _cited(review), "statements that count", _ids(review.stated))
    _known("compared", _weighed(again), "statements", _ids(review.statements))
    _check_sides(review)
    for made in review.synthesis.comparisons:
        _known(f"left out {made.kind}", made.left_out, "studies that count", included)
        _known(made.kind, made.taken_in, "studies set aside", {s.pmid for s in review.set_aside})


def _check_sides(review: Review) -> None:
    study = {statement.id: statement.pmid for statement in review.stated}
    for each in review.synthesis.contradictions:
        for side in (each.one, each.other):
            behind = {study[id_] for id_ in side.statements}
            where = f"studies on a side of the contradiction on {each.factor}"
            _agree("behind its statements", behind, where, side.studies)


def _check_history(review: Review) -> None:
    changes = review.ledger.changes
    last = changes[-1].day if len(changes) > 1 else "none"
    told = review.step.day if review.step else "none"
    if told != last:
        raise LedgerError(f"the last change in the ledger: {last}; in the review: {told}")
    if review.step:
        made = _made(review, BEFORE)
        _agree("joined by the last change", review.step.joined, "left out before", made.left_out)
        _agree("struck by the last change", review.step.struck, "taken in before", made.taken_in)


def _made(review: Review, kind: str) -> Comparison:
    made = comparison(review, kind)
    if made is None:
        raise LedgerError(f"the synthesis was not made again {kind}")
    return made


def _ids(statements: Iterable[Statement]) -> set[str]:
    return {statement.id for statement in statements}


def _cited(review: Review) -> Iterable[str]:
    yield from _weighed(review.synthesis.audits)
    for contradiction in review.synthesis.contradictions:
        yield from (*contradiction.one.statements, *contradiction.other.statements)


def _weighed(audits: Iterable[Audit]) -> Iterable[str]:
    for audit in audits:
        yield from (*audit.supports, *audit.contradicts, *audit.unclear)


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
