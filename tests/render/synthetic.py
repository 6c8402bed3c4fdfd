"""A made-up review. Its PMIDs have nine digits and its DOIs the prefix 10.0000: none is real."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from perennial.claim import (
    Audit,
    Claim,
    Comparison,
    Contradiction,
    Expectation,
    Separation,
    Side,
    Synthesis,
)
from perennial.editions.edition import Edition
from perennial.flow import Box, Flow, Part
from perennial.labels import labels
from perennial.ledger import (
    Absence,
    Change,
    Database,
    Edit,
    Found,
    Ledger,
    Named,
    Search,
)
from perennial.passage import Passage, Statement
from perennial.record import Author, Record
from perennial.render.living import Amendment, Living, Role
from perennial.render.review import Criterion, Direction, Mechanism, Review
from perennial.render.state import state
from perennial.screened import Integrity, Link, Match, Screened
from perennial.step import Step

DIRECTIONS = {
    "IND": Direction("Induces rest", "More of the factor brings cells to rest.", "dormancy"),
    "MNT": Direction(
        "Maintains rest", "More of the factor keeps resting cells at rest.", "dormancy"
    ),
    "REA": Direction(
        "Ends rest", "More of the factor brings resting cells back into cycle.", "exit"
    ),
    "NUL": Direction("No effect", "The factor was tested, and nothing changed."),
}
MECHANISMS = (
    Mechanism("M1", "Signals of the surroundings", "What neighbours tell a cell."),
    Mechanism("M2", "Programmes inside the cell", "Transcription factors and chromatin."),
    Mechanism("M3", "Never mentioned", "No claim and no statement: it has no section."),
)
CRITERIA = (
    Criterion("type", "exclude", "Reviews, editorials, comments", "Not a primary study"),
    Criterion(
        "subject",
        "include",
        "Resting cells of a tumour, in title or abstract",
        "Not about resting cells",
        "#rest NEAR/5 #cells",
    ),
    Criterion("notice", "exclude", "Is it retracted?", "Retracted", notices=("retracted",)),
    Criterion("abstract", "human", "Records without an abstract", "No abstract to judge by"),
)


@dataclass(frozen=True)
class Study:
    """A study as another stage might hand it over."""

    pmid: str
    design: str
    conditions: tuple[str, ...]
    sites: tuple[str, ...]
    models: tuple[str, ...]
    species: str
    tier: str
    text: str
    set_aside: bool = False


def pmid(number: int) -> str:
    return str(900_000_000 + number)


def record(number: int, **fields: object) -> Record:
    base = Record(
        pmid=pmid(number),
        doi=f"10.0000/synthetic.{number}",
        title=f"Synthetic study {number}: a made-up factor and cells at rest in a made-up tissue",
        abstract="FAC1 kept the cells at rest. Loss of FAC2 woke them.",
        authors=(Author(family=f"Family{number}", given="Given Name"),),
        journal="Journal of Made-up Results",
        journal_abbreviation="J Made-up Res",
        year=2015 + number % 10,
        date=f"{2015 + number % 10}-0{1 + number % 9}",
        volume=str(number),
        pages=f"{number}01-9",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def statement(number: int, study: int, factor: str, direction: str, **fields: object) -> Statement:
    quote = "FAC1 kept the cells at rest."
    base = Statement(
        id=hashlib.sha256(f"{number}".encode()).hexdigest()[:10],
        pmid=pmid(study),
        factor=factor,
        factor_kind="gene",
        factor_text=factor.lower(),
        direction=direction,
        perturbation="",
        mechanism="M1",
        condition="breast",
        site="lung",
        model="mouse",
        species="mouse",
        standing="result",
        quote=quote,
        section="abstract",
        start=0,
        end=len(quote),
        text_sha256="0" * 64,
        rule="keeps",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def screened(number: int, outcome: str, criterion: str = "", by: str = "rule") -> Screened:
    reason = {c.id: c.reason for c in CRITERIA}.get(criterion, "All criteria are met")
    words = (Match(criterion or "subject", "abstract", 9, 13, "cells at rest"),)
    aside = criterion == "notice"
    return Screened(pmid(number), outcome, criterion, reason, by, (), words, aside)


def part(name: str, label: str, numbers: range | list[int]) -> Part:
    return Part(name, label, tuple(pmid(n) for n in numbers))


def flow() -> Flow:
    return Flow(
        (
            Box(
                "identified",
                "Records identified",
                (
                    part("words", "Words in title and abstract", [*range(1, 15), 18]),
                    part("headings", "Headings of the thesaurus", range(10, 17)),
                    part("named", "Named one by one", [1, 17]),
                ),
            ),
            Box(
                "removed",
                "Records removed before screening",
                (
                    part("repeated", "Found by more than one strategy", [10, 11, 12, 13, 14, 1]),
                    part("duplicates", "Duplicate of another record", [15]),
                    part("not_returned", "Not returned by the source", [16]),
                ),
            ),
            Box("screened", "Records screened", (part("screened", "", [*range(1, 15), 17, 18]),)),
            Box(
                "excluded",
                "Records excluded",
                (
                    part("type", "Not a primary study", [8, 9, 10]),
                    part("subject", "Not about resting cells", [11]),
                    part("notice", "Retracted", [18]),
                ),
            ),
            Box(
                "awaiting",
                "Awaiting a human decision",
                (part("abstract", "No abstract to judge by", [12, 13]),),
            ),
            Box(
                "sought",
                "Reports sought for retrieval",
                (
                    part("abstract", "abstract only", [1, 2, 3, 4, 5, 6]),
                    part("full", "full text", [7, 14, 17]),
                ),
            ),
            Box(
                "included",
                "Studies included",
                (
                    part("with", "with extracted statements", [1, 2, 3, 4, 5, 6, 7]),
                    part("without", "without a statement", [14, 17]),
                ),
            ),
        )
    )


def ledger() -> Ledger:
    words = tuple(pmid(n) for n in (*range(1, 15), 18))
    headings = tuple(pmid(n) for n in range(10, 17))
    strategies = (
        Found(
            "words",
            "Words in title and abstract",
            '#rest NEAR/5 #cells\nAND ("tumor*"[tiab] OR "tumour*"[tiab])',
            '(rest[tiab] OR quiescen*[tiab]) AND ("tumor*"[tiab])',
            '("rest"[Title/Abstract]) AND ("tumor*"[Title/Abstract])',
            15,
            words,
            ("Truncated term: tumor*",),
        ),
        Found("headings", "Headings of the thesaurus", "Rest[mh]", "Rest[mh]", "", 7, headings, ()),
    )
    named = (
        Named("PMC9999999999", "pmcid", "", "not returned", "the server knows no such article"),
        Named(f"PMID {pmid(17)}", "pmid", pmid(17), "returned", ""),
        Named(f"PMID {pmid(1)}", "pmid", pmid(1), "returned", ""),
    )
    database = Database("pubmed", "Build-made-up", "2026/05/30", "1234")
    search = Search("example", "2026-06-01T08:00:00Z", database, strategies, named)
    return Ledger(search, (Absence(pmid(16), "not in the answer"),), (), (), changes())


def changes() -> tuple[Change, ...]:
    """A first search, a day of little news, and the last change: 7 came, 18 was retracted."""
    first = (*range(1, 7), 8, 9, 10, 12, 14, 17, 18)
    edit = Edit("words", "#rest AND #cells", "#rest NEAR/5 #cells")
    return (
        Change("2026-04-01", (), tuple(pmid(n) for n in first), (), ()),
        Change("2026-05-01", (edit,), (), (pmid(8),), (Absence(pmid(9), "deleted"),)),
        Change(
            "2026-06-01",
            (Edit("headings", "", "Rest[mh]"),),
            tuple(pmid(n) for n in (7, 11, 13, 15, 16)),
            (pmid(18), pmid(10)),
            (Absence(pmid(14), "no longer found"),),
        ),
    )


def statements() -> tuple[Statement, ...]:
    return (
        statement(1, 1, "FAC1", "IND"),
        statement(2, 2, "FAC1", "IND", site="bone marrow", condition="prostate"),
        statement(3, 3, "FAC1", "REA", site="brain", model="organoid", perturbation="gain"),
        statement(4, 4, "FAC2", "MNT", mechanism="M2", perturbation="loss"),
        statement(5, 5, "FAC2", "MNT", mechanism="M2", standing="background"),
        statement(6, 6, "FAC3", "NUL", mechanism="", condition="", site="", model="", species=""),
        statement(7, 7, "FAC1", "IND", section="results.2", condition="", standing="hypothesis"),
        statement(8, 18, "FAC9", "REA"),
        statement(9, 18, "FAC1", "IND", quote="FAC1 kept them at rest, it was said."),
        statement(10, 18, "FAC2", "MNT", mechanism="M2", standing="background"),
    )


def synthesis(found: tuple[Statement, ...]) -> Synthesis:
    s = [one.id for one in found]
    expects = (Expectation("FAC1", "IND"),)
    claims = (
        Claim(
            "B1",
            "M1",
            "FAC1 brings cells to rest.",
            "[12, 13]",
            "10.0000/base.1",
            "verified",
            expects,
            "",
            "",
        ),
        Claim("B2", "M1", "FAC9 wakes them.", "[14]", "", "untraced", (), "", "A made-up note."),
        Claim(
            "B3",
            "M2",
            "FAC2 wakes cells.",
            "",
            pmid(4),
            "named",
            (),
            "It is the other way about.",
            "",
        ),
    )
    audits = (
        Audit(
            "B1",
            "refined",
            (s[0], s[1]),
            (s[2],),
            (),
            "2 studies for it, 1 against",
        ),
        Audit("B2", "not re-examined", (), (), (), "no result bears on it"),
        Audit("B3", "contradicted", (), (s[3],), (), "1 study says the opposite"),
    )
    return Synthesis(
        claims,
        audits,
        contradictions(s),
        comparisons(s),
    )


def contradictions(s: list[str]) -> tuple[Contradiction, ...]:
    """One that results show, and one between claims; ``s`` are statement ids."""
    rest = Side("rest", ("IND",), ("FAC1",), (s[0], s[1]), (pmid(1), pmid(2)), ("B1",))
    exit_ = Side("exit", ("REA",), ("FAC1",), (s[2],), (pmid(3),), ())
    claimed = Side("exit", ("REA",), ("FAC9",), (), (), ("B2",))
    denied = Side("NUL", ("NUL",), ("FAC9",), (), (), ("B3",))
    return (
        Contradiction(
            "opposite",
            "FAC1",
            rest,
            exit_,
            (
                Separation("condition", "partly", ("breast", "prostate"), ("breast",)),
                Separation("site", "wholly", ("lung", "bone marrow"), ("brain",)),
                Separation("model", "wholly", ("mouse",), ("organoid",)),
                Separation("species", "not at all", ("mouse",), ("mouse",)),
                Separation("approach", "not recorded", (), ("gain",)),
            ),
        ),
        Contradiction("no effect", "FAC9", claimed, denied, ()),
    )


def comparisons(s: list[str]) -> tuple[Comparison, ...]:
    """Study 3 is in doubt, 18 is set aside, and 7 joined last; ``s`` are statement ids."""
    sure = Audit("B1", "confirmed", (s[0], s[1]), (), (), "2 studies for it")
    more = Audit("B1", "refined", (s[0], s[1], s[8]), (s[2],), (), "3 studies for it, 1 against")
    again = Audit("B2", "confirmed", (s[7],), (), (), "1 study for it")
    return (
        Comparison("without doubtful", (pmid(3),), (), (sure,)),
        Comparison("with set aside", (), (pmid(18),), (more, again)),
        Comparison("before the last change", (pmid(7),), (pmid(18),), (more, again)),
    )


def review() -> Review:
    """The state of 2026.1, after two published editions."""
    now = unpublished()
    return replace(now, editions=published(state(now)))


def published(now: Edition) -> tuple[Edition, Edition]:
    """An edition with 18 and without 7, and one that reads 3 otherwise; then came ``now``."""
    came, struck = {pmid(n) for n in (7, 11, 13, 15, 16)}, pmid(18)
    fewer = {"identified": 5, "removed": 2, "screened": 3, "excluded": 2, "awaiting": 1}
    groups = [replace(g, pmids=tuple(p for p in g.pmids if p not in came)) for g in now.records]
    groups = [replace(g, outcome="included") if struck in g.pmids else g for g in groups]
    first = replace(
        now,
        number="2025.1",
        day="2026-04-01",
        records=tuple(groups),
        statements=tuple(replace(s, counts=True) for s in now.statements if s.pmid not in came),
        contradictions=(),
        flow=tuple(replace(box, number=box.number - fewer.get(box.id, 0)) for box in now.flow),
        page="1" * 64,
    )
    read = {pmid(3): "No effect"}
    second = replace(
        first,
        number="2025.2",
        day="2026-05-01",
        statements=tuple(
            replace(s, direction=read.get(s.pmid, s.direction)) for s in first.statements
        ),
        conclusions=tuple(
            replace(c, stands="confirmed", behind=1, against=0) if c.id == "B3" else c
            for c in now.conclusions
        ),
        note="A made-up note on the second edition.",
    )
    return first, second


def unpublished() -> Review:
    """The same, had no edition ever been published."""
    records = {pmid(n): record(n) for n in (*range(1, 16), 17, 18)}
    records[pmid(12)] = replace(records[pmid(12)], abstract="")
    found = statements()
    outcomes = (
        *(screened(n, "include") for n in (1, 2, 3, 4, 5, 6, 7, 14)),
        screened(17, "include", by="A. Reviewer"),
        *(screened(n, "exclude", "type") for n in (8, 9, 10)),
        screened(11, "exclude", "subject"),
        screened(18, "exclude", "notice"),
        *(screened(n, "human", "abstract") for n in (12, 13)),
    )
    notices = (
        Integrity(pmid(3), "concern", pmid(90), "J Made-up Res. 2025;1:2"),
        Integrity(pmid(18), "corrected", "", "J Made-up Res. 2025;2:3"),
        Integrity(pmid(18), "retracted", pmid(91), "J Made-up Res. 2026;3:4"),
    )
    passages = {
        (s.pmid, s.section): Passage(s.pmid, s.section, "pubmed", "Abstract", s.quote, "0" * 64)
        for s in found
    }
    return Review(
        title="Cells at rest: a made-up living review",
        question="What brings made-up cells to rest, and what wakes them?",
        version="2026.1",
        as_of="2026-06-01",
        source="example",
        source_note="",
        maintainers=("A. Reviewer", "B. Reviewer"),
        ledger=ledger(),
        flow=flow(),
        records=records,
        screened=outcomes,
        links=(Link(pmid(15), "duplicate of", pmid(1), "same DOI"),),
        integrity=notices,
        criteria=CRITERIA,
        studies=tuple(
            Study(
                pmid(n),
                "experiment",
                ("breast",),
                ("lung", "bone"),
                ("mouse",),
                "mouse",
                "main",
                "abstract",
                set_aside=n == 18,
            )
            for n in (1, 2, 3, 4, 5, 6, 7, 14, 17, 18)
        ),
        statements=found,
        passages=passages,
        synthesis=synthesis(found),
        mechanisms=MECHANISMS,
        directions=DIRECTIONS,
        oppositions=(("dormancy", "exit"),),
        labels=labels({"labels": {"condition": "cancer", "conditions": "cancers"}}),
        factors={"FAC1": "FAC1 (made-up factor 1)"},
        baseline_review={
            "title": "A made-up review of rest",
            "first_author": "Base B",
            "journal": "Rev Made-up",
            "year": 2018,
            "doi": "10.0000/base",
        },
        baseline_errors=(
            {"says": "FAC2 wakes cells", "source_says": "Its loss does", "basis": "the abstract"},
        ),
        manifest={"perennial": "0.1.0", "config/search.yaml": "a" * 64},
        step=Step("2026-06-01", (pmid(7),), (pmid(18),), (), notices[-1:]),
        living=Living(
            every="week",
            overlap_days=30,
            full_every_days=90,
            watch="included",
            editions="When a claim stands otherwise.",
            roles=(Role("A. Reviewer", "screening"),),
            amendments=(Amendment("2026-05-02", "Abstracts alone are read.", "Time was short."),),
        ),
        blocks={"rest": "rest[tiab] OR quiescen*[tiab]", "cells": "cell*[tiab]"},
    )


def first_edition() -> Review:
    """The same review, had its records all come with the first search; nothing is set aside."""
    now = unpublished()
    found = (_found(strategy, pmid(18)) for strategy in now.ledger.search.strategies)
    search = replace(now.ledger.search, strategies=tuple(found))
    change = replace(now.ledger.changes[0], new=search.pmids)
    others = tuple(
        replace(box, parts=tuple(_without(part, pmid(18)) for part in box.parts))
        for box in now.flow.boxes
    )
    return replace(
        now,
        flow=Flow(others),
        ledger=replace(now.ledger, search=search, changes=(change,)),
        screened=tuple(row for row in now.screened if not row.set_aside),
        integrity=(),
        studies=now.included,
        statements=now.stated,
        synthesis=replace(now.synthesis, comparisons=()),
        step=None,
        living=Living(),
    )


def _found(strategy: Found, left: str) -> Found:
    ids = tuple(found for found in strategy.ids if found != left)
    return replace(strategy, ids=ids, count=len(ids))


def _without(part: Part, left: str) -> Part:
    return replace(part, pmids=tuple(pmid for pmid in part.pmids if pmid != left))
