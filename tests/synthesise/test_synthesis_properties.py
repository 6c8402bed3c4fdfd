"""What holds of every synthesis, whatever the claims and statements."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.canonical import from_json, to_json
from perennial.claim import DENIED, KIN, OPPOSITE, Audit, Claim, Expectation, Synthesis
from perennial.contradictions import CONTEXTS, NOT, PARTLY, WHOLLY
from perennial.synthesise import synthesise
from synthesis_cases import STANCES, statement

SINCE = 2018
FACTORS = ("THBS1", "SPP1", "AXL")
YEARS = {"100": 2010, "101": 2017, "102": 2018, "103": 2024, "104": 0}

directions = st.sampled_from(sorted(STANCES.of))
conditions = st.sampled_from(("", "breast", "ALL"))
several = st.sampled_from(("", "breast", "ALL", "ALL; breast"))
sites = st.sampled_from(("", "lung", "bone marrow"))
expectations = st.builds(
    Expectation,
    factor=st.sampled_from(FACTORS),
    direction=directions,
    condition=conditions,
    site=sites,
)
claims = st.lists(
    st.builds(
        Claim,
        id=st.uuids().map(str),
        mechanism=st.just("C1"),
        text=st.just("A claim."),
        reference=st.just(""),
        study=st.sampled_from(("", *YEARS)),
        provenance=st.just("verified"),
        expects=st.lists(expectations, max_size=3).map(tuple),
        error=st.sampled_from(("", "misprinted")),
        note=st.just(""),
    ),
    max_size=4,
)
bodies = st.lists(
    st.builds(
        statement,
        pmid=st.sampled_from(sorted(YEARS)),
        factor=st.sampled_from(FACTORS),
        direction=directions,
        condition=several,
        site=sites,
        species=st.sampled_from(("", "mouse", "human")),
        standing=st.sampled_from(("result", "result", "background", "hypothesis")),
    ),
    max_size=12,
)
numbered = bodies.map(lambda rows: [replace(s, id=f"s{n}") for n, s in enumerate(rows)])


def run(claims, statements) -> Synthesis:
    return synthesise(claims, statements, YEARS, STANCES, SINCE)


def places(audit: Audit) -> tuple[tuple[str, ...], ...]:
    return audit.supports, audit.contradicts, audit.unclear


@given(claims, numbered)
def test_a_statement_has_one_place_at_most(claims, statements):
    results = {s.id for s in statements if s.standing == "result"}
    for audit in run(claims, statements).audits:
        for one, other in combinations(map(set, places(audit)), 2):
            assert not one & other
        for place in places(audit):
            assert len(place) == len(set(place))
            assert set(place) <= results


@given(claims, numbered)
def test_a_result_on_an_expected_factor_has_a_place(claims, statements):
    for claim, audit in zip(claims, run(claims, statements).audits, strict=True):
        factors = {expected.factor for expected in claim.expects}
        met = {s.id for s in statements if s.standing == "result" and s.factor in factors}
        assert set().union(*places(audit)) == met


@given(claims, numbered, directions)
def test_an_unrelated_statement_changes_no_audit(claims, statements, direction):
    stranger = statement(id="stranger", pmid="103", factor="elsewhere", direction=direction)
    assert run(claims, [*statements, stranger]).audits == run(claims, statements).audits


@given(claims, st.data())
def test_the_order_of_the_statements_does_not_matter(claims, data):
    statements = data.draw(numbered)
    shuffled = data.draw(st.permutations(statements))
    assert to_json(run(claims, shuffled)) == to_json(run(claims, statements))


@given(claims, numbered)
def test_the_order_of_the_claims_is_kept_and_does_not_matter(claims, statements):
    forward, backward = run(claims, statements), run(claims[::-1], statements)
    assert [audit.claim for audit in forward.audits] == [claim.id for claim in claims]
    assert forward.audits == backward.audits[::-1]


@given(claims, numbered)
def test_a_confirmed_claim_has_an_independent_new_supporter_and_no_opponent(claims, statements):
    pmid = {s.id: s.pmid for s in statements}
    for claim, audit in zip(claims, run(claims, statements).audits, strict=True):
        others = {side: {pmid[s] for s in ids} - {claim.study} for side, ids in sides_of(audit)}
        new = {p for p in others["supports"] if YEARS[p] >= SINCE}
        assert (audit.status == "confirmed") == bool(
            new and not others["contradicts"] and not claim.error
        )
        against = others["contradicts"] and not others["supports"]
        assert (audit.status == "contradicted") == bool(against)


def values(statements, context: str) -> set[str]:
    return {value for s in statements for value in getattr(s, context).split("; ")} - {""}


def sides_of(audit: Audit):
    return zip(("supports", "contradicts", "unclear"), places(audit), strict=True)


FAMILIES = {"pair": ("THBS1", "AXL"), "trio": FACTORS}
OPPOSED = [frozenset(pole) for pole in STANCES.oppositions]


def stance(statement) -> str:
    return STANCES.of[statement.direction]


def pairs(statements, families=FAMILIES):
    """Each contradiction, with the pairs of statements that it sets against each other."""
    by_id = {s.id: s for s in statements}
    for found in synthesise([], statements, YEARS, STANCES, SINCE, families).contradictions:
        ends = [[by_id[i] for i in side.statements] for side in (found.one, found.other)]
        yield found, ends, list(product(*ends))


@given(numbered)
def test_the_sides_of_a_contradiction_are_results_and_its_contexts_are_those_recorded(statements):
    for found, ends, _ in pairs(statements):
        for side, end in zip((found.one, found.other), ends, strict=True):
            assert end
            assert {s.standing for s in end} == {"result"}
            assert {stance(s) for s in end} == {side.effect}
            assert {s.factor for s in end} == set(side.factors)
            assert {s.pmid for s in end} == set(side.studies)
            assert {s.direction for s in end} == set(side.directions)
        assert [each.context for each in found.separation] == list(CONTEXTS)
        for each in found.separation[:-1]:
            one, other = (values(end, each.context) for end in ends)
            assert (set(each.one), set(each.other)) == (one, other)
            assert (each.how == WHOLLY) == bool(one and other and not one & other)
            assert (each.how == PARTLY) == bool(one & other and one != other)
            assert (each.how == NOT) == bool(one and one == other)


@given(numbered)
def test_no_two_statements_are_set_against_each_other_twice(statements):
    met = [frozenset((a.id, b.id)) for _, _, crossed in pairs(statements) for a, b in crossed]
    assert len(met) == len(set(met))


@given(numbered)
def test_whatever_disagrees_is_set_against_each_other(statements):
    met = {
        frozenset((a.id, b.id)): found.kind
        for found, _, crossed in pairs(statements)
        for a, b in crossed
    }
    results = [s for s in statements if s.standing == "result"]
    for a, b in combinations(results, 2):
        ends, kin = frozenset((stance(a), stance(b))), a.factor != b.factor
        if ends in OPPOSED:
            assert met[frozenset((a.id, b.id))] == (KIN if kin else OPPOSITE)
        elif "NUL" in ends and len(ends) == 2 and not kin:
            assert met[frozenset((a.id, b.id))] == DENIED
        elif kin or ends != {"SUR", "exit"}:
            assert frozenset((a.id, b.id)) not in met


@settings(max_examples=50)
@given(claims, numbered)
def test_json_returns_what_it_was_given(claims, statements):
    synthesis = run(claims, statements)
    assert from_json(to_json(synthesis), Synthesis) == synthesis


def test_the_filler_leaves_no_field_out():
    assert all(getattr(statement(), field.name) is not None for field in fields(statement()))
