"""The PRISMA 2020 flow as queries over the ledger: every number is the length of a list of ids.

Each record has one fate. A box holds the records that share a fate, so the boxes cannot
disagree with the tables; where two stages do not hand on exactly the same records, there
is no flow but a ``LedgerError`` that names them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from perennial.errors import LedgerError
from perennial.imports.ids import sort_key
from perennial.ledger import NOBODY, Ledger
from perennial.screened import DUPLICATE, FULL_TEXT, NOTICES, Link, Screened

# Where PRISMA 2020 puts the boxes: (phase, box on the left, boxes on the right). A flow need not
# have every box, but may have no other; the last two are those of an updated review.
ROWS = (
    ("Identification", "identified", ("removed",)),
    ("Screening", "screened", ("excluded", "awaiting")),
    ("Screening", "sought", ("excluded_reports", "awaiting_reports")),
    ("Included", "included", ("previous", "joined")),
)

# What could be read of a study (perennial.passages), as the diagram says it.
_READ_AS = {
    "full text": "full text read",
    "front matter only": "abstract only: PMC gives the front matter",
    "not available": "abstract only: PMC does not give the article",
    "no article in PMC": "abstract only: no article in PMC",
    "not returned by PMC": "abstract only: not returned by PMC",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Records of a box that share a reason."""

    id: str
    label: str
    pmids: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.pmids)


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the flow diagram; it is nothing but its parts."""

    id: str
    label: str
    parts: tuple[Part, ...]

    @property
    def pmids(self) -> tuple[str, ...]:
        """The records of all parts, in order."""
        return tuple(pmid for part in self.parts for pmid in part.pmids)

    @property
    def count(self) -> int:
        """The sum of the parts."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Flow:
    """The boxes from identification to inclusion."""

    boxes: tuple[Box, ...]

    def __getitem__(self, box: str) -> Box:
        return next(b for b in self.boxes if b.id == box)

    def parts(self, *boxes: str) -> tuple[Part, ...]:
        """The parts of several boxes, in order; a box that the flow does not have has none."""
        return tuple(part for box in self.boxes if box.id in boxes for part in box.parts)


def flow(
    ledger: Ledger,
    recorded: Iterable[str],
    links: Sequence[Link],
    screened: Sequence[Screened],
    reasons: Mapping[str, str],
    texts: Mapping[str, str],
    stated: Iterable[str],
) -> Flow:
    """Put every record that was identified into its boxes.

    ``recorded`` are the ids of the records table, ``reasons`` the label of each criterion,
    ``texts`` what could be read of each report sought (pmid → status), ``stated`` the records
    that evidence was drawn from; both know the studies set aside, which the flow counts as
    excluded. Raises ``LedgerError`` if any record is lost or
    gained between two stages.
    """
    found = _found(ledger)
    unique = dict.fromkeys(pmid for part in found.parts for pmid in part.pmids)
    repeated = _repeats(found)
    absent = Part("not_returned", "Not returned by the source", tuple(ledger.missing_among(unique)))
    refused = Part("refused", "Could not be read", tuple(ledger.refused_among(unique)))
    _same("fetched", set(unique) - {*absent.pmids, *refused.pmids}, "recorded", set(recorded))
    copies = [link.pmid for link in links if link.kind == DUPLICATE]
    duplicates = _duplicates(ledger, sorted(copies, key=sort_key))
    judged = {row.pmid: row for row in screened}
    told = {link.pmid for link in links if link.kind in NOTICES} - set(copies)
    notices = Part("notices", "Notices about another record", tuple(sorted(told, key=sort_key)))
    _same("linked", set(recorded) - set(copies) - told, "screened", set(judged))
    early = {pmid: row for pmid, row in judged.items() if row.stage != FULL_TEXT}
    late = {pmid: row for pmid, row in judged.items() if row.stage == FULL_TEXT}
    included = [pmid for pmid, row in judged.items() if row.outcome == "include"]
    sought = [pmid for pmid, row in judged.items() if row.outcome == "include" or pmid in late]
    aside = {pmid for pmid, row in judged.items() if row.set_aside}
    _same("sought or set aside", {*sought, *aside}, "read", set(texts))
    _within("evidence", set(stated), "included or set aside", {*included, *aside})
    reports = (
        _by_criterion("excluded_reports", "Reports excluded", "exclude", late, reasons),
        _by_criterion("awaiting_reports", "Reports awaiting a decision", "human", late, reasons),
    )
    return Flow(
        (
            found,
            Box(
                "removed",
                "Records removed before screening",
                (repeated, *duplicates, *([notices] if told else []), absent, refused),
            ),
            Box("screened", "Records screened", (Part("screened", "", tuple(judged)),)),
            _by_criterion("excluded", "Records excluded", "exclude", early, reasons),
            _by_criterion("awaiting", "Awaiting a human decision", "human", early, reasons),
            _sought(ledger, sought, texts),
            *(box for box in reports if box.count),
            included_box(included, set(stated)),
        )
    )


def check(flow: Flow) -> None:
    """Raise ``LedgerError`` unless what enters each level of the flow leaves it again."""
    count = {box.id: box.count for box in flow.boxes}
    _equal(
        "identified",
        count["identified"],
        "removed + screened",
        count["removed"] + count["screened"],
    )
    fates = count["excluded"] + count["awaiting"] + count["sought"]
    _equal("screened", count["screened"], "excluded + awaiting + sought", fates)
    assessed = count["included"] + sum(
        part.count for part in flow.parts("excluded_reports", "awaiting_reports")
    )
    _equal("sought", count["sought"], "included + reports excluded or awaiting", assessed)


def _found(ledger: Ledger) -> Box:
    parts = [Part(s.id, s.label, s.ids) for s in ledger.search.strategies]
    named = tuple(n.pmid for n in ledger.search.named if n.pmid)
    parts.append(Part("named", "Named one by one", named))
    if ledger.earlier:
        parts.append(Part("earlier", "Found by an earlier search only", ledger.earlier))
    return Box("identified", "Records identified", tuple(parts))


def _sought(ledger: Ledger, sought: Sequence[str], texts: Mapping[str, str]) -> Box:
    if ledger.search.source == NOBODY:
        return _grouped("sought", "Reports read", sought, lambda _: "abstract only")
    return _grouped("sought", "Reports sought in PMC", sought, lambda p: _READ_AS[texts[p]])


def _repeats(found: Box) -> Part:
    seen: set[str] = set()
    again = [pmid for pmid in found.pmids if pmid in seen or seen.add(pmid)]  # type: ignore[func-returns-value]
    return Part("repeated", "Found by more than one strategy", tuple(again))


def _duplicates(ledger: Ledger, copies: Sequence[str]) -> list[Part]:
    """Duplicates, apart by where they came from: the strategies, or one of the imports.

    An import is what was not sent to the source. A record that both found is the strategies'.
    """
    imports = {found.id: found for found in ledger.search.strategies if not found.sent}
    asked = [s for s in ledger.search.strategies if s.id not in imports]
    named = [n.pmid for n in ledger.search.named]
    seen = dict.fromkeys([*(p for s in asked for p in s.ids), *named], "")
    for found in imports.values():
        seen = dict.fromkeys(found.ids, found.id) | seen
    parts = [Part("duplicates", "Duplicate of another record", _those("", copies, seen))]
    for id_, found in imports.items():
        label = f"{found.label}: duplicate of another record"
        parts.append(Part(f"duplicates_{id_}", label, _those(id_, copies, seen)))
    return [part for part in parts if part.count or part.id == "duplicates"]


def _those(import_: str, copies: Sequence[str], seen: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(copy for copy in copies if seen.get(copy, "") == import_)


def _by_criterion(
    box: str, label: str, outcome: str, judged: Mapping[str, Screened], reasons: Mapping[str, str]
) -> Box:
    rows = [row for row in judged.values() if row.outcome == outcome]
    known = {**reasons, "": "Reviewers unsure or in disagreement"}
    parts = [
        Part(
            criterion or "reviewer", reason, tuple(r.pmid for r in rows if r.criterion == criterion)
        )
        for criterion, reason in known.items()
    ]
    unknown = {row.criterion for row in rows} - set(known)
    if unknown:
        raise LedgerError(f"screened by criteria that the config does not have: {sorted(unknown)}")
    return Box(box, label, tuple(part for part in parts if part.count))


def _grouped(box: str, label: str, pmids: Sequence[str], group: Callable[[str], str]) -> Box:
    names = sorted({group(pmid) for pmid in pmids})
    parts = (Part(name, name, tuple(p for p in pmids if group(p) == name)) for name in names)
    return Box(box, label, tuple(parts))


def included_box(pmids: Sequence[str], stated: Container[str]) -> Box:
    """The studies included, apart by whether evidence was drawn from them."""

    def group(pmid: str) -> str:
        return "with extracted statements" if pmid in stated else "without a statement"

    return _grouped("included", "Studies included", pmids, group)


def _same(left: str, a: set[str], right: str, b: set[str]) -> None:
    _within(left, a, right, b)
    _within(right, b, left, a)


def _within(left: str, a: set[str], right: str, b: set[str]) -> None:
    if lost := sorted(a - b):
        raise LedgerError(
            f"{len(lost)} of the {left} records are not among the {right}: {', '.join(lost[:10])}",
            hint="a stage's output was changed by hand or is stale; delete results/ and run again",
        )


def _equal(left: str, a: int, right: str, b: int) -> None:
    if a != b:
        raise LedgerError(f"the flow does not add up: {left} is {a}, {right} is {b}")
