"""The rules against pairs that a person judged: no false duplicate; the recall is stated."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from gold_pairs import pairs
from perennial.link import link
from perennial.linking.card import card
from perennial.linking.rules import RULES, judge

PAIRS = pairs()
KINDS = {"duplicate of": "duplicate", "preprint of": "preprint", "maybe duplicate of": "maybe"}


def said(pair: dict[str, Any]) -> str:
    links, _ = link(pair["records"])
    kinds = [KINDS[found.kind] for found in links if found.kind in KINDS]
    assert len(kinds) < 2
    return kinds[0] if kinds else "apart"


def test_there_are_pairs_of_every_kind() -> None:
    counted = Counter(pair["says"] for pair in PAIRS)
    assert sum(counted.values()) >= 60
    assert min(counted[kind] for kind in ("duplicate", "preprint", "maybe", "apart")) >= 3
    assert len({pair["note"] for pair in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["note"])
def test_a_pair_is_judged_as_a_person_judged_it(pair: dict[str, Any]) -> None:
    if "miss" in pair:
        assert said(pair) in ("apart", "maybe"), "a known miss is never a false duplicate"
    else:
        assert said(pair) == pair["says"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["note"])
def test_a_pair_is_judged_the_same_in_either_order(pair: dict[str, Any]) -> None:
    a, b = map(card, pair["records"])
    assert judge(a, b) == judge(b, a)
    assert link(pair["records"]) == link(pair["records"][::-1])


def test_no_false_duplicate_and_the_stated_recall() -> None:
    found = [(pair["says"], said(pair)) for pair in PAIRS]
    false = [told for told in found if told[1] == "duplicate" and told[0] != "duplicate"]
    true = [told for told in found if told[0] == "duplicate"]
    assert not false
    recall = sum(told[1] == "duplicate" for told in true) / len(true)
    assert recall >= 0.95, f"recall of duplicates is {recall:.2f}"


def test_every_rule_settles_at_least_one_pair() -> None:
    used = {rule.name for pair in PAIRS if (rule := judge(*map(card, pair["records"])))}
    assert {rule.name for rule in RULES} - used == set()


def test_names_of_rules_are_names() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
