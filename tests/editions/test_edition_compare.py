"""What differs between two editions: cases by hand, and what holds for any two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from edition_cases import CASES, case, edition
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.editions.compare import Changes, Moved, Restated, Turned, backwards, compare
from perennial.editions.told import lines, sentence

DEFAULTS: dict[str, Any] = {
    **{key: {} for key in ("joined", "left", "decided", "screened", "conclusions")},
    **{key: {} for key in ("turned_statements", "altered_statements")},
    **{key: [] for key in ("new_statements", "gone_statements", "made_otherwise")},
    **{key: [] for key in ("new_contradictions", "resolved_contradictions")},
}


def told(changes: Changes) -> dict[str, Any]:
    """The changes as the cases write them."""
    moved = {
        name: {m.pmid: m.after.outcome for m in getattr(changes, name)}
        for name in ("left", "decided", "screened")
    }
    return moved | {
        "joined": {m.pmid: m.before.outcome for m in changes.joined},
        "conclusions": {turn.one.id: turn.how for turn in changes.conclusions},
        "turned_statements": {r.before.id: r.after.id for r in changes.turned_statements},
        "altered_statements": {r.before.id: r.after.id for r in changes.altered_statements},
        "new_statements": [said.id for said in changes.new_statements],
        "gone_statements": [said.id for said in changes.gone_statements],
        "new_contradictions": [one.factor for one in changes.new_contradictions],
        "resolved_contradictions": [one.factor for one in changes.resolved_contradictions],
        "made_otherwise": list(changes.made_otherwise),
        "flow": [[row.id, row.before, row.after] for row in changes.flow],
    }


def test_there_are_cases() -> None:
    assert len(CASES) >= 6


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    given_ = case(path)
    assert given_["note"].strip()
    changes = compare(edition(given_["before"], "1"), edition(given_["after"], "2"))
    found = told(changes)
    flow = found.pop("flow")
    expected = DEFAULTS | given_["expect"]
    assert flow == expected.pop("flow", flow)
    assert found == expected
    assert changes.empty == given_["empty"]
    assert sentence(changes) == given_["sentence"]


PMIDS = [str(900_000_000 + n) for n in range(5)]
FATES = st.sampled_from(
    [
        ("included", ""),
        ("set aside", "N1"),
        ("excluded", "X1"),
        ("excluded", "X2"),
        ("awaiting", ""),
    ]
)
COUNTS = st.integers(0, 2)


@st.composite
def editions(draw: st.DrawFn, number: str) -> Any:
    fates = draw(st.dictionaries(st.sampled_from(PMIDS), FATES))
    words = st.tuples(
        st.sampled_from(PMIDS),
        st.sampled_from(["FAC1", "FAC2"]),
        st.sampled_from(["wakes", "rests"]),
        st.sampled_from(["", "lung"]),
        st.sampled_from(["One.", "Two."]),
        st.booleans(),
    )
    statements = draw(st.dictionaries(st.sampled_from("abcdef"), words))
    standing = st.tuples(
        st.sampled_from(["confirmed", "refined", "contradicted", "not re-examined"]),
        *(COUNTS, COUNTS, COUNTS),
    )
    claims = draw(st.dictionaries(st.sampled_from(["B1", "B2"]), standing))
    pointing = st.tuples(
        st.sampled_from(["towards rest", "towards wakefulness", "evenly both ways"]),
        *(COUNTS, COUNTS, st.just(0)),
    )
    factors = draw(st.dictionaries(st.sampled_from(["FAC1", "FAC2"]), pointing))
    boxes = st.sampled_from(["identified", "screened", "included", "odd"])
    plain: Mapping[str, Any] = {
        "records": [[*fate, [pmid]] for pmid, fate in fates.items()],
        "statements": [[id_, *row] for id_, row in statements.items()],
        "conclusions": [
            *(["claim", id_, f"Claim {id_}", *row] for id_, row in claims.items()),
            *(["factor", id_, id_, *row] for id_, row in factors.items()),
        ],
        "contradictions": sorted(draw(st.sets(st.sampled_from(["FAC1", "FAC2"])))),
        "flow": draw(st.dictionaries(boxes, st.integers(0, 9))),
        "manifest": draw(st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12"))),
    }
    return edition(plain, number)


@given(editions("1"))
def test_an_edition_does_not_differ_from_itself(one: Any) -> None:
    changes = compare(one, one)
    assert changes.empty
    assert changes.made_otherwise == ()
    assert all(row.before == row.after for row in changes.flow)


def _turn(moved: tuple[Moved, ...]) -> tuple[Moved, ...]:
    return tuple(replace(m, before=m.after, after=m.before) for m in moved)


def _swap(pairs: tuple[Restated, ...]) -> tuple[Restated, ...]:
    return tuple(Restated(pair.after, pair.before) for pair in pairs)


def mirrored(changes: Changes) -> Changes:
    """The changes read from their end to their beginning."""
    return Changes(
        changes.after,
        changes.before,
        joined=_turn(changes.left),
        left=_turn(changes.joined),
        decided=_turn(changes.decided),
        screened=_turn(changes.screened),
        new_statements=changes.gone_statements,
        gone_statements=changes.new_statements,
        turned_statements=_swap(changes.turned_statements),
        altered_statements=_swap(changes.altered_statements),
        conclusions=tuple(Turned(backwards(t.how), t.after, t.before) for t in changes.conclusions),
        new_contradictions=changes.resolved_contradictions,
        resolved_contradictions=changes.new_contradictions,
        flow=tuple(replace(row, before=row.after, after=row.before) for row in changes.flow),
        made_otherwise=changes.made_otherwise,
    )


def _named(changes: Changes) -> Changes:
    """Without the names of studies: the later edition's are shown."""

    def bare(moved: tuple[Moved, ...]) -> tuple[Moved, ...]:
        return tuple(replace(m, name="", title="") for m in moved)

    return replace(changes, joined=bare(changes.joined), left=bare(changes.left))


@settings(max_examples=120, deadline=None)
@given(editions("1"), editions("2"))
def test_a_comparison_reads_the_same_backwards(one: Any, other: Any) -> None:
    assert _named(compare(other, one)) == mirrored(_named(compare(one, other)))


@settings(deadline=None)
@given(editions("1"), editions("2"))
def test_what_is_counted_is_what_is_listed(one: Any, other: Any) -> None:
    changes = compare(one, other)
    before, after = changes.before.studies, changes.after.studies
    assert after == before + len(changes.joined) - len(changes.left)
    counting = [sum(said.counts for said in e.statements) for e in (one, other)]
    gained = len(changes.new_statements) - len(changes.gone_statements)
    assert counting[1] == counting[0] + gained
    shown = "\n".join(line.plain for line in lines(changes))
    assert shown.count("Family ") == len(changes.joined) + len(changes.left)
