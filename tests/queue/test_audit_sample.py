"""The audit: the sample stays, and the limit holds, by exact counting and by simulation."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.queue.audit import bound, recall, sample

PMIDS = st.sets(st.integers(1, 99_999).map(str), max_size=60)
ALPHA = Fraction(1, 20)


@given(PMIDS, st.integers(0, 80), st.integers(0, 5))
def test_a_sample_is_of_the_excluded_and_of_the_size_asked_for(
    pmids: set[str], size: int, seed: int
) -> None:
    drawn = sample(pmids, size, seed)
    assert set(drawn) <= pmids
    assert len(set(drawn)) == len(drawn) == min(size, len(pmids))


@given(st.permutations(sorted(map(str, range(40)))), st.integers(0, 40))
def test_the_order_given_changes_nothing(pmids: list[str], size: int) -> None:
    assert sample(pmids, size, 7) == sample(sorted(pmids), size, 7)


@given(PMIDS, PMIDS, st.integers(0, 30))
def test_new_records_take_places_but_do_not_draw_anew(
    old: set[str], new: set[str], size: int
) -> None:
    before, after = sample(old, size, 1), sample(old | new, size, 1)
    kept = [pmid for pmid in after if pmid in old]
    assert kept == list(before[: len(kept)])


@given(PMIDS, st.integers(0, 30), st.integers(0, 30))
def test_a_smaller_sample_begins_a_larger_one(pmids: set[str], one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert sample(pmids, large, 3)[:small] == sample(pmids, small, 3)


def test_another_seed_draws_another_sample() -> None:
    pmids = list(map(str, range(1000)))
    assert len(set(sample(pmids, 100, 1)) & set(sample(pmids, 100, 2))) < 30


def _so_few(seen: int, excluded: int, relevant: int, audited: int) -> Fraction:
    ways = sum(comb(relevant, x) * comb(excluded - relevant, audited - x) for x in range(seen + 1))
    return Fraction(ways, comb(excluded, audited))


SMALL = [(n, a) for n in range(1, 15) for a in range(n + 1)]


@pytest.mark.parametrize(("excluded", "audited"), SMALL)
def test_the_limit_is_the_last_number_not_refused(excluded: int, audited: int) -> None:
    for missed in range(audited + 1):
        possible = range(missed, excluded - audited + missed + 1)
        last = max(d for d in possible if _so_few(missed, excluded, d, audited) > ALPHA)
        assert bound(audited, missed, excluded, 0.95).at_most == last


@pytest.mark.parametrize(("excluded", "audited"), SMALL)
def test_whatever_is_true_the_limit_fails_seldom_enough(excluded: int, audited: int) -> None:
    limits = [bound(audited, x, excluded, 0.95).at_most for x in range(audited + 1)]
    for relevant in range(excluded + 1):
        fails = sum(
            comb(relevant, x) * comb(excluded - relevant, audited - x)
            for x in range(audited + 1)
            if limits[x] < relevant
        )
        assert Fraction(fails, comb(excluded, audited)) <= ALPHA


@pytest.mark.parametrize("relevant", [0, 3, 12, 60])
def test_coverage_with_the_samples_as_drawn(relevant: int) -> None:
    pmids = [str(n) for n in range(400)]
    wrongly = set(pmids[:relevant])
    limits = [
        bound(80, len(wrongly & set(sample(pmids, 80, seed))), 400, 0.95).at_most
        for seed in range(300)
    ]
    held = sum(limit >= relevant for limit in limits) / len(limits)
    assert held >= 0.95 - 3 * (0.05 * 0.95 / len(limits)) ** 0.5
    assert min(limits) < 400


@given(st.integers(1, 300), st.data())
def test_more_missed_never_lowers_the_limit(excluded: int, data: st.DataObject) -> None:
    audited = data.draw(st.integers(1, excluded))
    missed = data.draw(st.integers(0, audited - 1))
    one, more = bound(audited, missed, excluded), bound(audited, missed + 1, excluded)
    assert one.at_most < more.at_most or one.at_most == more.at_most == excluded


def test_the_ends() -> None:
    assert bound(0, 0, 9).at_most == 9
    assert bound(9, 2, 9).at_most == 2
    assert (bound(0, 0, 0).at_most, bound(0, 0, 0).share) == (0, 0.0)
    assert bound(10, 1, 40, 0.99).at_most > bound(10, 1, 40, 0.9).at_most


@pytest.mark.parametrize("wrong", [(-1, 0, 5), (2, 3, 5), (6, 0, 5), (2, -1, 5)])
def test_impossible_numbers_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="audited"):
        bound(wrong[0], wrong[1], wrong[2])


def test_recall_counts_what_may_still_lie_there() -> None:
    limit = bound(59, 0, 10_000)
    assert recall(100, limit) == round(100 / (100 + limit.at_most), 6)
    assert recall(100, bound(40, 5, 40)) == 1.0  # all were looked at, and brought back
    assert recall(0, bound(0, 0, 0)) == 1.0
    assert recall(0, bound(0, 0, 5)) == 0.0
