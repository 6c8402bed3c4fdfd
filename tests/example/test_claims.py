"""The claims of the ledger: what is drawn from the texts behind them is what they say."""

from __future__ import annotations

import pytest
from claims_cases import ROOT, rows, statements, texts, vocabulary
from perennial.config import load
from perennial.passage import Statement
from perennial.synthesise import load_claims, synthesise

EXPECTED = rows("expected.tsv")
# Of the rows, all four of factor, direction, cancer and site right.
RIGHT = 0.85
# Entry and upkeep are one side of a brake, which a text seldom tells apart; survival is not.
BRAKE = {"IND", "MNT", "BLK"}
BASELINE = load(ROOT / "config" / "baseline.yaml", "baseline").data
MISPRINTS = {"E1": "MYCN", "E2": "osteoclasts", "E3": "IL3", "E4": "ARH1"}


def _row(row: dict[str, str]) -> str:
    return "\t".join(row.values())


def _right(row: dict[str, str], *, strictly: bool = False) -> bool:
    wanted = row["direction"]
    among = BRAKE if wanted in BRAKE and not strictly else {wanted}
    return any(
        s.factor == row["factor"] and s.direction in among and _placed(row, s)
        for s in statements(row["text"])
    )


def _placed(row: dict[str, str], statement: Statement) -> bool:
    return all(
        row[field] in ("", *getattr(statement, field).split("; ")) for field in ("cancer", "site")
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
    strict = sum(_right(row, strictly=True) for row in asked)
    print(f"{where}: {len(asked) - len(missed)} of {len(asked)} rows right, {strict} strictly")
    print("missed:", *map(_row, missed), sep="\n")
    assert 1 - len(missed) / len(asked) >= RIGHT


def _synthesis(*names: str):
    drawn = [s for name in names for s in statements(name)]
    sides = {code: direction.side for code, direction in vocabulary().directions.items()}
    claims = load_claims(BASELINE)
    return synthesise(claims, drawn, dict.fromkeys(names, 2018), sides, 2018).contradictions, drawn


def _ends(cell: str) -> list[str]:
    return cell.split(":") if cell else []


OPPOSITES = rows("opposites.tsv")
SIDE = {
    code: d.side if d.side != "neither" else code for code, d in vocabulary().directions.items()
}


@pytest.mark.parametrize("row", OPPOSITES, ids=lambda row: row["subject"])
def test_each_end_of_an_opposition_is_drawn_from_its_text(row: dict[str, str]):
    for name, factor, side in filter(None, map(_ends, (row["one"], row["other"]))):
        found = {SIDE[s.direction] for s in statements(name) if s.factor == factor}
        assert side in found


@pytest.mark.parametrize("row", OPPOSITES, ids=lambda row: row["subject"])
def test_a_pair_is_shown_with_its_contexts_or_the_reason_why_not_holds(row: dict[str, str]):
    ends = [_ends(row["one"]), _ends(row["other"])]
    names = {end[0] for end in ends if end}
    if row["state"] == "text":
        assert not all(end and end[0].isdigit() for end in ends)
        return
    contradictions, drawn = _synthesis(*sorted(names))
    by_id = {s.id: s for s in drawn}
    pairs = {
        c.factor: c.separated_by
        for c in contradictions
        if {by_id[i].pmid for i in (*c.towards_dormancy, *c.towards_exit)} >= names
    }
    if row["state"] == "pair":
        assert pairs[ends[0][1]] == tuple(row["separated_by"].split())
        return
    # The day that the synthesis shows it, the row becomes a pair.
    assert not {end[1] for end in ends} & pairs.keys()
    if row["state"] == "kin":
        assert ends[0][1] != ends[1][1]
    else:
        assert (row["state"], ends[1][2]) == ("no effect", "NUL")


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
        ("saudemont2005", "CXCL10", "cancer", ""),  # E8
        ("tsai2012", "TWIST1", "cancer", "breast"),  # E11
        ("terabe2003", "TGFB", "direction", "MNT"),  # E9: it permits recurrence
    ],
)
def test_where_the_review_errs_the_text_is_read_right(
    name: str, factor: str, field: str, wrong: str
):
    found = {getattr(s, field) for s in statements(name) if s.factor == factor}
    assert found
    assert wrong not in found
