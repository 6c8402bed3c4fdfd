"""Agreement against scikit-learn, an independent library, and against figures worked by hand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.decisions.agreement import Crossed, Figures, agreement, told
from perennial.decisions.table import Decision, load_decisions
from perennial.screen import Criterion

TA = "title/abstract"
FIXTURES = sorted((Path(__file__).parent / "agreement").glob("*.tsv"))
CRITERIA = [Criterion(id_, "exclude", "", "", None, ()) for id_ in ("X1", "X2", "X3")]


def test_there_are_fixtures() -> None:
    assert len(FIXTURES) == 5


def _last(rows: Iterable[Decision], name: str) -> dict[str, str]:
    return {row.pmid: row.outcome for row in rows if (row.reviewer, row.role) == (name, "")}


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_kappa_of_each_pair_is_that_of_scikit_learn(file: Path) -> None:
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - seconds to import

    rows = load_decisions(file, None, CRITERIA)
    names = sorted({row.reviewer for row in rows if not row.role})
    found = {pair.reviewers: pair.figures for pair in agreement(rows, TA).pairs}
    for one, two in combinations(names, 2):
        a, b = _last(rows, one), _last(rows, two)
        both = [p for p in a if p in b and "human" not in (a[p], b[p])]
        assert len(a) > len(both), "the fixture has no partial overlap"
        figures = found[one, two]
        assert figures.n == len(both)
        expected = cohen_kappa_score([a[p] for p in both], [b[p] for p in both])
        assert figures.kappa[0] == pytest.approx(expected, abs=5e-7)
        raw = sum(a[p] == b[p] for p in both) / len(both)
        assert figures.raw == (pytest.approx(raw, abs=5e-7),)
        assert figures.pabak == (pytest.approx(2 * raw - 1, abs=5e-7),)


def _rows(
    table: tuple[int, int, int, int], names: tuple[str, str] = ("Ada", "Bo")
) -> list[Decision]:
    sides = ("include", "exclude")
    cells = [(a, b) for a in sides for b in sides]
    said = [cell for cell, n in zip(cells, table, strict=True) for _ in range(n)]
    return [
        _row(str(number), outcome, name)
        for number, answers in enumerate(said, 1)
        for name, outcome in zip(names, answers, strict=True)
    ]


def _row(pmid: str, outcome: str, name: str, criterion: str = "X1", role: str = "") -> Decision:
    named = criterion if outcome == "exclude" else ""
    return Decision(pmid, TA, outcome, named, name, role, "", "", "", "")


def _figures(*table: int) -> Figures:
    return agreement(_rows(table), TA).overall  # type: ignore[arg-type]


def test_an_interval_worked_by_hand() -> None:
    """20, 5, 10, 15: po .7, pe .5, kappa .4.

    Variance after Fleiss, Cohen and Everitt (1969): A = .4 (1 - 1.1 * .6)^2 + .3 (1 - .9 * .6)^2
    = .10972; B = .6^2 (.1 (.6 + .5)^2 + .2 (.4 + .5)^2) with the margins of the other reviewer
    crossed = .10188; C = (.4 - .5 * .6)^2 = .01; (A + B - C) / (.5^2 * 50) = .016128,
    its root .126996, times 1.959964 = .248908.
    """
    assert _figures(20, 5, 10, 15).kappa == (0.4, 0.151092, 0.648908)


def test_no_kappa_where_chance_alone_agrees_on_everything() -> None:
    for table in [(0, 0, 0, 0), (7, 0, 0, 0), (0, 0, 0, 7)]:
        assert _figures(*table).kappa == ()
    assert _figures(7, 0, 0, 0).raw == (1.0,)
    assert _figures(0, 0, 0, 0).raw == _figures(0, 0, 0, 0).pabak == ()
    assert told(()) == "not defined"
    assert told((0.4, 0.15, 0.65)) == "0.40 (0.15 to 0.65)"


def test_full_agreement_and_full_disagreement() -> None:
    assert _figures(5, 0, 0, 5).kappa == (1.0,)  # no variance, no interval
    assert _figures(0, 5, 5, 0).kappa == (-1.0,)


_TABLES = st.tuples(*[st.integers(0, 30)] * 4)


@given(_TABLES)
def test_bounds_and_order(table: tuple[int, int, int, int]) -> None:
    figures = _figures(*table)
    assert figures.table == table
    if len(figures.kappa) == 3:
        value, low, high = figures.kappa
        assert -1 <= low <= value <= high <= 1
    for measure in (*figures.raw, *figures.pabak):
        assert -1 <= measure <= 1


@given(_TABLES)
def test_it_does_not_matter_who_is_called_first(table: tuple[int, int, int, int]) -> None:
    there, back = (agreement(_rows(table, names), TA).overall for names in (("A", "B"), ("B", "A")))
    assert there.kappa == back.kappa
    assert there.raw == back.raw
    assert there.table == tuple(back.table[at] for at in (0, 2, 1, 3))


@given(_TABLES, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(table: tuple[int, int, int, int], order) -> None:
    rows = _rows(table)
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert agreement(shuffled, TA) == agreement(rows, TA)


def test_what_is_compared() -> None:
    rows = [
        _row("1", "include", "Ada"), _row("1", "include", "Bo"),
        _row("2", "exclude", "Ada", "X1"), _row("2", "exclude", "Bo", "X2"),
        _row("3", "include", "Ada"), _row("3", "exclude", "Bo"),
        _row("3", "exclude", "Cy", role="adjudicator"),
        _row("3", "exclude", "Ada"),  # after the adjudication: no longer independent
        _row("4", "include", "Ada"), _row("4", "exclude", "Ada"), _row("4", "exclude", "Bo"),
        _row("5", "human", "Ada"), _row("5", "include", "Bo"),
        _row("6", "include", "Ada"),
    ]  # fmt: skip
    found = agreement(rows, TA)
    (pair,) = found.pairs
    assert pair.reviewers == ("Ada", "Bo")
    assert pair.figures == found.overall
    assert pair.figures.table == (1, 1, 0, 2)
    assert (pair.figures.n, pair.figures.unsure) == (4, 1)
    assert pair.figures.criteria == (Crossed("X1", "X1", 1), Crossed("X1", "X2", 1))
    assert [(c.pmid, c.said) for c in found.conflicts] == [("3", ("include", "exclude X1"))]
    assert agreement(rows, "full text").pairs == ()


def test_overall_adds_up_the_pairs() -> None:
    rows = load_decisions(FIXTURES[-1], None, CRITERIA)
    found = agreement(rows, TA)
    assert len(found.pairs) == 3
    for at in range(4):
        assert found.overall.table[at] == sum(pair.figures.table[at] for pair in found.pairs)
