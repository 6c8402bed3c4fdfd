"""The boxes of the flow as lists of records, each with how it came there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from perennial.canonical import from_json
from perennial.decisions.decision import STAGES
from perennial.decisions.desk import Desk
from perennial.decisions.verdicts import person
from perennial.desk.veil import Veil
from perennial.desk.whole import whole
from perennial.flow import ROWS, Box, Flow, Part, included_box
from perennial.imports.ids import sort_key
from perennial.ledger import Ledger
from perennial.printable import plain
from perennial.render.renewed import Renewed, since
from perennial.render.wording import counted
from perennial.screened import Link, Screened
from perennial.step import Before, last_step
from perennial.tables import columns_of, read_parquet

RULE = "rule"
WITHHELD = "A record that you are asked to judge yourself"
AWAITING = ("awaiting", "awaiting_reports")
MOVED = ("excluded", *AWAITING, "sought", "included")  # boxes to which answers make a difference
OUTCOME_OF = {"excluded": "exclude", "awaiting": "human"}  # of a rule
SETTLED = ("excluded", "excluded_reports", "included", "sought", "screened", "previous", "joined")
HEADER = ("pmid", "title", "journal", "year", "how it came here", "by whom")

Ruled = Callable[[str], Screened]


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list; ``held`` if it has a page of its own."""

    pmid: str
    title: str
    journal: str
    year: int
    why: str
    by: str  # "rule", "people", the reviewers' names, or "" where nobody settled anything
    held: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """As ``HEADER`` names them, in one line each."""
        year = str(self.year or "")
        return tuple(map(plain, (self.pmid, self.title, self.journal, year, self.why, self.by)))


@dataclass(frozen=True)
class Fates:
    """What the stages say of single records, beside the flow."""

    ledger: Ledger
    brief: Mapping[str, tuple[str, str, int]]  # title, journal, year
    links: Mapping[str, tuple[Link, ...]]
    screened: Mapping[str, Screened]
    statements: Counter[str]  # as they stand
    drawn: Counter[str]  # statements before anybody corrected one
    then: Before

    @property
    def brought(self) -> frozenset[str]:
        """The records that the last change brought; none in a first edition."""
        changes = self.ledger.changes
        return frozenset(changes[-1].new) if len(changes) > 1 else frozenset()

    def since(self, flow: Flow) -> Renewed | None:
        """What the last change made of the flow; LedgerError where they are of two builds."""
        return since(flow, last_step(self.then, self.screened.values()), self.ledger)


FLOW = "6_synthesis/flow.json"
TABLES = (
    "1_records/ledger.json",
    "1_records/records.parquet",
    "2_linked/links.parquet",
    "3_screened/before.json",
    "4_fulltext/assessed.parquet",
    "5_evidence/statements.parquet",
    "5_evidence/drawn.parquet",
)


def load_flow(results: Path) -> Flow:
    """The flow as it was built."""
    path = results / FLOW
    return from_json(path.read_bytes(), Flow, str(path))


def load_fates(results: Path) -> Fates:
    """What ``TABLES`` say. InputError where one cannot be read."""
    ledger, records, links, before, assessed, stand, drawn = (results / name for name in TABLES)
    by_record: dict[str, tuple[Link, ...]] = {}
    with whole(results):
        for link in read_parquet(links, Link):
            by_record[link.pmid] = (*by_record.get(link.pmid, ()), link)
        return Fates(
            from_json(ledger.read_bytes(), Ledger, str(ledger)),
            _brief(records),
            by_record,
            {row.pmid: row for row in read_parquet(assessed, Screened)},
            _counted(stand),
            _counted(drawn),
            from_json(before.read_bytes(), Before, str(before)),
        )


def _counted(statements: Path) -> Counter[str]:
    return Counter(str(pmid) for (pmid,) in columns_of(statements, "pmid"))


def _brief(records: Path) -> dict[str, tuple[str, str, int]]:
    names = ("pmid", "title", "vernacular_title", "journal_abbreviation", "journal", "year")
    return {
        pmid: (title or vernacular, abbreviation or journal, year)
        for pmid, title, vernacular, abbreviation, journal, year in columns_of(records, *names)
    }


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the diagram: what goes on is on the left, what leaves is on the right."""

    goes: Box | None
    leaves: tuple[Box, ...]


def phases(boxes: Iterable[Box]) -> dict[str, tuple[Step, ...]]:
    """The boxes as PRISMA 2020 lays them out: phase → its rows."""
    known = {box.id: box for box in boxes}
    found: dict[str, tuple[Step, ...]] = {}
    for phase, left, right in ROWS:
        step = Step(known.get(left), tuple(known[name] for name in right if name in known))
        if step.goes or step.leaves:
            found[phase] = (*found.get(phase, ()), step)
    return found


def unseen(flow: Flow, fates: Fates, veil: Veil, desk: Desk) -> tuple[Flow, Fates]:
    """Both as if nobody had answered what is still to be judged unseen, or corrected a statement.

    Whatever a page tells is made of these two. Left where they are: full texts, and what rules let
    in but people did not, whose text nobody fetched.
    """
    people = [r for r in fates.screened.values() if r.decided_by != RULE and r.stage == STAGES[0]]
    alone = (desk.ruled(row.pmid) for row in people if veil.open(row.stage, row.pmid))
    back = {row.pmid: row for row in alone if row.outcome != "include"}
    told = replace(
        fates,
        screened={**fates.screened, **back},
        statements=Counter({pmid: n for pmid, n in fates.drawn.items() if pmid not in back}),
        then=replace(fates.then, included=_without(back, fates.then.included)),
    )
    order = {criterion.id: number for number, criterion in enumerate(desk.criteria)}
    return Flow(tuple(_unseen(box, back, told.statements, order) for box in flow.boxes)), told


def _unseen(
    box: Box, back: Mapping[str, Screened], drawn: Container[str], order: Mapping[str, int]
) -> Box:
    """A box with what the rules put there; parts and order tell nothing of what people did."""
    if box.id not in MOVED:
        return box
    kept = _without(back, box.pmids)
    if box.id == "included":
        return included_box(_sorted(kept), drawn)
    here = [row for row in back.values() if row.outcome == OUTCOME_OF.get(box.id)]
    if box.id in AWAITING:
        every = _sorted((*kept, *(row.pmid for row in here)))
        return replace(box, parts=(Part(box.id, "", every),))
    return replace(box, parts=_joined(box.parts, back, here, order))


def _joined(
    parts: Iterable[Part],
    back: Container[str],
    here: Iterable[Screened],
    order: Mapping[str, int],
) -> tuple[Part, ...]:
    """The parts without what goes ``back``, with what belongs ``here``, in the protocol's order."""
    known = {part.id: replace(part, pmids=_without(back, part.pmids)) for part in parts}
    for row in here:
        part = known.get(row.criterion, Part(row.criterion, row.reason, ()))
        known[row.criterion] = replace(part, pmids=(*part.pmids, row.pmid))
    full = (replace(part, pmids=_sorted(part.pmids)) for part in known.values() if part.pmids)
    return tuple(sorted(full, key=lambda part: order.get(part.id, len(order))))


def _without(back: Container[str], pmids: Iterable[str]) -> tuple[str, ...]:
    return tuple(pmid for pmid in pmids if pmid not in back)


def _sorted(pmids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(pmids, key=sort_key))


def rows(box: Box, parts: Sequence[Part], fates: Fates, veil: Veil, ruled: Ruled) -> list[Row]:
    """The list behind ``parts`` of a box, one row for each number, in the order of the flow.

    Rows that are withheld come last.
    """
    tell = _Telling(box, fates, veil, ruled)
    told = [tell.row(part, pmid) for part in parts for pmid in part.pmids]
    return sorted(told, key=lambda row: not row.pmid)


class _Telling:
    def __init__(self, box: Box, fates: Fates, veil: Veil, ruled: Ruled) -> None:
        self.box, self.fates, self.veil, self.ruled = box.id, fates, veil, ruled
        self.found: dict[str, tuple[str, ...]] = {}
        for one in fates.ledger.search.strategies:
            for pmid in one.ids:
                self.found[pmid] = (*self.found.get(pmid, ()), one.id)
        self.named = {one.pmid for one in fates.ledger.search.named}
        self.absent = {a.pmid: a.reason for a in (*fates.ledger.missing, *fates.ledger.refused)}

    def row(self, part: Part, pmid: str) -> Row:
        fate = self.fates.screened.get(pmid)
        if fate and self.box in (*SETTLED, *AWAITING):
            if (seen := self._seen(fate)) is None:
                return Row("", WITHHELD, "", 0, "", "", False)
            return self._row(pmid, self._settled(part, seen), self._by(seen))
        return self._row(pmid, self._removed(part, pmid), "")

    def _row(self, pmid: str, why: str, by: str) -> Row:
        title, journal, year = self.fates.brief.get(pmid, ("", "", 0))
        return Row(pmid, title, journal, year, why, by, pmid in self.fates.brief)

    def _seen(self, fate: Screened) -> Screened | None:
        """What may be told of it: where people have a say that is not to be seen yet, the rules'
        own word among all records, and in a box to which it would not have led, nothing.
        """
        if fate.decided_by == RULE or not self.veil.open(fate.stage, fate.pmid):
            return fate
        return self.ruled(fate.pmid) if self.box == "screened" else None

    def _by(self, fate: Screened) -> str:
        if fate.decided_by == RULE:
            return RULE
        return "people" if self.veil.blind else fate.decided_by

    def _settled(self, part: Part, fate: Screened) -> str:
        if self.box == "sought":
            return part.label
        if self.box == "included":
            return counted(self.fates.statements[fate.pmid], "statement")
        if fate.outcome == "include":
            return "included"
        # The reason of a person's row may quote what others said.
        reason = part.label if self.veil.blind and fate.decided_by != RULE else fate.reason
        return ": ".join(filter(None, (fate.criterion, reason)))

    def _removed(self, part: Part, pmid: str) -> str:
        if pmid in self.absent and part.id in ("not_returned", "refused"):
            return self.absent[pmid]
        if self.box == "identified" or part.id == "repeated":
            return self._finders(part, pmid)
        links = self.fates.links.get(pmid, ())
        return "; ".join(f"{link.kind} {link.other} ({link.rule})" for link in links)

    def _finders(self, part: Part, pmid: str) -> str:
        by = self.found.get(pmid, ())
        if part.id in by:
            also = ", ".join(id_ for id_ in by if id_ != part.id)
            return f"found by {part.id}" + (f", also by {also}" if also else "")
        ways = ["found by " + ", ".join(by)] if by else []
        ways += ["named one by one"] if pmid in self.named else []
        return "; ".join(ways) or part.label


def matching(rows: Iterable[Row], query: str) -> Iterator[Row]:
    """The rows in which every word of ``query`` stands, case and width aside."""
    wanted = person(query).split()
    for row in rows:
        text = person(" ".join(row.cells))
        if all(word in text for word in wanted):
            yield row
