"""What the last change did to the studies: each news does what it does, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from perennial.ledger import Change
from perennial.link import link
from perennial.record import Notice, Record
from perennial.screened import Integrity, Link, Screened, unscreened
from perennial.step import Step, before, earlier, last_step

RETRACTION = Notice("RetractionIn", "9", "J. 2026")
ERRATUM = Notice("ErratumIn", "8", "J. 2026")
PAPER = Record("1", title="A seed sleeps", abstract="A seed.")
OTHER = Record("2", title="Another seed wakes", abstract="A seed.")
RETRACTED = replace(PAPER, notices=(RETRACTION,))
NOTE = Record("9", title="Retraction: A seed sleeps", notices=(Notice("RetractionOf", "1", "J."),))


def judge(
    records: Iterable[Record], integrity: Sequence[Integrity], links: Iterable[Link]
) -> list[Screened]:
    """Includes what says seed in its abstract; what is retracted is set aside."""
    aside = unscreened(links)
    struck = {notice.pmid for notice in integrity if notice.kind == "retracted"}
    return [_row(r, r.pmid in struck) for r in records if r.pmid not in aside]


def state(records: list[Record]) -> tuple[list[str], list[Integrity]]:
    links, integrity = link(records)
    rows = judge(records, integrity, links)
    return [row.pmid for row in rows if row.outcome == "include"], integrity


def _row(record: Record, struck: bool) -> Screened:
    fit = "seed" in record.abstract
    outcome = "exclude" if struck else "include" if fit else "human"
    return Screened(record.pmid, outcome, "", "", "rule", (), (), struck and fit)


def step(
    then: dict[str, Record], now: dict[str, Record], revised: Iterable[str] = ()
) -> tuple[Step | None, set[tuple[str, str]]]:
    """From the records of one day to those of another; and the notices that are new."""
    known = [
        Change("2026-02-01", (), tuple(then), (), ()),
        Change("2026-02-08", (), tuple(p for p in now if p not in then), tuple(revised), ()),
    ]
    records = list(now.values())
    links, integrity = link(records)
    old = earlier(records, {pmid: then[pmid] for pmid in revised}, known[-1].new)
    past = before(known, integrity, lambda: state(old))
    found = last_step(past, judge(records, integrity, links))
    return found, {(notice.pmid, notice.kind) for notice in found.notices} if found else set()


def told(**news: tuple[str, ...]) -> Step:
    return replace(Step("2026-02-08", (), (), ()), **news)


# The records before, the records now, which of them were revised → what the step is.
CASES = {
    "a study joins": ({"1": PAPER}, {"1": PAPER, "2": OTHER}, (), told(joined=("2",))),
    "a study is retracted": (
        {"1": PAPER, "2": OTHER}, {"1": RETRACTED, "2": OTHER}, ["1"], told(struck=("1",)),
    ),
    "it is corrected after it was retracted": (
        {"1": RETRACTED}, {"1": replace(RETRACTED, notices=(RETRACTION, ERRATUM))}, ["1"], told(),
    ),
    "the notice comes as a record of its own, later": (
        {"1": RETRACTED}, {"1": RETRACTED, "9": NOTE}, (), told(),
    ),
    "the notice comes first": ({"1": PAPER}, {"1": PAPER, "9": NOTE}, (), told(struck=("1",))),
    "a retraction is withdrawn": ({"1": RETRACTED}, {"1": PAPER}, ["1"], told(joined=("1",))),
    "an abstract comes and makes it a study": (
        {"1": replace(PAPER, abstract="")}, {"1": PAPER}, ["1"], told(joined=("1",)),
    ),
    "an abstract no longer says so": (
        {"1": PAPER}, {"1": replace(PAPER, abstract="A leaf.")}, ["1"], told(dropped=("1",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_news_does_what_it_does_once(case: str) -> None:
    then, now, revised, expected = CASES[case]
    found, _ = step(then, now, revised)
    assert found is not None
    assert replace(found, notices=()) == expected


def test_a_notice_is_new_once() -> None:
    corrected = replace(RETRACTED, notices=(RETRACTION, ERRATUM))
    assert step({"1": PAPER}, {"1": RETRACTED}, ["1"])[1] == {("1", "retracted")}
    assert step({"1": RETRACTED}, {"1": corrected}, ["1"])[1] == {("1", "corrected")}
    assert step({"1": RETRACTED}, {"1": RETRACTED, "9": NOTE})[1] == set()


def test_the_first_search_is_no_step() -> None:
    known = [Change("2026-02-01", (), ("1",), (), ())]
    assert last_step(before(known, [], lambda: state([PAPER])), [_row(PAPER, False)]) is None
