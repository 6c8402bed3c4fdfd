"""Sides and what opposes them are the vocabulary's own: read, refused, and used in a synthesis."""

from __future__ import annotations

import pytest
from perennial.claim import ASPECT, DENIED, OPPOSITE
from perennial.config import Config
from perennial.errors import InputError
from perennial.stances import Stances, load_stances
from perennial.synthesise import synthesise
from ruamel.yaml import YAML
from synthesis_cases import statement

THREE = """\
directions:
  INC: {side: more}
  DEC: {side: fewer}
  SHI: {side: elsewhere}
  TOX: {}
  NON: {}
oppositions:
  - [more, fewer]
  - [elsewhere, TOX]
tensions: [[more, elsewhere]]
no_effect: NON
"""


def stances(text: str) -> Stances:
    return load_stances(Config("evidence.yaml", YAML().load(text), text))


def test_there_may_be_any_number_of_sides() -> None:
    codes = ("INC", "DEC", "SHI", "TOX", "NON")
    results = [
        statement(id=code, pmid=str(n), factor="F", direction=code) for n, code in enumerate(codes)
    ]
    years = {str(n): 2020 for n in range(len(codes))}
    found = synthesise([], results, years, stances(THREE), 2018).contradictions
    apart = {
        (each.kind, frozenset((*each.one.statements, *each.other.statements))) for each in found
    }
    assert apart == {
        (OPPOSITE, frozenset(("INC", "DEC"))),
        (OPPOSITE, frozenset(("SHI", "TOX"))),
        (ASPECT, frozenset(("INC", "SHI"))),
        *((DENIED, frozenset((code, "NON"))) for code in codes[:-1]),
    }


def test_what_was_not_seen_of_one_outcome_denies_no_other() -> None:
    told = stances("directions: {UPP: {}, NON: {}, OTH: {}}\ndenials: [[UPP, NON]]")
    assert told.opposed("NON", "UPP") and not told.opposed("NON", "OTH")
    results = [statement(id=c, pmid=c, factor="F", direction=c) for c in told.of]
    (found,) = synthesise([], results, dict.fromkeys(told.of, 2020), told, 2018).contradictions
    assert (found.kind, found.one.effect, found.other.effect) == (DENIED, "UPP", "NON")


def test_what_is_not_said_opposes_nothing() -> None:
    bare = stances("directions: {INC: {side: more}, DEC: {side: fewer}}")
    assert bare == Stances({"INC": "more", "DEC": "fewer"})
    assert not bare.opposed("more", "fewer")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[more, fewer]", "[more, few]", ":8:12: oppositions.0.1: no direction has the side or"),
        ("[elsewhere, TOX]", "[elsewhere, TOO]", ":9:17: oppositions.1.1: no direction has"),
        ("[elsewhere, TOX]", "[DEC, TOX]", ":9:6: oppositions.1.0: the direction DEC stands for"),
        ("[[more, elsewhere]]", "[[x, more]]", ":10:13: tensions.0.0: no direction has"),
        ("no_effect: NON", "no_effect: NIL", ":11:12: no_effect: no direction has the side or"),
    ],
)
def test_an_end_that_nothing_stands_for_is_refused_at_its_place(
    old: str, new: str, said: str
) -> None:
    assert old in THREE
    with pytest.raises(InputError) as refused:
        stances(THREE.replace(old, new))
    assert str(refused.value).startswith(f"evidence.yaml{said}")
    assert refused.value.hint.startswith(("known: more, fewer", "name the side, fewer"))
