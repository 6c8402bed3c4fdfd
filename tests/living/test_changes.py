"""What each day told that was not known before, from what the archive received."""

from __future__ import annotations

from perennial.history import Revision, brought, changes
from perennial.ledger import (
    Absence,
    Change,
    Database,
    Edit,
    Found,
    Search,
)

BASE = Database("", "", "", "")


def run(day: str, ids: str, query: str = "seed", since: str = "") -> Search:
    found = Found("S1", "", query, query, query, len(ids.split()), tuple(ids.split()), ())
    return Search("example", f"{day}T08:00:00Z", BASE, (found,), (), since)


RUNS = [
    run("2026-02-01", "1 2 3"),
    run("2026-02-08", "3 4", since="2026-01-15"),
    run("2026-02-15", "4", since="2026-01-22"),
    run("2026-03-01", "1 2 4 5", "seed OR leaf"),
]
REVISIONS = [Revision("2026-02-08", "2", "ab12")]
GONE = [Absence("3", "found by no strategy since 2026-03-01", "2026-03-01")]


def test_a_day_with_news_is_told_once_and_a_quiet_day_is_not():
    assert changes(RUNS, REVISIONS, GONE) == (
        Change("2026-02-01", (), ("1", "2", "3"), (), ()),
        Change("2026-02-08", (), ("4",), ("2",), ()),
        Change(
            "2026-03-01",
            (Edit("S1", "seed", "seed OR leaf"),),
            ("5",),
            (),
            tuple(GONE),
        ),
    )


def test_a_strategy_that_comes_or_goes_is_an_edit():
    other = Found("S2", "", "leaf", "leaf", "leaf", 0, (), ())
    first, second = run("2026-02-01", "1"), run("2026-02-02", "1")
    grown = Search("example", second.searched_at, BASE, (*second.strategies, other), ())
    assert changes([first, grown], [], [])[1].edits == (Edit("S2", "", "leaf"),)
    assert changes([grown, first], [], [])[0].edits == (Edit("S2", "leaf", ""),)


def test_an_import_brings_what_it_brings_on_the_day_of_its_search():
    known = changes(RUNS[:2], [], [])
    assert brought(known, "2026-02-08", ["E1"])[1].new == ("4", "E1")
    assert [c.day for c in brought(known, "2026-02-05", ["E1"])] == [
        *("2026-02-01", "2026-02-05", "2026-02-08"),
    ]
    assert brought(known, "2025-12-01", ["E1"])[0].new == ("1", "2", "3", "E1")
    assert brought(known, "2026-02-08", []) == known
