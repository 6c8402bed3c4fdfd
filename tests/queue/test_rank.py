"""The ranking: what it learns, how it begins, and that nothing but its input moves it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.queue.rank import BALANCE, rank, text_of, weights
from perennial.record import Record
from perennial.screened import Match, Screened
from screening_job import records

HELD = records(30)
LABELS = {"100": True, "101": False, "103": False, "105": True}


def _row(pmid: str, *criteria: str) -> Screened:
    matched = tuple(Match(criterion, "title", 0, 1, "x") for criterion in criteria)
    return Screened(pmid, "human", "", "", "rule", (), matched)


def test_what_resembles_an_inclusion_comes_before_what_resembles_an_exclusion() -> None:
    places = {pmid: place for place, (pmid, _) in enumerate(rank(HELD, LABELS, 0))}
    alike = [places[r.pmid] for r in HELD if r.title == "Seed and rain"]
    unlike = [places[r.pmid] for r in HELD if r.title == "Wind and sand"]
    assert max(alike) < min(unlike)


@given(st.permutations(HELD), st.permutations(sorted(LABELS)))
def test_the_order_of_the_input_changes_nothing(held: list[Record], labelled: list[str]) -> None:
    labels = {pmid: LABELS[pmid] for pmid in labelled}
    assert rank(held, labels, 3) == rank(HELD, LABELS, 3)


def test_every_record_once_by_score_and_ties_by_pmid() -> None:
    twins = [Record(pmid, title="Seed and rain") for pmid in ("11", "2", "1000", "3")]
    held = [*HELD, *twins]
    ranked = rank(held, LABELS, 0)
    assert sorted(pmid for pmid, _ in ranked) == sorted(record.pmid for record in held)
    assert [score for _, score in ranked] == sorted((s for _, s in ranked), reverse=True)
    alike = [pmid for pmid, _ in ranked if pmid in ("2", "3", "11", "1000")]
    assert alike == ["2", "3", "11", "1000"]


def test_scores_are_rounded() -> None:
    assert all(score == round(score, 6) for _, score in rank(HELD, LABELS, 0))


def test_labels_of_records_not_held_are_left_out() -> None:
    assert rank(HELD, {**LABELS, "999": True}, 0) == rank(HELD, LABELS, 0)


@pytest.mark.parametrize("labels", [{}, {"100": True}, {"100": False, "101": False}])
def test_until_it_can_learn_the_protocol_orders(labels: dict[str, bool]) -> None:
    held = [
        Record("1", title="a b", entered="2020-01-01"),
        Record("2", title="b c", entered="2021-01-01"),
        Record("3", title="c d", entered="2021-01-01"),
        Record("4", title="d e", entered="2022-01-01"),
        Record("5", title="e f", entered="2022-01-01"),
    ]
    rows = [_row("1", "I1", "I2"), _row("2", "I1"), _row("3", "I1", "I1"), _row("4", "T1")]
    ranked = rank(held, labels, 0, rows, {"I1", "I2"})
    assert ranked == [(pmid, 0.0) for pmid in "13245"]


@pytest.mark.parametrize("held", [[], [Record("1")], [Record("1"), Record("2")]])
def test_records_without_words_are_ranked_all_the_same(held: list[Record]) -> None:
    assert [pmid for pmid, _ in rank(held, {"1": True, "2": False}, 0)] == [r.pmid for r in held]


@given(st.lists(st.booleans(), min_size=2, max_size=50).filter(lambda x: len(set(x)) == 2))
def test_weights_average_one_and_balance_the_sides(labels: list[bool]) -> None:
    truth = np.array([int(label) for label in labels])
    given_ = weights(truth)
    assert given_.mean() == pytest.approx(1)
    assert given_[truth == 1].sum() == pytest.approx(BALANCE * given_[truth == 0].sum())


def test_what_is_read_is_title_and_abstract() -> None:
    assert text_of(Record("1", title="A title", abstract="An abstract.")) == "A title An abstract."


def test_a_ranking_finds_what_is_hidden_among_many() -> None:
    """A made-up set, one in ten relevant: half of them lie in the first fifth."""
    draw = random.Random(4)
    words = [f"word{n}" for n in range(200)]
    held, relevant = [], set()
    for n in range(200):
        terms = draw.sample(words, 12) + (["signal"] if n % 10 == 0 else ["noise"])
        draw.shuffle(terms)
        held.append(Record(str(n + 1), title=" ".join(terms)))
        relevant |= {str(n + 1)} if n % 10 == 0 else set()
    labels = {r.pmid: r.pmid in relevant for r in held[:40]}
    left = [pmid for pmid, _ in rank(held, labels, 0) if pmid not in labels]
    hidden = relevant - labels.keys()
    assert len(hidden & set(left[: len(left) // 5])) >= len(hidden) / 2
