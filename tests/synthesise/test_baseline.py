"""The baseline review as data: in step with its schema, its ledger and config/evidence.yaml."""

from __future__ import annotations

import json
import re

import pytest
from perennial.config import SCHEMAS, load
from perennial.errors import InputError
from perennial.stances import load_stances
from perennial.synthesise import load_claims, synthesise
from synthesis_cases import ROOT, STANCES, read

PATH = ROOT / "config" / "baseline.yaml"
EVIDENCE = ROOT / "config" / "evidence.yaml"
BASELINE = load(PATH, "baseline").data
CLAIMS = load_claims(BASELINE)
ERRORS = BASELINE["errors"]
P38 = "MAPK14+MAPK11"


def test_it_is_the_review_of_2018():
    assert BASELINE["review"]["year"] == 2018
    assert BASELINE["review"]["doi"] == "10.3389/fonc.2018.00072"


@pytest.mark.parametrize("section", ["claims", "left_out", "errors", "since"])
def test_ids_are_unique_and_count_up(section: str):
    ids = [entry["id"] for entry in BASELINE[section]]
    assert ids == sorted(set(ids), key=lambda name: int(name[1:]))


def test_every_claim_of_the_ledger_has_its_entry():
    listed = [claim.id for claim in CLAIMS] + [entry["id"] for entry in BASELINE["left_out"]]
    assert listed == [f"B{n:02}" for n in range(1, 48)]


def test_a_claim_is_one_sentence():
    several = [
        c.id for c in CLAIMS if re.search(r"[.!?] [A-Z]", c.text) or not c.text.endswith(".")
    ]
    assert not several


def test_a_claim_that_expects_nothing_says_why():
    assert all(claim.note for claim in CLAIMS if not claim.expects)


def test_a_verified_claim_names_its_study():
    # Where neither PMID nor DOI is known the note gives the first author and the year.
    bare = [
        c.id
        for c in CLAIMS
        if c.provenance == "verified" and not c.study and not re.search(r"[A-Z]\w+ \d{4}", c.note)
    ]
    assert not bare


def test_an_untraced_claim_has_no_study():
    assert not [c.id for c in CLAIMS if c.provenance != "verified" and c.study]


def test_errors_and_claims_point_at_each_other():
    known = {claim.id for claim in CLAIMS} | {entry["id"] for entry in BASELINE["left_out"]}
    listed = {claim for error in ERRORS for claim in error["claims"]}
    assert listed <= known
    assert {claim.id for claim in CLAIMS if claim.error} <= listed


@pytest.mark.parametrize(
    ("claim", "says", "source"),
    [
        ("B24", "N-myc", "NDRG1"),
        ("B25", "osteoclast", "osteoblast"),
        ("B08", "IL-3", "IL-13"),
        ("B34", "ARH1", "DIRAS3"),
        ("B27", "Fluegan", "Fluegen"),
        ("B30", "tumour mass", "solitary"),
        ("B47", "dormant tumour cell", "disseminated tumour cell"),
        ("B44", "no stated cancer", "acute myeloid leukaemia"),
    ],
    ids=["NDRG1", "osteoblast", "IL-13", "DIRAS3", "Fluegen", "TGFB2", "DTC", "AML"],
)
def test_the_known_error_is_listed(claim: str, says: str, source: str):
    assert [
        e
        for e in ERRORS
        if claim in e["claims"] and says in e["says"] and source in e["source_says"]
    ]


@pytest.mark.parametrize(
    ("claim", "factor", "never"),
    [("B24", "NDRG1", "MYCN"), ("B08", "IL13", "IL3"), ("B34", "DIRAS3", "ARHI")],
)
def test_the_corrected_molecule_is_expected(claim: str, factor: str, never: str):
    factors = {e.factor for c in CLAIMS if c.id == claim for e in c.expects}
    assert factor in factors
    assert never not in factors


def test_opposite_signs_are_kept():
    signs = {(c.id, e.factor): e.direction for c in CLAIMS for e in c.expects}
    assert (signs["B02", "TGFB1"], signs["B30", "TGFB2"]) == ("REA", "IND")
    assert (signs["B39", "SPP1"] in {"REA", "SUR"}, signs["B45", "SPP1"]) == (True, "IND")
    assert (signs["B25", "MERTK"], signs["B43", "MERTK"]) == ("IND", "REA")
    assert (signs["B16", P38], signs["B29", P38]) == ("IND", "NUL")
    assert signs["B36", "HSPB1"] == "REA"


def test_without_evidence_nothing_is_re_examined():
    audits = synthesise(CLAIMS, [], {}, STANCES, BASELINE["review"]["year"]).audits
    assert {audit.status for audit in audits} == {"not re-examined"}


def test_every_key_of_the_schema_is_described():
    schema = json.loads((SCHEMAS / "baseline.schema.json").read_text("utf-8"))
    objects = [schema, *schema["$defs"].values(), schema["properties"]["review"]]
    assert all(part["additionalProperties"] is False for part in objects)
    keys = [(name, key) for part in objects for name, key in part["properties"].items()]
    assert not [name for name, key in keys if not key.get("description")]


def test_every_key_of_a_claim_is_commented():
    comments = "\n".join(re.findall(r"#.*", PATH.read_text("utf-8")))
    schema = json.loads((SCHEMAS / "baseline.schema.json").read_text("utf-8"))
    keys = {key for part in schema["$defs"].values() for key in part["properties"]}
    assert not [key for key in sorted(keys) if not re.search(rf"#.*\b{key}\b", comments)]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("    provenance: verified", "    provenence: verified", "claims.0.provenence"),
        ("direction: MNT", "direction: ON", "claims.0.expects.0.direction"),
        ('study: "23728425"', "study: 23728425", "claims.0.study"),
        ('study: "23728425"', "study: PMID 23728425", "claims.0.study"),
        ('reference: "31"', "reference: 31", "claims.0.reference"),
        ("- id: B01", "- id: claim 1", "claims.0.id"),
    ],
    ids=["misspelt key", "unknown direction", "bare PMID", "wordy PMID", "bare number", "odd id"],
)
def test_the_schema_refuses(tmp_path, old: str, new: str, key: str):
    text = PATH.read_text("utf-8")
    assert old in text
    broken = tmp_path / "baseline.yaml"
    broken.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=re.escape(key)) as refusal:
        load(broken, "baseline")
    assert refusal.value.place.line > 0


@pytest.fixture(scope="module")
def vocabulary():
    """config/evidence.yaml, whose names the baseline review borrows."""
    if not EVIDENCE.exists():
        pytest.skip("config/evidence.yaml does not exist, so names cannot be compared with it")
    return read(EVIDENCE)


def test_every_mechanism_exists(vocabulary):
    named = {entry["mechanism"] for key in ("claims", "since") for entry in BASELINE[key]}
    assert named <= {entry["id"] for entry in vocabulary["mechanisms"]}


def test_every_factor_exists(vocabulary):
    named = {expected.factor for claim in CLAIMS for expected in claim.expects}
    named |= {factor for topic in BASELINE["since"] for factor in topic.get("factors", ())}
    assert sorted(named - set(vocabulary["factors"])) == []


@pytest.mark.parametrize(("field", "context"), [("condition", "conditions"), ("site", "sites")])
def test_every_context_exists(vocabulary, field: str, context: str):
    named = {getattr(e, field) for claim in CLAIMS for e in claim.expects} - {""}
    assert sorted(named - set(vocabulary["contexts"][context])) == []


def test_the_cases_have_the_stances_of_the_vocabulary():
    assert load_stances(load(EVIDENCE, "evidence")) == STANCES
