"""Made-up reviews of one study, of none, and of many."""

from __future__ import annotations

from dataclasses import replace

import synthetic
from perennial.flow import Box, Flow
from perennial.ledger import Change
from perennial.render.review import Mechanism, Review


def fewer(studies: int) -> Review:
    """The first edition with the first ``studies`` of its studies, and what they say."""
    review = synthetic.first_edition()
    kept = review.included[:studies]
    pmids = {study.pmid for study in kept}
    return replace(
        review,
        studies=kept,
        statements=tuple(s for s in review.statements if s.pmid in pmids),
        flow=Flow(tuple(_only(box, pmids) for box in review.flow.boxes)),
        screened=tuple(
            row for row in review.screened if row.outcome != "include" or row.pmid in pmids
        ),
        synthesis=replace(review.synthesis, audits=(), contradictions=()),
    )


def _only(box: Box, pmids: set[str]) -> Box:
    if box.id not in ("sought", "included"):
        return box
    parts = [replace(part, pmids=tuple(p for p in part.pmids if p in pmids)) for part in box.parts]
    return replace(box, parts=tuple(parts))


def crowd(mechanisms: int = 20, contexts: int = 20, studies: int = 300, days: int = 1) -> Review:
    """Many studies, spread over the grid by arithmetic and not by chance."""
    names = [f"kind {n} of a rather long name" if n % 4 == 0 else f"kind {n}" for n in range(99)]
    codes = list(synthetic.DIRECTIONS)
    numbers = range(1000, 1000 + studies)
    statements = [
        synthetic.statement(
            number * 10 + again,
            number,
            f"FAC{number * number % 61}",
            codes[(number // 7 + part * number) % len(codes)],
            mechanism=f"M{number * (part + 1) % mechanisms}",
            condition=names[(number**2 // 5 + part) % contexts],
            site=f"site {number % 7}",
        )
        for number in numbers
        for again, part in enumerate((0, 1, 0))  # what is said twice is counted once
    ]
    review = synthetic.first_edition()
    tiers = ("A", "B", "C", "")
    return replace(
        review,
        mechanisms=tuple(
            Mechanism(f"M{n}", f"Mechanism {n} of a made-up list of mechanisms", "")
            for n in range(mechanisms)
        ),
        records={synthetic.pmid(n): synthetic.record(n, year=1970 + n % 55) for n in numbers},
        studies=tuple(
            replace(review.studies[0], pmid=synthetic.pmid(n), tier=tiers[n % 4]) for n in numbers
        ),
        statements=tuple(statements),
        ledger=replace(
            review.ledger,
            changes=tuple(
                Change(
                    f"20{20 + day // 12:02}-{day % 12 + 1:02}-01",
                    (),
                    tuple(synthetic.pmid(n) for n in numbers if n % days == day),
                    (),
                    (),
                )
                for day in range(days)
            ),
        ),
    )
