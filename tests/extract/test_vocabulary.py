"""What a schema cannot see in evidence.yaml is refused under the name of its key."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from extraction_cases import EVIDENCE
from perennial.config import load
from perennial.errors import InputError
from perennial.extract import load_vocabulary
from subject import vocabulary

Breaking = Callable[[dict[str, Any]], object]


def _index(document: dict[str, Any], key: str, id_: str) -> int:
    return next(i for i, entry in enumerate(document[key]) if entry["id"] == id_)


BROKEN: list[tuple[str, Breaking]] = [
    ("directions.IND.inverse", lambda d: d["directions"]["IND"].update(inverse="XXX")),
    ("mechanisms[0].factors[0]", lambda d: d["mechanisms"][0]["factors"].insert(0, "NOSUCH1")),
    ("mechanisms[1].id", lambda d: d["mechanisms"][1].update(id=d["mechanisms"][0]["id"])),
    ("factors.SRC.aliases[0]", lambda d: d["factors"]["SRC"].update(aliases=["osteopontin"])),
    (
        "factors.SRC.aliases[0].when[0]",
        lambda d: d["factors"]["SRC"].update(aliases=[{"text": "S", "when": ["("]}]),
    ),
    (
        "factors.saracatinib.targets[0]",
        lambda d: d["factors"]["saracatinib"].update(targets=["NOSUCH1"]),
    ),
    ("joint_aliases[0].means[0]", lambda d: d["joint_aliases"][0].update(means=["NOSUCH1", "SRC"])),
    ("phrases.cells[0]", lambda d: d["phrases"].update(cells=["{nosuch}"])),
    ("patterns[0].gives.factor", lambda d: d["patterns"][0].update(gives={"factor": "XXX"})),
    ("patterns[0].texts[0]", lambda d: d["patterns"][0].update(texts=["{factor} {nosuch}"])),
    ("patterns[0].texts[0]", lambda d: d["patterns"][0].update(texts=["{factor} ("])),
    ("patterns[0].texts[0]", lambda d: d["patterns"][0].update(texts=["no slot at all"])),
    ("patterns[1].id", lambda d: d["patterns"][1].update(id=d["patterns"][0]["id"])),
    ("relays[0].texts[0]", lambda d: d["relays"][0].update(texts=["{upstream} alone"])),
    ("contexts.sites.lung[0]", lambda d: d["contexts"]["sites"].update(lung=["brain"])),
]


@pytest.mark.parametrize(
    ("path", "breaking"), BROKEN, ids=[f"{i}-{p}" for i, (p, _) in enumerate(BROKEN)]
)
def test_a_fault_is_named_by_its_key(path: str, breaking: Breaking) -> None:
    document = copy.deepcopy(dict(load(EVIDENCE, "evidence").data))
    del document["patterns"][2:]  # a fault is found before all the rest is compiled
    breaking(document)
    with pytest.raises(InputError) as caught:
        load_vocabulary(document)
    assert path in caught.value.message


def test_every_factor_belongs_to_a_mechanism_or_is_only_a_foil() -> None:
    filed = {f for m in vocabulary().mechanisms for f in m.factors}
    unfiled = sorted(set(vocabulary().factors) - filed)
    # Named so that they are told apart from their look-alikes, or too general to file.
    assert len(unfiled) < len(vocabulary().factors) / 6, unfiled


def test_directions_invert_to_the_other_side() -> None:
    sides = {code: d.side for code, d in vocabulary().directions.items()}
    for direction in vocabulary().directions.values():
        if direction.side:
            assert sides[direction.inverse] not in (direction.side, "")
