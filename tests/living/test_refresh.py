"""A refresh asks for what is new or revised, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from count_requests import counted
from living_source import STRATEGIES, Memory, Paper, Review, opened, strategies
from perennial.archive import ACCEPTED, UNGIVEN, UNLISTED
from perennial.errors import SourceError
from perennial.ledger import Absence, NewNotice
from perennial.records import records
from perennial.search import search
from perennial.verify import verify


@pytest.fixture
def review(tmp_path: Path) -> Review:
    memory = Memory()
    memory.put(*(Paper(pmid) for pmid in range(1, 11)))
    made = Review(tmp_path, memory)
    made.refresh("2026-02-01")
    return made


def test_of_20000_held_exactly_the_37_new_and_5_revised_are_fetched(tmp_path: Path) -> None:
    count = counted(tmp_path)
    assert len(count.due) == 37 + 5
    assert (count.fetched, count.told) == (count.due, count.due)
    # EInfo twice, the update of one strategy, ESearch for each 500 held; new and revised ones.
    assert count.requests == 2 + 1 + 40 + 2
    assert (count.first, count.held) == (list(range(1, 20_001)), 20_037)
    assert verify(count.review.archive).faults == ()
    # The overlap brings all of them up again, but none of them is fetched again.
    again = count.review.refresh("2026-02-15")
    assert (count.review.memory.fetched(), again.new, again.revised) == ([], (), ())


def test_a_quiet_refresh_changes_nothing_but_the_day_of_the_poll(review: Review) -> None:
    before = review.archive.standing("example")
    told = review.refresh("2026-02-08", 1, 2, 3)
    assert (told.new, told.revised, told.withdrawn) == ((), (), ())
    assert review.memory.fetched() == [1, 2, 3]  # included records are always read again
    assert review.archive.standing("example") == before
    assert [run.since for run in review.archive.runs("example")] == ["", "2026-01-02"]


def test_a_retraction_is_seen_even_where_no_date_tells_of_it(review: Review) -> None:
    paper = review.memory.papers[4]
    review.memory.put(replace(paper, notices=(("RetractionIn", 99),)))
    assert review.refresh("2026-02-08").revised == ()
    told = review.refresh("2026-02-15", 4, 5)
    assert told.revised == ("4",)
    assert told.notices == (NewNotice("4", "RetractionIn", "99", "J"),)


def test_a_preprint_that_became_an_article_is_told(review: Review) -> None:
    revised = replace(review.memory.papers[3], revised="2026-02-03", notices=(("UpdateIn", 50),))
    review.memory.put(revised, Paper(50, "2026-02-03", "2026-02-03"))
    told = review.refresh("2026-02-08")
    assert (told.new, told.revised) == (("50",), ("3",))
    assert told.notices == (NewNotice("3", "UpdateIn", "50", "J"),)


def test_a_deleted_record_stays_and_is_marked(review: Review) -> None:
    del review.memory.papers[6]
    told = review.refresh("2026-02-08", 6)
    assert [(a.pmid, a.reason) for a in told.withdrawn] == [
        ("6", "not given by the source since 2026-02-08")
    ]
    found, ledger = records(review.archive, "example")
    assert "6" in [record.pmid for record in found]
    assert ledger.withdrawn == told.withdrawn
    assert review.refresh("2026-02-15", 6).withdrawn == ()


def test_a_deleted_record_that_comes_back_is_marked_no_more(review: Review) -> None:
    paper = review.memory.papers.pop(6)
    review.refresh("2026-02-08", 6)
    review.memory.put(paper)
    review.refresh("2026-02-15")
    assert records(review.archive, "example")[1].withdrawn == ()


def test_the_full_search_tells_what_the_updates_missed_and_what_has_left(review: Review) -> None:
    review.memory.put(Paper(11, "2025-06-01"), Paper(12, "2026-04-30", "2026-04-30"))
    del review.memory.papers[2]
    early = review.refresh("2026-05-01")
    assert (early.full, early.new, early.withdrawn) == (False, ("12",), ())
    told = review.refresh("2026-05-03")
    assert (told.full, told.new, told.missed) == (True, ("11",), ("11",))
    assert [absence.pmid for absence in told.withdrawn] == ["2"]
    assert review.table() == [str(pmid) for pmid in range(1, 13)]
    assert set(review.archive.search_as_of("example").pmids) == {*review.table()} - {"2"}
    quiet = review.refresh("2026-05-04")
    assert (quiet.full, quiet.new, quiet.withdrawn) == (False, (), ())


def test_edited_strategies_are_searched_in_full(review: Review, tmp_path: Path) -> None:
    text = "strategies:\n  - {id: S1, label: everything, query: 'alpha[tiab]'}\n"
    review.strategies = strategies(tmp_path, text)
    told = review.refresh("2026-02-08")
    assert (told.full, told.since, told.withdrawn) == (True, "", ())


def test_a_revision_on_the_day_of_the_fetch_is_not_lost(review: Review) -> None:
    first = replace(review.memory.papers[9], revised="2026-02-08", title="alpha once")
    review.memory.put(first)
    assert review.refresh("2026-02-08").revised == ("9",)
    review.memory.put(replace(first, title="alpha twice"))
    assert review.refresh("2026-02-15").revised == ("9",)
    assert review.refresh("2026-02-22").revised == ()
    assert review.memory.fetched() == []


def test_a_refresh_cut_off_before_its_ledger_misses_no_revision(review: Review) -> None:
    """A search by hand moves the search's watermark, but not that of revisions."""
    review.memory.put(replace(review.memory.papers[5], revised="2026-02-05"))
    with opened(review.memory, "2026-12-01") as source:
        search(review.strategies, source, review.archive)
    assert review.refresh("2026-12-02").revised == ("5",)


def test_a_record_that_is_listed_and_not_given_stops_a_refresh_until_it_comes(
    review: Review,
) -> None:
    review.memory.put(*(Paper(pmid, "2026-02-05", "2026-02-05") for pmid in (11, 12)))
    review.memory.withheld.add(12)
    for _ in range(2):
        with pytest.raises(SourceError, match=r"1 record .* was asked for twice .* given: 12\n"):
            review.refresh("2026-02-08")
    assert review.memory.fetched() == [12, 12]
    assert "11" in review.table()
    assert records(review.archive, "example")[1].missing == (Absence("12", UNGIVEN),)
    review.memory.withheld.clear()
    review.refresh("2026-02-09")
    assert review.memory.fetched() == [12]
    assert records(review.archive, "example")[1].missing == ()


def test_an_accepted_record_is_told_and_may_come_later(review: Review, tmp_path: Path) -> None:
    review.memory.put(Paper(11, "2026-02-05", "2026-02-05"))
    review.memory.withheld.add(11)
    review.strategies = strategies(tmp_path, f'{STRATEGIES}accept_missing: ["11"]\n')
    told = review.refresh("2026-02-08")
    assert (told.new, told.full) == (("11",), False)
    assert records(review.archive, "example")[1].missing == (Absence("11", ACCEPTED),)
    review.memory.withheld.clear()
    review.refresh("2026-02-15")
    assert records(review.archive, "example")[1].missing == ()
    assert records(review.archive, "example", "2026-02-14")[1].missing[0].reason == ACCEPTED


def test_a_record_that_went_under_way_is_told_and_the_held_ones_are_as_before(
    review: Review,
) -> None:
    review.memory.put(Paper(11, "2026-02-05", "2026-02-05"))
    review.memory.withheld.add(11)
    review.memory.unlisted.add(11)
    review.refresh("2026-02-08")
    assert records(review.archive, "example")[1].missing == (Absence("11", UNLISTED),)
    review.memory.unlisted.clear()  # listed after all
    with pytest.raises(SourceError, match="not given: 11"):
        review.refresh("2026-02-15")
    assert records(review.archive, "example")[1].missing == (Absence("11", UNGIVEN),)


def test_a_held_record_that_is_given_no_more_stops_nothing(review: Review) -> None:
    review.memory.withheld.add(6)
    told = review.refresh("2026-02-08", 6)
    assert [absence.pmid for absence in told.withdrawn] == ["6"]


def test_many_records_that_are_gone_for_good_stop_no_refresh(review: Review) -> None:
    review.memory.put(*(Paper(pmid, "2026-02-05", "2026-02-05") for pmid in range(11, 23)))
    review.refresh("2026-02-08")
    review.memory.withheld.update(range(11, 23))
    assert len(review.refresh("2026-02-15", *range(1, 23)).withdrawn) == 12
    assert review.refresh("2026-02-22").withdrawn == ()
