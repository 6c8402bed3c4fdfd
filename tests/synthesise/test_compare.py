"""The audits over other studies: what changes is told, what does not is not."""

from __future__ import annotations

from perennial.claim import Comparison
from perennial.synthesise import compare, load_claims, synthesise
from synthesis_cases import STANCES, document, statement

CLAIMS = load_claims(
    document({"claims": [{"id": "B01", "expects": [{"factor": "TWIST1", "direction": "BLK"}]}]})
)
SOUND = statement(id="s1", pmid="201", factor="TWIST1", direction="BLK")
DOUBTED = statement(id="s2", pmid="202", factor="TWIST1", direction="REA")
FRAME = ([SOUND, DOUBTED], {"201": 2020, "202": 2021}, STANCES, 2018)


def compared(counted: set[str], otherwise: set[str]) -> tuple[list[str], Comparison]:
    stated = [each for each in FRAME[0] if each.pmid in counted]
    whole = synthesise(CLAIMS, stated, *FRAME[1:])
    return [a.status for a in whole.audits], compare(
        "other", whole, FRAME[0], counted, otherwise, *FRAME[1:]
    )


def test_a_claim_that_stands_otherwise_is_told_with_its_other_status() -> None:
    statuses, other = compared({"201", "202"}, {"201"})
    assert statuses == ["refined"]
    assert (other.left_out, other.taken_in) == (("202",), ())
    assert [(audit.claim, audit.status) for audit in other.altered] == [("B01", "confirmed")]


def test_a_study_that_does_not_count_is_taken_in() -> None:
    statuses, other = compared({"201"}, {"201", "202"})
    assert statuses == ["confirmed"]
    assert (other.left_out, other.taken_in) == ((), ("202",))
    assert [(audit.status, audit.contradicts) for audit in other.altered] == [("refined", ("s2",))]


def test_over_the_same_studies_nothing_changes() -> None:
    assert compared({"201", "202"}, {"201", "202"})[1] == Comparison("other", (), (), ())


def test_a_study_that_changes_no_audit_is_still_named() -> None:
    assert compared({"201", "999"}, {"201"})[1] == Comparison("other", ("999",), (), ())
