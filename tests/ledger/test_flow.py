"""The flow adds up because it is made of the records; a ledger that lost one is refused."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.errors import LedgerError
from perennial.flow import Flow, check, flow
from perennial.ledger import Absence, Database, Found, Ledger, Named, Search
from perennial.screened import Link, Screened

REASONS = {"X1": "off topic", "I1": "state not shown"}
FATES = ("include", "exclude", "aside", "human", "duplicate", "missing", "refused")
CRITERION = {"include": "", "exclude": "X1", "aside": "X1", "human": "I1"}
OUTCOME = {"aside": "exclude"}


@dataclasses.dataclass
class Run:
    """Everything that ``flow`` is computed from."""

    ledger: Ledger
    recorded: list[str]
    links: list[Link]
    screened: list[Screened]
    texts: dict[str, str]
    stated: set[str]

    def flow(self) -> Flow:
        return flow(
            self.ledger,
            self.recorded,
            self.links,
            self.screened,
            REASONS,
            self.texts,
            self.stated,
        )


def run(fates: dict[str, str], hits: list[list[str]]) -> Run:
    """A review in which each record has the fate given, found by the strategies in ``hits``."""
    found = tuple(
        Found(f"S{i}", "", "q", "q", "q", len(ids), tuple(ids), ()) for i, ids in enumerate(hits)
    )
    rest = [pmid for pmid in fates if not any(pmid in ids for ids in hits)]
    named = tuple(Named(pmid, "pmid", pmid, "returned", "") for pmid in rest)
    search = Search("example", "2026-11-01T00:00:00Z", Database("", "", "", ""), found, named)
    of = {fate: [p for p, f in fates.items() if f == fate] for fate in FATES}
    absent = [tuple(Absence(p, "why") for p in of[fate]) for fate in ("missing", "refused")]
    judged = [
        Screened(p, OUTCOME.get(f, f), CRITERION[f], "", "rule", (), (), f == "aside")
        for p, f in fates.items()
        if f in CRITERION
    ]
    return Run(
        Ledger(search, *absent),
        [p for p, f in fates.items() if f not in ("missing", "refused")],
        [Link(p, "duplicate of", "1", "same DOI") for p in of["duplicate"]],
        judged,
        dict.fromkeys((*of["include"], *of["aside"]), "full text"),
        {*of["include"][::2], *of["aside"][::2]},
    )


@st.composite
def runs(draw: st.DrawFn) -> Run:
    pmids = [str(n) for n in range(1, draw(st.integers(1, 30)))]
    fates = {pmid: draw(st.sampled_from(FATES)) for pmid in pmids}
    subset = st.lists(st.sampled_from(pmids), unique=True) if pmids else st.just([])
    return run(fates, draw(st.lists(subset, max_size=4)))


@given(runs())
def test_what_enters_leaves(reviewed: Run) -> None:
    counted = reviewed.flow()
    check(counted)
    fates = {row.pmid for row in reviewed.screened}
    assert counted["screened"].count == len(fates)
    removed = {part.id: part.count for part in counted["removed"].parts}
    assert counted["identified"].count - sum(removed.values()) == counted["screened"].count


def example() -> Run:
    fates = {"1": "include", "2": "exclude", "3": "human", "4": "duplicate", "5": "missing"}
    return run(fates, [["1", "2", "3"], ["2", "3", "4", "5"]])


def test_each_box_of_an_example() -> None:
    counted = example().flow()
    assert {box.id: box.count for box in counted.boxes} == {
        "identified": 7,
        "removed": 4,
        "screened": 3,
        "excluded": 1,
        "awaiting": 1,
        "sought": 1,
        "included": 1,
    }


def test_a_record_that_a_reviewer_sent_back_is_counted_as_such() -> None:
    reviewed = example()
    sent_back = next(row for row in reviewed.screened if row.outcome == "human")
    reviewed.screened.remove(sent_back)
    reviewed.screened.append(dataclasses.replace(sent_back, criterion=""))
    parts = {part.id: part.pmids for part in reviewed.flow()["awaiting"].parts}
    assert parts == {"reviewer": (sent_back.pmid,)}


CORRUPTIONS = {
    "a record vanishes from the records table": lambda r: r.recorded.remove("2"),
    "a record appears that nobody fetched": lambda r: r.recorded.append("99"),
    "a record is not screened": lambda r: r.screened.pop(),
    "a duplicate is screened all the same": lambda r: r.links.clear(),
    "an included record was never read": lambda r: r.texts.clear(),
    "evidence from a record that is not included": lambda r: r.stated.add("2"),
    "an unknown criterion": lambda r: r.screened.append(
        dataclasses.replace(r.screened.pop(1), criterion="X99")
    ),
}


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_one_record_lost_or_gained_stops_the_build(corruption: str) -> None:
    reviewed = example()
    CORRUPTIONS[corruption](reviewed)
    with pytest.raises(LedgerError):
        reviewed.flow()


@pytest.mark.parametrize("kind", ["retraction of", "erratum of", "concern about"])
def test_a_notice_about_a_record_is_no_study(kind: str) -> None:
    reviewed = run({"1": "include", "9": "duplicate"}, [["1", "9"]])
    reviewed.links[0] = dataclasses.replace(reviewed.links[0], kind=kind)
    counted = reviewed.flow()
    check(counted)
    removed = {part.id: part.pmids for part in counted["removed"].parts}
    assert removed["notices"] == ("9",)
    assert counted["included"].pmids == ("1",)


def test_a_report_is_excluded_for_its_full_text_after_it_was_sought() -> None:
    reviewed = run({"1": "include", "2": "include", "3": "exclude"}, [["1", "2", "3"]])
    late = dataclasses.replace(
        reviewed.screened[0], outcome="exclude", criterion="X1", stage="full text"
    )
    reviewed.screened[0], reviewed.stated = late, {"2"}
    counted = reviewed.flow()
    check(counted)
    assert counted["sought"].pmids == ("1", "2")
    assert counted["excluded"].pmids == ("3",)
    assert counted["excluded_reports"].pmids == ("1",)
    assert counted["included"].pmids == ("2",)
