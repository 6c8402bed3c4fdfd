"""Each file of tests/data/synthesise/cases is a synthesis with its expected audits."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.canonical import from_json, to_json
from perennial.claim import ASPECT, DENIED, KIN, OPPOSITE, Contradiction, Synthesis
from perennial.contradictions import PARTLY, WHOLLY
from perennial.errors import InputError
from perennial.synthesise import RULES, load_claims, synthesise, with_pmids
from synthesis_cases import DATA, STANCES, document, found, read, statements, years

CASES = found("cases")
INVALID = found("invalid")


def run(case: dict) -> Synthesis:
    claims = with_pmids(load_claims(document(case)), case.get("pmids", {}))
    since, families = case.get("since", 2018), case.get("families", {})
    return synthesise(claims, statements(case), years(case), STANCES, since, families)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_audits(path: Path):
    case = read(path)
    audits = run(case).audits
    assert [audit.claim for audit in audits] == [wanted["claim"] for wanted in case["audits"]]
    for audit, wanted in zip(audits, case["audits"], strict=True):
        assert audit.status == wanted["status"], audit.why
        for side in ("supports", "contradicts", "unclear"):
            assert list(getattr(audit, side)) == wanted.get(side, []), f"{audit.claim} {side}"
        assert wanted.get("why", "") in audit.why


STATED = [path for path in CASES if "contradictions" in read(path)]


def told(found: Contradiction) -> dict:
    """A contradiction as the cases write it; what is empty or the same throughout is left out."""
    apart = {
        key: [each.context for each in found.separation if each.how == how]
        for key, how in (("apart", WHOLLY), ("partly", PARTLY))
    }
    claims = {"claims": [list(side.claims) for side in (found.one, found.other)]}
    return {
        "kind": found.kind,
        "factor": found.factor,
        "one": list(found.one.statements),
        "other": list(found.other.statements),
        "apart": apart["apart"],
        **({"partly": apart["partly"]} if apart["partly"] else {}),
        **({} if found.tested else claims),
    }


@pytest.mark.parametrize("path", STATED, ids=lambda p: p.stem)
def test_contradictions(path: Path):
    case = read(path)
    assert [told(each) for each in run(case).contradictions] == case["contradictions"]


def test_every_kind_of_disagreement_is_met_by_a_case():
    assert {each.kind for path in STATED for each in run(read(path)).contradictions} == {
        *(OPPOSITE, DENIED, KIN, ASPECT)
    }


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_invalid_input_is_refused_with_a_hint(path: Path):
    case = read(path)
    with pytest.raises(InputError) as refusal:
        run(case)
    assert case["message"] in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_json_keeps_everything(path: Path):
    synthesis = run(read(path))
    data = to_json(synthesis)
    assert data.endswith(b"}\n")
    assert from_json(data, Synthesis) == synthesis
    assert to_json(from_json(data, Synthesis)) == data


def test_every_row_of_the_status_table_is_met_by_a_case():
    whys = [audit.why for path in CASES for audit in run(read(path)).audits]
    unmet = [rule.words for rule in RULES if not any(why.startswith(rule.words) for why in whys)]
    assert not unmet


def test_a_why_gives_the_rule_and_the_counts():
    (audit,) = run(read(DATA / "cases" / "both-sides-refine.yaml")).audits
    assert audit.why == (
        "independent studies stand on both sides (independent studies: 1 supporting, of which "
        "1 from 2018 on; 1 contradicting)"
    )
