"""The oppositions of the ledger: each is shown as a pair, of its kind, with what separates it.

Where the texts behind both sides are known they are read; for every pair there are two more that
were made for it (made.jsonl). Both go through the extractor and the synthesis as they are.
"""

from __future__ import annotations

import re

import pytest
from claims_cases import ROOT, made, rows, statements, texts
from perennial.claim import Contradiction
from perennial.config import load
from perennial.contradictions import CONTEXTS, WHOLLY
from perennial.passage import Statement
from perennial.stances import load_stances
from perennial.synthesise import load_claims, synthesise
from subject import vocabulary

OPPOSITES = rows("opposites.tsv")
BASELINE = load(ROOT / "config" / "baseline.yaml", "baseline").data
STANCES = load_stances(load(ROOT / "config" / "evidence.yaml", "evidence"))
OF_TWO = pytest.mark.parametrize("row", OPPOSITES, ids=lambda row: row["subject"])


def _drawn(*names: str) -> list[Statement]:
    return [statement for name in dict.fromkeys(names) for statement in statements(name)]


def _found(*names: str, claims: bool = False) -> tuple[Contradiction, ...]:
    audited = load_claims(BASELINE) if claims else ()
    years = dict.fromkeys(names, 2018)
    drawn, factors = _drawn(*names), vocabulary().factors
    families = {name: factor.members for name, factor in factors.items() if factor.kind == "family"}
    return synthesise(audited, drawn, years, STANCES, 2018, families).contradictions


def _end(cell: str) -> tuple[str, str, str]:
    name, factor, stance = cell.split(":")
    return name, factor, stance


def _stands(side, end: tuple[str, str, str]) -> bool:
    name, factor, stance = end
    return name in side.studies and factor in side.factors and side.effect == stance


def _shown(found, row, one, other) -> list[Contradiction]:
    return [
        each
        for each in found
        if (each.kind, each.factor) == (row["kind"], row["factor"])
        and _stands(each.one, one)
        and _stands(each.other, other)
    ]


@OF_TWO
@pytest.mark.parametrize("column", ["one", "other", "made_one", "made_other"])
def test_each_end_is_drawn_from_its_text(row: dict[str, str], column: str):
    if not row[column]:
        assert (row["state"], column.startswith("made")) == ("text", False)
        return
    name, factor, stance = _end(row[column])
    assert stance in {STANCES.of[s.direction] for s in statements(name) if s.factor == factor}


@OF_TWO
@pytest.mark.parametrize("where", ["", "made_"], ids=["example", "made"])
def test_a_pair_is_shown_once_with_its_kind_and_contexts(row: dict[str, str], where: str):
    if not where and row["state"] == "text":
        ends = [row["one"], row["other"]]
        lacking = [end for end in ends if not end.partition(":")[0].isdigit()]
        unlike = len({end.partition(":")[2].partition(":")[0] for end in ends}) > 1
        assert lacking or unlike, "the corpus holds both sides, so that it should show the pair"
        return
    one, other = _end(row[f"{where}one"]), _end(row[f"{where}other"])
    found = _found(one[0], other[0])
    (pair,) = _shown(found, row, one, other)
    assert [s.context for s in pair.separation] == list(CONTEXTS)
    assert [s.context for s in pair.separation if s.how == WHOLLY] == row[f"{where}apart"].split()
    assert [each.factor for each in found].count(row["factor"]) == 1


def test_all_oppositions_stand_in_one_synthesis_of_the_made_texts():
    found = _found(*made(), claims=True)
    lost = [
        row["subject"]
        for row in OPPOSITES
        if not _shown(found, row, _end(row["made_one"]), _end(row["made_other"]))
    ]
    print(f"{len(OPPOSITES) - len(lost)} of {len(OPPOSITES)} oppositions shown")
    assert not lost
    assert len({row["subject"] for row in OPPOSITES}) == len(OPPOSITES) >= 7


def test_every_made_text_is_one_side_of_a_pair_and_no_record_is_invented():
    used = {_end(row[f"made_{side}"])[0] for row in OPPOSITES for side in ("one", "other")}
    assert used == made().keys()
    assert all(re.fullmatch(r"[1-9]\d?", name) for name in made())
    assert not made().keys() & texts().keys()


def test_claims_that_oppose_each_other_are_seen_without_any_result():
    """Across claims, within one claim (the organs of B42), and among kin."""
    pairs = {(c.kind, c.factor): (c.one.claims, c.other.claims) for c in _found(claims=True)}
    assert pairs == {
        ("opposite", "MERTK"): (("B25",), ("B43",)),
        ("opposite", "SPP1"): (("B45",), ("B39",)),
        ("no effect", "DAND5"): (("B42",), ("B42",)),
        ("no effect", "MAPK14+MAPK11"): (("B16", "B30"), ("B29",)),
        ("kin", "TAM receptors"): (("B25",), ("B43",)),
        ("kin", "TGFB"): (("B30",), ("B02", "B41")),
    }
