"""What a sentence says only with the help of another of the same study."""

from __future__ import annotations

import copy

import pytest
from extraction_cases import EVIDENCE, passage, statements
from perennial.config import load
from perennial.errors import InputError
from perennial.extract import extract, load_vocabulary
from subject import vocabulary

TITLE = "Dormancy of breast cancer cells"


def _drawn(text: str) -> set[tuple[str, str, str]]:
    found = extract([passage("abstract", text)], vocabulary(), title=TITLE, publication_types=())
    return {(s.factor, s.direction, s.standing) for s in found}


ECHOES = {
    "This requires p38 and SMAD1/5.": {("MAPK14+MAPK11", "IND"), ("SMAD1+SMAD5", "IND")},
    "This effect was mediated by TGFBR3.": {("TGFBR3", "IND")},
    "This was abolished by knockdown of p27.": {("CDKN1B", "IND")},
    "This effect was reversed by IL-6.": {("IL6", "REA")},
    "IL-6 was measured too.": set(),
}


@pytest.mark.parametrize("sentence", ECHOES)
def test_what_this_needs_has_the_direction_of_this(sentence: str) -> None:
    found = _drawn(f"We found that TGF-β2 induced dormancy of tumour cells. {sentence}")
    assert {pair[:2] for pair in found} == {("TGFB2", "IND"), *ECHOES[sentence]}


@pytest.mark.parametrize(
    "before",
    [
        "We found that TGF-β2 induced dormancy and IL-6 triggered outgrowth of tumour cells.",
        "We stained tumour cells for p27.",
    ],
    ids=["both ways", "nothing found"],
)
def test_an_echo_of_nothing_plain_is_not_drawn(before: str) -> None:
    assert "SMAD1+SMAD5" not in {name for name, _, _ in _drawn(f"{before} This needs SMAD1/5.")}


def test_of_a_combination_whose_one_agent_does_the_opposite_the_others_are_credited() -> None:
    both = "Quercetin with doxorubicin prevented awakening of dormant cells."
    alone = "We found that doxorubicin awakened dormant cells."
    assert ("quercetin", "BLK", "combination") in _drawn(both)
    assert _drawn(f"{alone} {both}") == {
        ("doxorubicin", "REA", "result"),
        ("quercetin", "BLK", "result"),
    }


def test_senolytics_with_the_drug_that_wakes() -> None:
    standing = {(s.factor, s.direction): s.standing for s in statements("hed2025")}
    assert standing["dasatinib", "BLK"] == standing["quercetin", "BLK"] == "result"
    assert ("doxorubicin", "BLK") not in standing


def test_an_echo_without_a_factor_is_refused() -> None:
    broken = copy.deepcopy(load(EVIDENCE, "evidence").data)
    del broken["patterns"][2:]
    broken["echoes"][0]["texts"][0] = "this needs it"
    with pytest.raises(InputError, match=r"echoes\[0\]\.texts\[0\]"):
        load_vocabulary(broken)
