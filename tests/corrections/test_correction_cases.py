"""What becomes of corrections, case by case; each case is a file with a note."""

from __future__ import annotations

from pathlib import Path

import pytest
from correction_cases import CASES, Case, load_case
from perennial.corrections.apply import apply
from perennial.corrections.correction import ACTIONS, Corrections
from perennial.passage import Statement
from subject import vocabulary


def _applied(case: Case) -> tuple[list[Statement], Corrections]:
    pmids = {passage.pmid for passage in case.passages}
    return apply(case.drawn, case.passages, case.rows, pmids, vocabulary())


def _in_words(s: Statement) -> str:
    return f"{s.factor} {s.direction} {s.section} {s.reviewed}: {s.quote}"


def test_there_are_cases_of_everything() -> None:
    assert len(CASES) >= 20
    cases = [load_case(path) for path in CASES]
    assert all(case.note for case in cases)
    assert {row.action for case in cases for row in case.rows} == set(ACTIONS)
    became = {word for case in cases for word in case.expect["became"]}
    assert became == {"applied", "moved", "stale", "lost", "conflict", "superseded"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = load_case(path)
    statements, told = _applied(case)
    outcomes, expect = told.outcomes, dict(case.expect)
    assert [o.became for o in outcomes] == expect.pop("became"), [o.reason for o in outcomes]
    assert [o.line for o in outcomes] == [row.line for row in case.rows]
    for kind, n in expect.pop("counts", {}).items():
        assert told.counts[kind] == n, kind
    if "statements" in expect:
        assert [_in_words(s) for s in statements] == expect.pop("statements")
    if "contexts" in expect:
        assert [[s.condition, s.site, s.model, s.species] for s in statements] == expect.pop(
            "contexts"
        )
    if "factors" in expect:
        found = [[s.factor, s.factor_kind, s.factor_text, s.mechanism] for s in statements]
        assert found == expect.pop("factors")
    if "compared" in expect:
        overall = told.agreement.overall
        assert [overall.n, list(overall.table)] == expect.pop("compared")
    if expect.pop("keeps_ids", False):
        assert [s.id for s in statements] == [s.id for s in case.drawn]
    for name in ("corrected_from",):
        if name in expect:
            assert [getattr(s, name) for s in statements] == expect.pop(name)
    for reason, outcome in zip(expect.pop("reasons", ()), outcomes, strict=False):
        assert reason in outcome.reason
    for name in ("quotes", "was"):
        if name in expect:
            field = {"quotes": "quote", "was": "was"}[name]
            assert [getattr(o, field) for o in outcomes] == expect.pop(name)
    assert not expect, f"the case expects what is not tested: {expect}"
