"""The body of the review, arranged for reading: by mechanism, then by direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from perennial.claim import ASIDE, Audit, Claim
from perennial.errors import LedgerError
from perennial.imports.ids import sort_key
from perennial.passage import Statement
from perennial.render.comparisons import altered
from perennial.render.review import BOXES, Direction, Mechanism, Review
from perennial.screened import Screened

# Where a finding was made: fields of a statement that a reader sees beside it.
CONTEXTS = ("condition", "site", "model", "species")
UNTOUCHED = "not re-examined"  # an Audit's status
UNSORTED = Mechanism(
    "unsorted", "Not assigned to a mechanism", "The factor is in no category of the vocabulary."
)


@dataclass(frozen=True)
class Sides:
    """What an audit weighs."""

    supports: tuple[Statement, ...] = ()
    contradicts: tuple[Statement, ...] = ()
    unclear: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Appraisal:
    """A baseline claim, its audit, and the statements that the audit weighed.

    ``otherwise`` is the status that it would have with the studies that are set aside, "" if
    the same, and ``aside`` the statements of those studies on the sides where they would be.
    """

    claim: Claim
    audit: Audit | None
    sides: Sides
    otherwise: str = ""
    aside: Sides = Sides()

    @property
    def weighed(self) -> bool:
        """Whether the audit came to any verdict, or would with the studies set aside."""
        return bool(self.otherwise) or (self.audit is not None and self.audit.status != UNTOUCHED)


@dataclass(frozen=True)
class Strand:
    """Statements of one direction within a mechanism."""

    code: str
    direction: Direction
    statements: tuple[Statement, ...]

    @property
    def studies(self) -> int:
        """How many studies they come from."""
        return len({statement.pmid for statement in self.statements})


@dataclass(frozen=True)
class Chapter:
    """A mechanism: what the baseline review held, and what was found since."""

    mechanism: Mechanism
    appraisals: tuple[Appraisal, ...]
    results: tuple[Strand, ...]
    hearsay: tuple[Strand, ...]  # said as background or hypothesis, not shown by the study
    aside: tuple[Strand, ...]  # from studies that are set aside; counted nowhere

    @property
    def weighed(self) -> tuple[Appraisal, ...]:
        """The claims that some result bears on."""
        return tuple(each for each in self.appraisals if each.weighed)

    @property
    def untouched(self) -> tuple[Appraisal, ...]:
        """The claims that stand as the baseline review left them."""
        return tuple(each for each in self.appraisals if not each.weighed)


@dataclass(frozen=True)
class Exclusions:
    """Records that one criterion excluded."""

    criterion: str
    reason: str
    rows: tuple[Screened, ...]


def chapters(review: Review) -> tuple[Chapter, ...]:
    """One chapter for each mechanism that has a claim or a statement, in the vocabulary's order.

    Statements and claims of an unlisted mechanism end in a chapter of their own.
    """
    listed = {mechanism.id for mechanism in review.mechanisms}
    claims: dict[str, list[Appraisal]] = defaultdict(list)
    for appraisal in _appraisals(review):
        claims[_among(appraisal.claim.mechanism, listed)].append(appraisal)
    stated, aside = _by_mechanism(review.stated, listed), _by_mechanism(review.stated_aside, listed)
    return tuple(
        Chapter(
            mechanism,
            tuple(claims[mechanism.id]),
            _strands(review, (s for s in stated[mechanism.id] if s.standing == "result")),
            _strands(review, (s for s in stated[mechanism.id] if s.standing != "result")),
            _strands(review, aside[mechanism.id]),
        )
        for mechanism in (*review.mechanisms, UNSORTED)
        if claims[mechanism.id] or stated[mechanism.id] or aside[mechanism.id]
    )


def exclusions(review: Review) -> tuple[Exclusions, ...]:
    """The excluded records by criterion, as the flow counts them.

    Raises ``LedgerError`` if the flow and the screening table name different criteria.
    """
    judged = {row.pmid: row for row in review.screened}
    groups = []
    for part in review.flow.parts(*BOXES["exclude"]):
        rows = tuple(judged[pmid] for pmid in part.pmids)
        if strangers := [row.pmid for row in rows if row.criterion != part.id]:
            raise LedgerError(f"{', '.join(strangers[:10])}: not excluded by {part.id}")
        groups.append(Exclusions(part.id, part.label, rows))
    return tuple(groups)


def by_id(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Statements by their id."""
    return {statement.id: statement for statement in statements}


def _among(mechanism: str, listed: set[str]) -> str:
    return mechanism if mechanism in listed else UNSORTED.id


def _by_mechanism(
    statements: Iterable[Statement], listed: set[str]
) -> Mapping[str, list[Statement]]:
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[_among(statement.mechanism, listed)].append(statement)
    return groups


def _appraisals(review: Review) -> Iterator[Appraisal]:
    known, aside = by_id(review.stated), by_id(review.stated_aside)
    audits = {audit.claim: audit for audit in review.synthesis.audits}
    again = altered(review, ASIDE)
    for claim in review.synthesis.claims:
        audit, other = audits.get(claim.id), again.get(claim.id)
        status = other.status if audit and other and other.status != audit.status else ""
        yield Appraisal(claim, audit, _sides(known, audit), status, _sides(aside, other))


def _sides(known: Mapping[str, Statement], audit: Audit | None) -> Sides:
    """Those of the statements that ``audit`` weighs that are ``known``."""
    if audit is None:
        return Sides()
    sides = (audit.supports, audit.contradicts, audit.unclear)
    return Sides(*(_picked(known, ids) for ids in sides))


def _picked(known: Mapping[str, Statement], ids: Iterable[str]) -> tuple[Statement, ...]:
    return tuple(known[name] for name in ids if name in known)


def _strands(review: Review, statements: Iterable[Statement]) -> tuple[Strand, ...]:
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement.direction].append(statement)
    return tuple(
        Strand(code, Direction(*review.directions[code]), _ordered(review, groups[code]))
        for code in review.directions
        if code in groups
    )


def _ordered(review: Review, statements: Iterable[Statement]) -> tuple[Statement, ...]:
    def place(s: Statement) -> tuple[str, str, int, tuple[int, int, str], str, int, str]:
        label = review.factors.get(s.factor, s.factor)
        year = review.records[s.pmid].year
        return (label.casefold(), label, -year, sort_key(s.pmid), s.section, s.start, s.id)

    return tuple(sorted(statements, key=place))
