"""A review with all its parts, and what may be wrong with it: one fault each, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import synthetic
from perennial.flow import Flow
from perennial.render.review import Review
from synthetic import pmid

AGREED = {"n": 8, "raw": [0.875, 0.5, 0.99], "kappa": [0.71, 0.22, 1.0]}
CONDUCT: Mapping[str, Any] = {
    "agreement": [{"overall": AGREED}],
    "audit": {
        "bound": {
            **{"excluded": 46, "audited": 19, "missed": 2, "at_most": 11},
            **{"share": 0.239, "confidence": 0.95},
        },
        **{"disputed": 3, "looked": 21, "recall": 0.83, "sample": 20},
    },
    "decided": {"title/abstract": 13, "full text": 6},
    "queue": {
        "title/abstract": {
            **{"audit": 17, "conflict": 5, "second reviewer": 7, "stale": 12, "undecided": 2}
        }
    },
    "settings": {"reviewers_per_record": 2, "blinded": True},
    "stopping": {"left": 14, "may_stop": True, "target": 0.9, "confidence": 0.8},
}
CORRECTIONS: Mapping[str, Any] = {
    "agreement": {"overall": {"n": 15, "raw": [0.6], "kappa": [0.34]}},
    "counts": {
        **{"added": 3, "confirmed": 22, "conflicts": 2, "corrected": 16},
        **{"lost": 18, "moved": 0, "rejected": 12, "stale": 23, "superseded": 0},
    },
    "outcomes": [],
}


def peopled() -> Review:
    """The made-up review, with what people have decided, corrected and declared."""
    made = synthetic.review()
    declared = made.declared._replace(registration="Register 4711", funding="Grant 815.")
    return replace(made, conduct=CONDUCT, corrections=CORRECTIONS, declared=declared)


def _ledger(r: Review, **parts: Any) -> Review:
    return replace(r, ledger=replace(r.ledger, **parts))


def _search(r: Review, **parts: Any) -> Review:
    return _ledger(r, search=replace(r.ledger.search, **parts))


def _last(r: Review, **parts: Any) -> Review:
    *earlier, last = r.ledger.changes
    return _ledger(r, changes=(*earlier, replace(last, **parts)))


def _statement(r: Review, index: int, **parts: Any) -> Review:
    found = list(r.statements)
    found[index] = replace(found[index], **parts)
    return replace(r, statements=tuple(found))


def _without_statement(r: Review, index: int) -> Review:
    return replace(r, statements=tuple(s for i, s in enumerate(r.statements) if i != index))


def _flow(r: Review, box: str, part: str, *left: int) -> Review:
    """The flow with these records taken out of one part of a box."""
    pmids = set(map(pmid, left))

    def kept(each: Any) -> Any:
        return replace(each, pmids=tuple(p for p in each.pmids if p not in pmids))

    boxes = (
        replace(b, parts=tuple(kept(p) if (b.id, p.id) == (box, part) else p for p in b.parts))
        for b in r.flow.boxes
    )
    return replace(r, flow=Flow(tuple(boxes)))


def _to(r: Review, box: str, part: str, number: int) -> Review:
    boxes = (
        replace(
            b,
            parts=tuple(
                replace(p, pmids=(*p.pmids, pmid(number))) if (b.id, p.id) == (box, part) else p
                for p in b.parts
            ),
        )
        for b in r.flow.boxes
    )
    return replace(r, flow=Flow(tuple(boxes)))


def _screened(r: Review, number: int, **parts: Any) -> Review:
    rows = (replace(s, **parts) if s.pmid == pmid(number) else s for s in r.screened)
    return replace(r, screened=tuple(rows))


def _without_study(r: Review, number: int) -> Review:
    return replace(r, studies=tuple(s for s in r.studies if s.pmid != pmid(number)))


def _excluded(r: Review) -> Review:
    """Study 14, which says nothing, excluded throughout."""
    r = _screened(_without_study(r, 14), 14, outcome="exclude", criterion="type")
    r = _flow(_flow(r, "included", "without", 14), "sought", "full", 14)
    return _to(r, "excluded", "type", 14)


def _synthesis(r: Review, **parts: Any) -> Review:
    return replace(r, synthesis=replace(r.synthesis, **parts))


def _audit(r: Review, index: int, **parts: Any) -> Review:
    audits = list(r.synthesis.audits)
    audits[index] = replace(audits[index], **parts)
    return _synthesis(r, audits=tuple(audits))


def _conduct(r: Review, *path: str, to: Any) -> Review:
    def put(value: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any]:
        first, *rest = keys
        return {**value, first: put(value[first], tuple(rest)) if rest else to}

    return replace(r, conduct=put(r.conduct, path))


def _corrections(r: Review, **counts: int) -> Review:
    told = {**r.corrections, "counts": {**r.corrections["counts"], **counts}}
    return replace(r, corrections=told)


def _record(r: Review, number: int, **parts: Any) -> Review:
    return replace(
        r, records={**r.records, pmid(number): replace(r.records[pmid(number)], **parts)}
    )


def _strategy(r: Review, **parts: Any) -> Review:
    first, *rest = r.ledger.search.strategies
    return _search(r, strategies=(replace(first, **parts), *rest))


def _studies(r: Review, number: int, **parts: Any) -> Review:
    rows = (replace(s, **parts) if s.pmid == pmid(number) else s for s in r.studies)
    return replace(r, studies=tuple(rows))


def _comparisons(r: Review, kind: str, **parts: Any) -> Review:
    made = (replace(c, **parts) if c.kind == kind else c for c in r.synthesis.comparisons)
    return _synthesis(r, comparisons=tuple(made))


MUTATIONS: Mapping[str, Callable[[Review], Review]] = {
    "an excluded record is not screened": lambda r: replace(
        r, screened=tuple(s for s in r.screened if s.pmid != pmid(8))
    ),
    "an included record is not screened": lambda r: replace(
        r, screened=tuple(s for s in r.screened if s.pmid != pmid(1))
    ),
    "a screened record is not held": lambda r: replace(
        r, records={k: v for k, v in r.records.items() if k != pmid(9)}
    ),
    "a study is excluded in screening alone": lambda r: _screened(
        r, 14, outcome="exclude", criterion="type"
    ),
    "a study is excluded in the flow alone": lambda r: _to(
        _flow(r, "included", "without", 14), "excluded", "type", 14
    ),
    "a study is missing in the table of studies": lambda r: _without_study(r, 14),
    "a study is excluded throughout": _excluded,
    "a record found is missing in the flow": lambda r: _flow(r, "identified", "words", 8),
    "a new record removed is missing in the flow": lambda r: _flow(
        r, "removed", "not_returned", 16
    ),
    "a repeat is missing in the flow": lambda r: _flow(r, "removed", "repeated", 14),
    "a record screened is missing in the flow": lambda r: _flow(r, "screened", "screened", 8),
    "a report sought is missing in the flow": lambda r: _flow(r, "sought", "abstract", 1),
    "an exclusion is missing in the flow": lambda r: _flow(r, "excluded", "type", 8),
    "an exclusion has another criterion": lambda r: _screened(r, 11, criterion="type"),
    "a record that waits is missing in the flow": lambda r: _flow(r, "awaiting", "abstract", 12),
    "a person is not said to have decided": lambda r: _screened(r, 17, decided_by="rule"),
    "a strategy lists one id less": lambda r: _strategy(
        r, ids=r.ledger.search.strategies[0].ids[1:]
    ),
    "a strategy found one record more": lambda r: _strategy(r, count=16),
    "a warning is lost": lambda r: _strategy(r, warnings=()),
    "a strategy is lost": lambda r: _search(r, strategies=r.ledger.search.strategies[:1]),
    "a record asked for is lost": lambda r: _search(r, named=r.ledger.search.named[:2]),
    "the search has another day": lambda r: _search(r, searched_at="2026-05-31T08:00:00Z"),
    "the database has another size": lambda r: _search(
        r, database=replace(r.ledger.search.database, count="1235")
    ),
    "an absence is lost": lambda r: _ledger(r, missing=()),
    "the last change is lost": lambda r: _ledger(r, changes=r.ledger.changes[:-1]),
    "an earlier change is lost": lambda r: _ledger(
        r, changes=(r.ledger.changes[0], r.ledger.changes[-1])
    ),
    "a new record is lost": lambda r: _last(r, new=r.ledger.changes[-1].new[1:]),
    "a revision is lost": lambda r: _last(r, revised=r.ledger.changes[-1].revised[:1]),
    "a withdrawal is lost": lambda r: _last(r, withdrawn=()),
    "an edit is lost": lambda r: _last(r, edits=()),
    "a study did not join": lambda r: replace(r, step=replace(r.step, joined=())),
    "a study was not struck": lambda r: replace(r, step=replace(r.step, struck=())),
    "a new notice is lost": lambda r: replace(r, step=replace(r.step, notices=())),
    "a copy is no copy": lambda r: replace(r, links=()),
    "a notice is lost": lambda r: replace(r, integrity=r.integrity[1:]),
    "a study set aside counts": lambda r: _studies(r, 18, set_aside=False),
    "a study that counts is set aside": lambda r: _studies(r, 14, set_aside=True),
    "a study was read in full": lambda r: _studies(r, 1, text="full text"),
    "a study has another tier": lambda r: _studies(r, 1, tier="other"),
    "a study has another year": lambda r: _record(r, 1, year=2014),
    "a finding that is weighed is lost": lambda r: _without_statement(r, 0),
    "a finding that is not weighed is lost": lambda r: _without_statement(r, 5),
    "what is said as background is lost": lambda r: _without_statement(r, 4),
    "what a study set aside says is lost": lambda r: _without_statement(r, 9),
    "a finding points the other way": lambda r: _statement(r, 1, direction="REA"),
    "a finding is of another factor": lambda r: _statement(r, 3, factor="FAC3"),
    "a finding is of another mechanism": lambda r: _statement(r, 0, mechanism="M2"),
    "a finding is of another site": lambda r: _statement(r, 0, site="brain"),
    "a finding is background": lambda r: _statement(r, 5, standing="background"),
    "a finding is of another study": lambda r: _statement(r, 5, pmid=pmid(14)),
    "a finding is of a study that is not included": lambda r: _statement(r, 5, pmid=pmid(8)),
    "a quote has another place": lambda r: _statement(r, 0, start=1, end=29),
    "a person has checked a statement": lambda r: _statement(r, 0, reviewed="confirmed"),
    "an audit has another status": lambda r: _audit(r, 0, status="confirmed"),
    "an audit weighs one study less": lambda r: _audit(
        r, 0, supports=r.synthesis.audits[0].supports[:1]
    ),
    "an audit is lost": lambda r: _synthesis(r, audits=r.synthesis.audits[:2]),
    "a claim is lost": lambda r: _synthesis(r, claims=r.synthesis.claims[1:]),
    "a claim that none audits is added": lambda r: _synthesis(
        r, claims=(*r.synthesis.claims, replace(r.synthesis.claims[1], id="B4"))
    ),
    "a contradiction is lost": lambda r: _synthesis(r, contradictions=()),
    "a contradiction has one side less": lambda r: _synthesis(
        r,
        contradictions=tuple(
            replace(c, one=replace(c.one, statements=c.one.statements[:1]))
            for c in r.synthesis.contradictions
        ),
    ),
    "a study in doubt is not left out": lambda r: _comparisons(r, "without doubtful", left_out=()),
    "a study set aside is not taken in": lambda r: _comparisons(r, "with set aside", taken_in=()),
    "a claim stood as it stands": lambda r: _comparisons(
        r, "before the last change", altered=r.synthesis.comparisons[2].altered[:1]
    ),
    "a criterion is lost": lambda r: replace(r, criteria=r.criteria[:1] + r.criteria[2:]),
    "a direction is lost": lambda r: replace(
        r, directions={k: v for k, v in r.directions.items() if k != "NUL"}
    ),
    "the older review is lost": lambda r: replace(r, baseline_review={}),
    "a known error is lost": lambda r: replace(r, baseline_errors=()),
    "the version is another": lambda r: replace(r, version="2026.2"),
    "the day is another": lambda r: replace(r, as_of="2026-06-02"),
    "the source is looked back at longer": lambda r: replace(
        r, living=r.living._replace(overlap_days=31)
    ),
    "the audit of rules bounds more": lambda r: _conduct(r, "audit", "bound", "at_most", to=12),
    "the audit of rules has read less": lambda r: _conduct(r, "audit", "bound", "audited", to=18),
    "rules excluded more": lambda r: _conduct(r, "audit", "bound", "excluded", to=47),
    "rules missed more": lambda r: _conduct(r, "audit", "bound", "missed", to=3),
    "screening found less": lambda r: _conduct(r, "audit", "recall", to=0.81),
    "people decided more": lambda r: _conduct(r, "decided", "full text", to=7),
    "people agreed less": lambda r: _conduct(
        r, "agreement", to=[{"overall": {**AGREED, "kappa": [0.61, 0.22, 1.0]}}]
    ),
    "more is left to read": lambda r: _conduct(r, "stopping", "left", to=15),
    "more was rejected": lambda r: _corrections(r, rejected=13),
    "more was lost": lambda r: _corrections(r, lost=19),
}
