"""What waits for whom, and what a blinded reviewer must not learn from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from perennial.canonical import from_json
from perennial.corrections.correction import Outcome
from perennial.decisions.decision import ADJUDICATOR, STAGES
from perennial.decisions.desk import Desk, Waiting, waiting_for
from perennial.desk import awaiting, boxes, veil
from perennial.desk.boxes import WITHHELD, Fates, rows, unseen
from perennial.flow import Box, Flow, Part
from perennial.ledger import Ledger
from perennial.query import parse
from perennial.record import Record
from perennial.screen import Criterion
from perennial.screened import Screened
from perennial.settings import Settings
from perennial.step import Before

DAY = "2026-06-01"
PMIDS = ("1", "2", "3", "4", "5")
SLEEP = "require", "Sleep", "not shown", parse("sleep[tiab]"), ()
EDITORIAL = "exclude", "Editorial", "an editorial", parse("editorial[pt]"), ()


def desks(blind: bool = False, per_record: int = 2) -> dict[str, Desk]:
    """1 to 3 are left to people; 4 is in the audit's sample, 5 is included by rule."""
    criteria = (Criterion("X1", *EDITORIAL), Criterion("I1", *SLEEP))
    records = {pmid: Record(pmid, title=f"Title {pmid}", abstract="It wakes.") for pmid in PMIDS}
    records["4"] = replace(records["4"], publication_types=("Editorial",))
    records["5"] = replace(records["5"], abstract="They sleep.")
    queue = [Waiting(pmid, "undecided") for pmid in "123"] + [Waiting("4", "audit")]
    first = Desk(STAGES[0], records, (), criteria, None, tuple(queue), Settings(per_record, blind))
    return {STAGES[0]: first, STAGES[1]: replace(first, stage=STAGES[1], queue=())}


def said(pmid: str, outcome: str, who: str, role: str = "", criterion: str = "", note: str = ""):
    desk = desks()[STAGES[0]]
    return desk.decision(pmid, outcome, criterion, who, DAY, note, role)


MADE = (
    said("1", "include", "Bo"),
    said("1", "exclude", "Cy", criterion="X1", note="a secret note"),
    said("2", "include", "Bo"),
    said("4", "human", "Bo"),
)


def test_each_reviewer_has_a_queue_of_their_own():
    every = awaiting.of_all(desks(), MADE, "Ada")
    told = {one.reviewer: (one.asked[STAGES[0]], one.audit[STAGES[0]]) for one in every}
    # What two have judged waits for an adjudicator; what one was unsure of still waits for them.
    assert told == {"Ada": (3, 1), "Bo": (2, 1), "Cy": (3, 1)}
    assert awaiting.conflicts(desks(), MADE, every[0]) == 1


def test_you_come_first_under_any_spelling_and_an_adjudicator_is_no_reviewer():
    rows = (*MADE, said("1", "include", "Zoe", ADJUDICATOR))
    assert [one.reviewer for one in awaiting.of_all(desks(), rows, "bo")] == ["bo", "Cy"]


def test_a_blinded_reviewer_learns_of_nobody_else():
    (only,) = awaiting.of_all(desks(blind=True), MADE, "Ada")
    assert (only.reviewer, only.asked[STAGES[0]]) == ("Ada", 3)
    assert awaiting.agreed(desks(blind=True), MADE, only) == ()
    assert awaiting.conflicts(desks(blind=True), MADE, only) is None


def test_one_reviewer_to_a_record_is_never_blind():
    assert not veil.blind(desks(blind=True, per_record=1))
    assert veil.blind(desks(blind=True))


def test_a_protocol_that_cannot_be_read_leaves_people_blind(tmp_path):
    assert veil.unseen_by(tmp_path / "screening.yaml")()


@pytest.mark.parametrize(("you", "count"), [("Ada", 3), ("bo", 4), ("Cy", 4)])
def test_everybody_who_is_asked_is_asked_before_adjudicating(you, count):
    assert veil.concerned(desks(blind=True)[STAGES[0]], MADE, you) == count


def test_what_somebody_judged_unasked_is_asked_once_all_else_is_answered():
    blind, open_ = (
        replace(desk, queue=(Waiting("5", "second reviewer"), *desk.queue))
        for desk in (desks(blind=True)[STAGES[0]], desks()[STAGES[0]])
    )
    hers = said("2", "human", "Ada"), said("3", "include", "Ada")
    made = (*MADE, said("5", "exclude", "Bo", criterion="X1"), *hers)
    assert [w.pmid for w in waiting_for(open_, made, "Ada")] == ["5", "4", "2"]
    assert [w.pmid for w in waiting_for(blind, made, "Ada")] == ["4", "2"]
    done = (*made, said("4", "exclude", "Ada", criterion="X1"))
    assert [w.pmid for w in waiting_for(blind, done, "Ada")] == ["5", "2"]


def test_agreement_is_told_once_nothing_waits():
    open_, blind = desks(), desks(blind=True)
    (found,) = awaiting.agreed(open_, MADE, awaiting.waits(open_, MADE, "Ada"))
    assert (found.stage, found.overall.n) == (STAGES[0], 1)
    done = (*MADE, *(said(pmid, "include", "Ada") for pmid in "234"))
    yours = awaiting.waits(blind, done, "Ada")
    assert yours.nothing
    assert len(awaiting.agreed(blind, done, yours)) == 1
    assert awaiting.conflicts(blind, done, yours) == 2  # of 4 one of two is unsure


def test_answers_on_another_text_or_criterion_are_stale():
    old = replace(said("2", "include", "Bo"), text="0" * 12)
    gone = replace(said("3", "include", "Bo"), under="X9:" + "0" * 12)
    rows = (said("1", "include", "Bo"), old, gone)
    waits = awaiting.waits(desks(), rows, "Bo")
    assert waits.stale == {STAGES[0]: 2, STAGES[1]: 0}
    assert waits.asked[STAGES[0]] == 3  # the stale ones again, and the audit's


@pytest.mark.parametrize(
    ("you", "lifted", "open_"),
    [("Ada", set(), {"1", "2", "3", "4"}), ("Bo", {"1", "2"}, {"3", "4"})],
)
def test_the_veil_lifts_from_what_one_has_judged(you, lifted, open_):
    seen = veil.veil(desks(blind=True), MADE, you)
    assert {pmid for pmid in PMIDS if seen.lifted(STAGES[0], pmid)} == lifted
    assert {pmid for pmid in PMIDS if seen.open(STAGES[0], pmid)} == open_
    assert not seen.lifted(STAGES[1], "1")


def test_without_blinding_there_is_no_veil():
    seen = veil.veil(desks(), MADE, "Ada")
    assert all(seen.lifted(STAGES[0], pmid) for pmid in PMIDS)


# What screening makes of MADE, with the includes of 5 by rule and of 3 by Bo and Cy.
SCREENED = (
    Screened("1", "human", "", "reviewers disagree: Bo: include; Cy: exclude X1", "Bo; Cy", (), ()),
    Screened("2", "human", "I1", "not shown", "rule", (), ()),
    Screened("3", "include", "", "decided by a reviewer", "Bo; Cy", (), ()),
    Screened("4", "human", "", "Bo was unsure", "Bo", (), ()),
    Screened("5", "include", "", "all criteria are met", "rule", (), ()),
)
AWAITING = Box(
    "awaiting",
    "Awaiting",
    (Part("I1", "not shown", ("2",)), Part("reviewer", "Disputed", ("1", "4"))),
)
INCLUDED = Box("included", "Included", (Part("without", "without a statement", ("3", "5")),))
ALL = Box("screened", "Screened", (Part("screened", "", PMIDS),))
EXCLUDED = Box("excluded", "Excluded", (Part("X2", "of a criterion that is gone", ("6",)),))
FLOW = Flow((ALL, EXCLUDED, AWAITING, INCLUDED))


def fates() -> Fates:
    ledger = from_json(
        b'{"search": {"source": "example", "searched_at": "2026-06-01T00:00:00Z", "database":'
        b' {"name": "", "build": "", "last_update": "", "count": ""}, "strategies": [],'
        b' "named": []}, "missing": [], "refused": []}',
        Ledger,
    )
    brief = {pmid: (f"Title {pmid}", "J", 2020) for pmid in PMIDS}
    screened = {row.pmid: row for row in SCREENED}
    return Fates(ledger, brief, {}, screened, Counter("5"), Counter("355"), Before("", (), ()))


def listed(box: Box, you: str, blind: bool) -> list[boxes.Row]:
    known = desks(blind)
    first, seen = known[STAGES[0]], veil.veil(known, MADE, you)
    flow, told = unseen(FLOW, fates(), seen, first) if blind else (FLOW, fates())
    return rows(flow[box.id], flow[box.id].parts, told, seen, first.ruled)


def test_a_list_names_who_settled_each_record():
    told = [(row.pmid, row.by, row.why) for row in listed(AWAITING, "Ada", False)]
    assert told == [
        ("2", "rule", "I1: not shown"),
        ("1", "Bo; Cy", "reviewers disagree: Bo: include; Cy: exclude X1"),
        ("4", "Bo", "Bo was unsure"),
    ]


def test_a_blind_list_tells_no_name_or_answer_of_others():
    for box in FLOW.boxes:
        told = " ".join(cell for row in listed(box, "Ada", True) for cell in row.cells)
        assert not {"Bo", "Cy", "unsure", "disagree"} & set(told.replace(":", " ").split())


def test_what_is_still_to_be_judged_is_where_the_rules_alone_put_it():
    found = {box.id: listed(box, "Ada", True) for box in FLOW.boxes}
    assert [(row.pmid, row.by) for row in found["awaiting"]] == [(p, "rule") for p in "123"]
    assert all(row.why.startswith("I1: ") for row in found["awaiting"])
    assert [(row.pmid, row.why) for row in found["excluded"]] == [
        ("4", "X1: an editorial"),
        ("6", ""),
    ]
    # Of statements, those are counted that were drawn, whatever people made of them.
    assert [(row.pmid, row.why) for row in found["included"]] == [("5", "2 statements")]
    assert [row.pmid for row in found["screened"]] == list(PMIDS)
    # Bo has judged 1 and 2.
    assert [(r.pmid, r.by) for r in listed(AWAITING, "Bo", True)] == [
        ("1", "people"),
        ("2", "rule"),
        ("3", "rule"),
    ]


def test_whose_text_was_not_fetched_is_withheld():
    row = replace(SCREENED[0], pmid="5")
    known = desks(True)
    seen = replace(veil.veil(known, MADE, "Ada"), asked=frozenset({(STAGES[0], "5")}))
    box = Box("awaiting", "Awaiting", (Part("", "", ("5",)),))
    told = replace(fates(), screened={"5": row})
    flow, told = unseen(Flow((box,)), told, seen, known[STAGES[0]])
    (only,) = rows(flow["awaiting"], flow["awaiting"].parts, told, seen, known[STAGES[0]].ruled)
    assert (only.pmid, only.title, only.held) == ("", WITHHELD, False)


def outcome(statement: str, who: str, became: str = "applied") -> Outcome:
    words = {"note": "", "reason": "", "id": "", "section": "", "quote": "", "was": ""}
    places = {"line": 2, "date": DAY, "pmid": "1", "start": 0, "end": 1}
    return Outcome(
        action="confirm", reviewer=who, became=became, statement=statement, **words, **places
    )


def test_statements_by_how_many_have_judged_them():
    outcomes = [
        outcome("a", "Ada"),
        outcome("a", "ADA"),
        outcome("b", "Ada"),
        outcome("b", "Bo", "conflict"),
        outcome("c", "Ada", "superseded"),
        outcome("", "Ada", "lost"),
    ]
    new = [("c", "Ada"), ("d", "Bo"), ("", "Bo")]  # since the build
    rows = [*((o.statement, o.reviewer) for o in outcomes), *new]
    found = awaiting.evidence("abcd", outcomes, rows)
    assert (found.statements, found.unjudged, found.once, found.unbuilt) == (4, 0, 3, 3)
    assert found.became == {"conflict": 1, "lost": 1}
    alone = awaiting.evidence("abcd", outcomes, rows, "ADA")
    hers = [o for o in outcomes if o.reviewer != "Bo"], [row for row in rows if row[1] != "Bo"]
    assert alone == awaiting.evidence("abcd", *hers, "ADA")
    assert (alone.unjudged, alone.unbuilt, alone.became) == (1, 1, {"lost": 1})
