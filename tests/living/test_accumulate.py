"""Runs folded in order: nothing that was found is dropped in silence, nothing quiet is news."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from perennial.accumulate import standing
from perennial.ledger import Database, Found, Named, Search


def run(day: int, *ids: int, since: str = "", sent: str = "q", named: str = "") -> Search:
    pmids = tuple(map(str, ids))
    found = Found("S1", "", sent, sent, sent, len(pmids), pmids, ())
    asked = (Named("PMID 99", "pmid", named, "returned" if named else "not returned", ""),)
    when = f"2026-02-{day:02}T00:00:00Z"
    return Search("example", when, Database("", "", "", ""), (found,), asked, since)


def test_there_is_no_standing_before_a_full_run() -> None:
    assert standing([]) is None
    assert standing([run(1, 1, since="2026-01-01")]) is None


def test_updates_add_to_the_last_full_run() -> None:
    state = standing([run(1, 1, 2), run(2, 2, 3, since="x"), run(3, 4, since="x")])
    assert state.search.pmids == ("1", "2", "3", "4")
    assert (state.search.searched_at[:10], state.search.since) == ("2026-02-03", "")
    assert state.search.strategies[0].count == 4


def test_what_tells_nothing_new_changes_nothing() -> None:
    first = run(1, 1, 2)
    assert standing([first, run(2, since="x"), run(3, 2, 1)]).search == first


def test_what_a_full_run_finds_no_more_has_left_until_it_is_found_again() -> None:
    runs = [run(1, 1, 2), run(2, 1), run(3, since="x")]
    assert {p: left.when[:10] for p, left in standing(runs).left.items()} == {"2": "2026-02-02"}
    assert standing([*runs, run(4, 2, since="x")]).left == {}
    assert standing([*runs, run(4, 1)]).left.keys() == {"2"}


def test_what_another_question_found_has_not_left() -> None:
    assert standing([run(1, 1, 2), run(2, 1, sent="other")]).left == {}


def test_a_named_record_that_is_gone_has_left() -> None:
    runs = [run(1, 1, named="99"), run(2, 1, since="x")]
    assert standing(runs).left.keys() == {"99"}
    assert "99" not in standing(runs).search.pmids


RUNS = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(1, 9), unique=True, max_size=9)), min_size=1
)


@given(RUNS)
def test_every_id_ever_found_is_known_once(runs: list[tuple[bool, list[int]]]) -> None:
    """With one question, all ids since the first full run are in the search or have left."""
    all_runs = [
        replace(run(1, *ids, since="x" if update else ""), searched_at=f"2026-{n:04}")
        for n, (update, ids) in enumerate(runs)
    ]
    state = standing(all_runs)
    while all_runs and all_runs[0].since:
        all_runs.pop(0)
    ever = {pmid for one in all_runs for pmid in one.pmids}
    assert set(state.pmids if state else ()) == ever
    assert state is None or len(state.pmids) == len(set(state.pmids))
    if all_runs:
        last_full = max(n for n, one in enumerate(all_runs) if not one.since)
        now = {pmid for one in all_runs[last_full:] for pmid in one.pmids}
        assert set(state.search.pmids) == now
