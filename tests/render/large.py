"""A made-up review of any size: as many studies and statements as are asked for.

Its words are drawn from a short list by a seeded generator, in lengths as real ones have them:
titles of some 100 characters, quotes of some 120.
"""

from __future__ import annotations

import random
from dataclasses import replace

import synthetic
from perennial.claim import Audit, Claim, Contradiction, Side, Synthesis
from perennial.flow import Box, Flow, Part
from perennial.ledger import Database, Found, Ledger, Search
from perennial.passage import Passage, Statement
from perennial.record import Author
from perennial.render.review import Criterion, Mechanism, Review
from perennial.screened import Screened

TEXT = (
    "cells at rest in the made-up tissue were kept from growth by loss of a factor that binds"
    " its partner while matrix stiffness rose and signals of stress fell over many weeks"
)
CANCERS = tuple(f"{word} tumour" for word in ("amber", "birch", "cedar", "dune", "elm", "fern"))
SITES = ("", "lung", "bone marrow", "liver", "brain", "lung; liver")
MODELS = ("", "mouse", "xenograft; mouse", "organoid", "patient material")
MECHANISMS = tuple(
    Mechanism(f"M{n}", f"Made-up mechanism number {n} of the cells", "What happens in it.")
    for n in range(1, 13)
)
CRITERIA = tuple(
    Criterion(f"X{n}", "exclude", f"Made-up criterion {n}", f"Reason {n}", f"word{n}[tiab]")
    for n in range(1, 11)
)
FACTORS = {f"FAC{n}": f"FAC{n}" for n in range(1, 151)}


def large(studies: int, each: int = 4, excluded: int = 0) -> Review:
    """A review of so many included ``studies`` with ``each`` so many statements."""
    draw = random.Random(20260601)
    pmids = [synthetic.pmid(n) for n in range(1, studies + excluded + 1)]
    records = {pmid: _record(draw, n) for n, pmid in enumerate(pmids, start=1)}
    included, left = pmids[:studies], pmids[studies:]
    statements = tuple(_statement(draw, n, n // each + 1) for n in range(studies * each))
    passages = {
        (s.pmid, s.section): Passage(s.pmid, s.section, "pubmed", "Abstract", s.quote, "0" * 64)
        for s in statements
    }
    base = synthetic.first_edition()
    return replace(
        base,
        source="ncbi",
        ledger=_ledger(pmids),
        flow=_flow(included, left),
        records=records,
        screened=tuple(
            [Screened(p, "include", "", "All criteria are met", "rule", (), ()) for p in included]
            + [
                Screened(p, "exclude", _criterion(n).id, _criterion(n).reason, "rule", (), ())
                for n, p in enumerate(left)
            ]
        ),
        links=(),
        integrity=(),
        criteria=CRITERIA,
        studies=tuple(
            synthetic.Study(
                p, "experiment", ("amber tumour",), ("lung",), ("mouse",), "mouse", "A", "abstract"
            )
            for p in included
        ),
        statements=statements,
        passages=passages,
        synthesis=_synthesis(statements),
        mechanisms=MECHANISMS,
        factors=FACTORS,
    )


def _criterion(number: int) -> Criterion:
    return CRITERIA[number % len(CRITERIA)]


def _words(draw: random.Random, characters: int) -> str:
    words = draw.choices(TEXT.split(), k=characters // 5)
    return " ".join(words).capitalize() + "."


def _record(draw: random.Random, number: int):
    authors = tuple(
        Author(family=f"Family{draw.randrange(4000)}", given="Given Name")
        for _ in range(draw.randrange(3, 9))
    )
    return synthetic.record(number, title=_words(draw, 100), authors=authors)


def _statement(draw: random.Random, number: int, study: int) -> Statement:
    quote = _words(draw, 120)
    return synthetic.statement(
        number,
        study,
        f"FAC{draw.randrange(1, 151)}",
        draw.choice(("IND", "MNT", "REA", "NUL")),
        mechanism=f"M{draw.randrange(1, 13)}",
        condition=draw.choice(CANCERS),
        site=draw.choice(SITES),
        model=draw.choice(MODELS),
        standing=draw.choice(("result", "result", "result", "background")),
        quote=quote,
        end=len(quote),
    )


def _synthesis(statements: tuple[Statement, ...]) -> Synthesis:
    """40 claims, each of one factor; 40 factors whose statements point opposite ways."""
    claims, audits, strands = [], [], []
    for n in range(1, 41):
        of = [s for s in statements if s.factor == f"FAC{n}" and s.standing == "result"]
        for_it = tuple(s.id for s in of if s.direction == "IND")
        against = tuple(s.id for s in of if s.direction == "REA")
        claims.append(Claim(f"B{n}", "M1", f"FAC{n} brings rest.", "", "", "untraced", (), "", ""))
        audits.append(Audit(f"B{n}", "refined", for_it, against, (), "both"))
        if for_it and against:
            sides = (_side("IND", for_it, of, f"FAC{n}"), _side("REA", against, of, f"FAC{n}"))
            strands.append(Contradiction("opposite", f"FAC{n}", *sides, ()))
    return Synthesis(tuple(claims), tuple(audits), tuple(strands), ())


def _side(code: str, ids: tuple[str, ...], known: list[Statement], factor: str) -> Side:
    studies = tuple(dict.fromkeys(s.pmid for s in known if s.id in ids))
    return Side(code, (code,), (factor,), ids, studies, ())


def _flow(included: list[str], left: list[str]) -> Flow:
    every = (*included, *left)
    return Flow(
        (
            Box("identified", "Records identified", (Part("words", "Words", every),)),
            Box("screened", "Records screened", (Part("screened", "", every),)),
            Box(
                "excluded",
                "Records excluded",
                tuple(
                    Part(c.id, c.reason, tuple(left[n :: len(CRITERIA)]))
                    for n, c in enumerate(CRITERIA)
                ),
            ),
            Box("awaiting", "Awaiting a human decision", ()),
            Box("sought", "Reports sought for retrieval", (Part("abstract", "", tuple(included)),)),
            Box("included", "Studies included", (Part("with", "", tuple(included)),)),
        )
    )


def _ledger(pmids: list[str]) -> Ledger:
    words = Found("words", "Words", "rest[tiab]", "rest[tiab]", "", len(pmids), tuple(pmids), ())
    database = Database("pubmed", "Build-made-up", "2026/05/30", "1234")
    search = Search("ncbi", "2026-06-01T08:00:00Z", database, (words,), ())
    change = synthetic.changes()[0]
    return Ledger(search, (), (), (), (replace(change, new=tuple(pmids)),))
