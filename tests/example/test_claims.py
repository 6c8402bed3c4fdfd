"""The claims of the ledger: what is drawn from the texts behind them is what they say."""

from __future__ import annotations

import pytest
from claims_cases import ROOT, rows, statements, texts
from perennial.config import load
from perennial.passage import Statement
from subject import vocabulary

EXPECTED = rows("expected.tsv")
# Of the rows, all four of factor, direction, cancer and site right, the direction to the letter.
RIGHT = 0.85
BASELINE = load(ROOT / "config" / "baseline.yaml", "baseline").data
MISPRINTS = {"E1": "MYCN", "E2": "osteoclasts", "E3": "IL3", "E4": "ARH1"}


def _row(row: dict[str, str]) -> str:
    return "\t".join(row.values())


def _right(row: dict[str, str], *standings: str) -> bool:
    """Whether it is drawn as the ledger says; of two directions there, either is right."""
    return any(
        s.factor == row["factor"] and s.direction in row["direction"].split("/") and _placed(row, s)
        for s in statements(row["text"])
        if s.standing in standings or not standings
    )


def _placed(row: dict[str, str], statement: Statement) -> bool:
    return all(
        row[field] in ("", *getattr(statement, field).split("; "))
        for field in ("condition", "site")
    )


def test_every_row_names_a_text_and_a_factor_that_exist():
    assert {row["text"] for row in EXPECTED} <= texts().keys()
    assert {row["factor"] for row in EXPECTED} <= vocabulary().factors.keys()
    assert len({row["claim"] for row in EXPECTED}) >= 30
    assert len({_row(row) for row in EXPECTED}) == len(EXPECTED)


@pytest.mark.parametrize("where", ["corpus", "everywhere"])
def test_claims_are_drawn_right(where: str):
    asked = [row for row in EXPECTED if where == "everywhere" or row["text"].isdigit()]
    missed = [row for row in asked if not _right(row)]
    results = sum(_right(row, "result") for row in asked)
    print(f"{where}: {len(asked) - len(missed)} of {len(asked)} rows right, {results} as results")
    print("missed:", *map(_row, missed), sep="\n")
    assert 1 - len(missed) / len(asked) >= RIGHT


def test_no_factor_of_a_claim_is_sent_the_other_way():
    """What the text says of a factor may be more than the claim does, but not its opposite."""
    side = {code: d.side for code, d in vocabulary().directions.items()}
    opposed = {"dormancy": "exit", "exit": "dormancy"}
    asked: dict[tuple[str, str], set[str]] = {}
    for row in EXPECTED:
        sides = {side[code] for code in row["direction"].split("/")}
        asked.setdefault((row["text"], row["factor"]), set()).update(sides)
    wrong = [
        (name, s.factor, s.direction, s.quote)
        for (name, factor), sides in asked.items()
        for s in statements(name)
        if s.factor == factor and side[s.direction] in {opposed.get(each) for each in sides}
    ]
    assert not wrong


@pytest.mark.parametrize("error", BASELINE["errors"], ids=lambda error: error["id"])
def test_an_error_of_the_baseline_review_is_no_evidence(error: dict):
    """What the review misprints is neither a factor of the vocabulary nor in a statement."""
    wrong = MISPRINTS.get(error["id"])
    told = {(s.factor, s.factor_text) for name in texts() for s in statements(name)}
    if wrong:
        assert wrong not in vocabulary().factors
        assert not [pair for pair in told if wrong.casefold() in (p.casefold() for p in pair)]
    assert error["claims"] and error["says"] != error["source_says"]


def test_the_eight_errors_of_the_ledger_are_among_those_of_the_audit():
    assert [e["id"] for e in BASELINE["errors"]][:8] == [f"E{n}" for n in range(1, 9)]


@pytest.mark.parametrize(
    ("name", "factor", "field", "wrong"),
    [
        ("kobayashi2011", "NDRG1", "factor", "MYCN"),  # E1
        ("terabe2003", "IL13", "factor", "IL3"),  # E3
        ("19033662", "DIRAS3", "factor_text", "ARH1"),  # E4
        ("19033662", "DIRAS3", "direction", "REA"),  # E10: the xenografts do not regress
        ("saudemont2005", "CXCL10", "condition", ""),  # E8
        ("tsai2012", "TWIST1", "condition", "breast"),  # E11
        ("terabe2003", "TGFB", "direction", "MNT"),  # E9: it permits recurrence
    ],
)
def test_where_the_review_errs_the_text_is_read_right(
    name: str, factor: str, field: str, wrong: str
):
    found = {getattr(s, field) for s in statements(name) if s.factor == factor}
    assert found
    assert wrong not in found
