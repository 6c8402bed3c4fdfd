"""Results are told from background, hypotheses, combinations and associations."""

from __future__ import annotations

import logging

import pytest
from extraction_cases import passage, statements, table
from perennial.extract import draw, extract
from subject import vocabulary

TITLE = "Dormancy of breast cancer cells"
CASES = table("standing.tsv")


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["note"])
def test_standing_of_each_factor(row: dict[str, str]) -> None:
    source = passage(row["section"], row["text"])
    found = extract([source], vocabulary(), title=TITLE, publication_types=())
    shown = sorted({f"{s.factor}:{s.standing}:{s.basis}" for s in found})
    assert shown == sorted(filter(None, row["expected"].split("; ")))


def test_an_association_is_not_a_perturbation() -> None:
    found = [s for s in statements("fluegen2017") if s.basis == "associated"]
    assert found
    assert {s.perturbation for s in found} == {""}


def test_most_of_the_abstracts_is_result() -> None:
    every = [s.standing for key in KEYS for s in statements(key)]
    assert every.count("result") / len(every) >= 0.8


KEYS = sorted({row["key"] for row in table("gold.tsv")})


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("SRC, AXL, MERTK and GAS6, " * 80 + "induce dormancy of tumour cells.", [""]),
        (
            "Autophagy induces dormancy of tumour cells; autophagy awakens dormant tumour cells.",
            ["autophagy"],
        ),
        ("Autophagy induces dormancy of tumour cells.", []),
    ],
)
def test_what_is_passed_over_is_counted_and_logged(
    text: str, factors: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        drawn = draw([passage("results.1", text)], vocabulary(), title=TITLE, publication_types=())
    assert [row.factor for row in drawn.unread] == factors
    assert ("not drawn" in caplog.text) == bool(factors)
