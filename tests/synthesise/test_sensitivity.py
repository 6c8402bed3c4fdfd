"""The audits without the studies in doubt: what changes is told, what does not is not."""

from __future__ import annotations

from perennial.synthesise import load_claims, sensitivity, synthesise
from synthesis_cases import SIDES, document, statement

CLAIMS = load_claims(
    document({"claims": [{"id": "B01", "expects": [{"factor": "TWIST1", "direction": "BLK"}]}]})
)
SOUND = statement(id="s1", pmid="201", factor="TWIST1", direction="BLK")
DOUBTED = statement(id="s2", pmid="202", factor="TWIST1", direction="REA")
FRAME = ([SOUND, DOUBTED], {"201": 2020, "202": 2021}, SIDES, 2018)


def test_a_claim_that_stands_otherwise_is_told_with_its_other_status() -> None:
    whole = synthesise(CLAIMS, *FRAME)
    tested = sensitivity(whole, *FRAME, ["202"])
    assert [audit.status for audit in whole.audits] == ["refined"]
    assert tested.without == ("202",)
    assert [(audit.claim, audit.status) for audit in tested.altered] == [("B01", "confirmed")]


def test_without_doubts_nothing_changes() -> None:
    whole = synthesise(CLAIMS, *FRAME)
    assert sensitivity(whole, *FRAME, []).altered == ()


def test_a_study_in_doubt_that_changes_no_status_is_still_named() -> None:
    whole = synthesise(CLAIMS, *FRAME)
    tested = sensitivity(whole, *FRAME, ["999"])
    assert (tested.without, tested.altered) == (("999",), ())
