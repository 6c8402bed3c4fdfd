"""The stopping rule: exact counting, the published program's numbers, and whether it keeps word."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from perennial.queue.stopping import least_missed, p_missed, stopping

LABELS = st.lists(st.booleans(), min_size=1, max_size=14)


def _counted(labels: list[bool], records: int, target: Fraction, comparable: int) -> Fraction:
    """The definition: for each start, how many of all draws hold so few, were the target missed."""
    found, left = sum(labels), records - len(labels)
    smallest = Fraction(1)
    for n in range(1, comparable + 1):
        seen = sum(labels[-n:])
        wanted = next(k for k in range(records + 2) if Fraction(found) < target * (found + k))
        relevant, urn = wanted + seen, n + left
        if relevant > left + seen:
            smallest = Fraction(0)
            continue
        ways = sum(comb(relevant, x) * comb(urn - relevant, n - x) for x in range(seen + 1))
        smallest = min(smallest, Fraction(ways, comb(urn, n)))
    return smallest


@given(LABELS, st.integers(0, 14), st.sampled_from([0.5, 0.8, 0.9, 0.95]), st.data())
def test_p_is_what_counting_gives(
    labels: list[bool], left: int, target: float, data: st.DataObject
) -> None:
    assume(any(labels))
    comparable = data.draw(st.integers(1, len(labels)))
    records = len(labels) + left
    exact = _counted(labels, records, Fraction(str(target)), comparable)
    assert p_missed(labels, records, target, comparable) == pytest.approx(float(exact), abs=1e-12)


# Inclusions read first, exclusions after them, records in all, target; p of buscarpy 0.0.2.
PUBLISHED = [
    (32, 88, 200, 0.95, 0.225263758),
    (21, 159, 200, 0.95, 0.011926433),
    (21, 379, 500, 0.9, 0.008883405),
    (20, 30, 60, 0.8, 5.4711e-05),
    (15, 685, 1000, 0.95, 0.304568528),
]


@pytest.mark.parametrize(("found", "rest", "records", "target", "p"), PUBLISHED)
def test_p_is_what_the_published_program_gives(
    found: int, rest: int, records: int, target: float, p: float
) -> None:
    labels = [True] * found + [False] * rest
    assert p_missed(labels, records, target, len(labels)) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(("found", "least"), [(0, 1), (19, 2), (57, 4), (95, 6), (100, 6)])
def test_a_target_is_taken_as_written(found: int, least: int) -> None:
    assert least_missed(found, 0.95) == least
    assert Fraction(found, found + least) < Fraction(19, 20)
    assert least == 1 or Fraction(found, found + least - 1) >= Fraction(19, 20)


@given(LABELS, st.integers(1, 30))
def test_another_exclusion_read_never_raises_p(labels: list[bool], left: int) -> None:
    records = len(labels) + left + 1
    before = p_missed(labels, records, 0.9, len(labels))
    after = p_missed([*labels, False], records, 0.9, len(labels) + 1)
    assert after <= before + 1e-12


@given(LABELS, st.integers(1, 30), st.data())
def test_fewer_comparable_labels_never_lower_p(
    labels: list[bool], left: int, data: st.DataObject
) -> None:
    fewer = data.draw(st.integers(0, len(labels)))
    records = len(labels) + left
    whole = p_missed(labels, records, 0.9, len(labels))
    assert p_missed(labels, records, 0.9, fewer) >= whole


def test_all_read_may_stop_and_nothing_read_may_not() -> None:
    assert stopping([True, False], 2).may_stop
    assert stopping([], 0).may_stop
    assert not stopping([], 5).may_stop
    assert stopping([], 5).p == 1.0


def test_records_that_came_later_were_not_drawn_from() -> None:
    """After a thousand exclusions in a row the published test would let a refresh go unread."""
    labels = [True] * 100 + [False] * 1000
    assert stopping(labels, 1300).may_stop
    assert not stopping(labels, 1300, comparable=0).may_stop
    assert not stopping([*labels, False, False], 1300, comparable=2).may_stop
    assert stopping([*labels, *[False] * 150], 1300, comparable=150).may_stop


@pytest.mark.parametrize("wrong", [(3, 2, None), (2, 5, 3), (2, 5, -1)])
def test_impossible_numbers_are_refused(wrong: tuple[int, int, int | None]) -> None:
    with pytest.raises(ValueError, match="comparable"):
        stopping([True] * wrong[0], wrong[1], comparable=wrong[2])


def _ranked(draw: random.Random, records: int, relevant: int, bias: float) -> list[bool]:
    """An order in which an inclusion is likelier to come early, by ``bias``."""
    keys = [
        (draw.random() ** (1 / bias if n < relevant else 1), n < relevant) for n in range(records)
    ]
    return [label for _, label in sorted(keys, reverse=True)]


def _recall_at_stop(labels: list[bool]) -> float:
    for read in range(10, len(labels) + 1, 10):
        if stopping(labels[:read], len(labels), 0.95, 0.95).may_stop:
            return sum(labels[:read]) / sum(labels)
    return 1.0


@pytest.mark.parametrize(("relevant", "bias"), [(10, 4.0), (40, 4.0), (40, 12.0)])
def test_the_target_is_reached_as_often_as_claimed(relevant: int, bias: float) -> None:
    draw = random.Random(20)
    recalls = [_recall_at_stop(_ranked(draw, 300, relevant, bias)) for _ in range(60)]
    assert sum(recall >= 0.95 for recall in recalls) / len(recalls) >= 0.95
