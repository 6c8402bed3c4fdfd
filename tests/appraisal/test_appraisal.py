"""What texts report of how a study was done: found where it is said, and only there."""

from __future__ import annotations

import json

import pytest
from appraisal_cases import PATH, cases, checklist, document, passage
from hypothesis import given
from hypothesis import strategies as st
from perennial.appraisal import MOST, Shown, appraise, asked, load_checklist
from perennial.config import SCHEMAS, load
from perennial.errors import InputError
from perennial.study import Study
from perennial.tables import csv_bytes, read_parquet, write_parquet

CASES = cases()
EVERY = ("in vivo", "patients")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['item']}: {case['note']}")
def test_a_sentence_reports_an_item_or_does_not(case: dict[str, str]):
    found = {s.item for s in appraise([passage(case["sentence"])], EVERY, checklist())}
    assert (case["item"] in found) == (case["reported"] == "yes")


def test_every_item_has_a_sentence_that_reports_it_and_one_without_is_there_for_each_group():
    yes = {case["item"] for case in CASES if case["reported"] == "yes"}
    assert yes == {item.id for item in checklist().items}


def test_items_are_asked_by_design():
    state = ("viability", "reversibility")
    assert asked((), checklist()) == state
    assert asked(("in vitro",), checklist()) == state
    animals = asked(("in vivo",), checklist())
    assert {name.partition("-")[0] for name in animals} == {*state, "animals"}
    people = asked(("trial",), checklist())
    assert {name.partition("-")[0] for name in people} == {*state, "people"}


@pytest.mark.parametrize("section", ["intro.1", "references.2", "figure.1"])
def test_sections_about_other_work_report_nothing(section: str):
    text = "Mice were randomised to two groups."
    assert not appraise([passage(text, section)], EVERY, checklist())
    assert appraise([passage(text, "results.1")], EVERY, checklist())


def test_an_item_keeps_few_of_its_sentences():
    text = " ".join(["Mice were randomised to two groups."] * (MOST + 4))
    assert len(appraise([passage(text)], EVERY, checklist())) == MOST


@given(st.lists(st.sampled_from([case["sentence"] for case in CASES]), max_size=6), st.text())
def test_words_stand_where_they_say(sentences: list[str], noise: str):
    cut = [passage(" ".join([*sentences, noise]), "results.1"), passage(noise, "abstract")]
    texts = {p.section: p.text for p in cut}
    for shown in appraise(cut, EVERY, checklist()):
        assert shown.quote == texts[shown.section][shown.start : shown.end] != ""


def test_a_study_survives_its_table_and_prints_readably(tmp_path):
    shown = Shown("viability", "abstract", 0, 4, "Alive")
    blank = dict.fromkeys(Study.__dataclass_fields__, "")
    lists = dict.fromkeys(("conditions", "sites", "models", "species", "integrity"), ())
    study = Study(
        **(blank | lists | {"year": 0, "statements": 0, "set_aside": False})
        | {"reported": ("a", "b"), "not_reported": (), "shown": (shown, shown)}
    )
    write_parquet(tmp_path / "s.parquet", [study], Study)
    assert read_parquet(tmp_path / "s.parquet", Study) == [study]
    cell = csv_bytes(["shown"], [[study.shown]]).decode()
    assert "viability: “Alive” (abstract, 0–4); viability:" in cell
    assert "Shown(" not in cell


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d["items"].append(d["items"][0]), r"items\[\d+\]\.id: .* defined twice"),
        (lambda d: d["items"][0].update(group="plants"), "there is no group 'plants'"),
        (lambda d: d["groups"][1].update(designs=["in space"]), "the design 'in space'"),
        (lambda d: d["items"][2].update(cues=["{nowhere}"]), r"items\[2\]\.cues\[0\]"),
        (lambda d: d["items"][2].update(cues=["("]), r"items\[2\]\.cues\[0\]: not a regular"),
        (lambda d: d["designs"]["trial"].update(cues=["("]), r"designs\.trial\.cues\[0\]"),
        (lambda d: d["tier_rules"][0].update(designs=["in space"]), r"tier_rules\[0\]: there"),
        (lambda d: d["tiers"].pop("S"), r"tier_rules\[\d\]: nothing says what tier 'S' means"),
        (lambda d: d.update(changed=["("]), r"changed\[0\]: not a regular"),
    ],
    ids=[
        "twice",
        "group",
        "design",
        "list",
        "expression",
        "cue",
        "rule",
        "meaning",
        "changed",
    ],
)
def test_what_a_schema_cannot_see_is_refused(spoil, message: str):
    broken = document()
    spoil(broken)
    with pytest.raises(InputError, match=message):
        load_checklist(broken)


def test_every_key_of_the_schema_is_described():
    schema = json.loads((SCHEMAS / "appraisal.schema.json").read_text("utf-8"))
    items = [schema["properties"][name]["items"] for name in ("groups", "items", "tier_rules")]
    for part in [schema, *items]:
        assert part["additionalProperties"] is False
        assert all(key.get("description") for key in part["properties"].values())


def test_every_tier_that_a_rule_gives_has_its_words():
    config = load(PATH, "appraisal")
    assert {rule["tier"] for rule in config["tier_rules"]} == set(config["tiers"])
