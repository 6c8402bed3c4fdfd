"""What rows add up to: one reviewer or two, agreement, conflict, adjudication, staleness."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.decisions.table import Decision, Verdict, verdicts
from perennial.decisions.verdicts import counted

TA = "title/abstract"
ORDER = {"X3": "a" * 12, "X1": "b" * 12}  # as the protocol has them, not sorted


def row(said: str, stage: str = TA, under: str = "", text: str = "") -> Decision:
    """``Ada include``, ``Bo exclude X1``, ``Cy! human`` (an adjudicator)."""
    who, outcome, *criterion = said.split()
    role = "adjudicator" if who.endswith("!") else ""
    name = who.rstrip("!").replace("_", " ")
    return Decision("1", stage, outcome, "".join(criterion), name, role, "", under, text, "")


def _verdict(per_record: int, *said: str) -> Verdict:
    (verdict,) = verdicts([row(each) for each in said], per_record, TA, ORDER).values()
    return verdict


# rows, reviewers needed -> state, outcome, criterion
CASES = {
    ("Ada include",): ("decided", "awaits another reviewer"),
    ("Ada human",): ("awaits another reviewer", "awaits another reviewer"),
    ("Ada include", "Bo include"): ("decided", "decided"),
    ("Ada include", "Bo exclude X1"): ("decided", "conflict"),
    ("Ada include", "Ada include"): ("decided", "awaits another reviewer"),
    ("Ada include", "ADA include"): ("decided", "awaits another reviewer"),
    ("Ada_B include", "ada__b include"): ("decided", "awaits another reviewer"),
    ("Ada include", "Bo exclude X1", "Bo include"): ("decided", "decided"),
    ("Ada include", "Bo human"): ("awaits another reviewer", "awaits another reviewer"),
    ("Ada human", "Bo human"): ("awaits another reviewer", "awaits another reviewer"),
    ("Ada include", "Bo human", "Cy include"): ("decided", "decided"),
    ("Ada include", "Bo include", "Cy exclude X1"): ("decided", "conflict"),
    ("Ada include", "Bo exclude X1", "Cy! include"): ("decided", "decided"),
    ("Ada include", "Bo exclude X1", "Cy! human"): ("awaits another reviewer", "conflict"),
    ("Ada include", "Cy! include", "Bo exclude X1"): ("decided", "conflict"),
    ("Ada include", "Bo exclude X1", "Cy! include", "Ada exclude X1"): ("decided", "decided"),
    ("Ada include", "Bo exclude X1", "Ada! exclude X1"): ("decided", "decided"),
    ("Cy! include",): ("decided", "decided"),
}


@pytest.mark.parametrize("said", CASES)
@pytest.mark.parametrize("per_record", [1, 2])
def test_states(said: tuple[str, ...], per_record: int) -> None:
    verdict = _verdict(per_record, *said)
    assert verdict.state == CASES[said][per_record - 1]
    assert (verdict.outcome == "human") == (verdict.state != "decided")


def test_one_reviewer_the_last_row_counts() -> None:
    verdict = _verdict(1, "Ada include", "Bo exclude X1")
    assert (verdict.outcome, verdict.criterion, verdict.reviewer) == ("exclude", "X1", "Bo")


def test_a_conflict_says_who_said_what() -> None:
    verdict = _verdict(2, "Ada include", "Bo exclude X3")
    assert verdict.note == "reviewers disagree: Ada: include; Bo: exclude X3"
    assert (verdict.outcome, verdict.criterion, verdict.reviewer) == ("human", "", "Ada; Bo")


def test_what_the_first_reviewer_said_is_not_told_while_the_second_is_awaited() -> None:
    verdict = _verdict(2, "Ada exclude X3")
    assert verdict.note == "awaits another reviewer"
    assert verdict.criterion == ""


def test_two_criteria_the_first_of_the_protocol_and_a_note_of_both() -> None:
    verdict = _verdict(2, "Ada exclude X1", "Bo exclude X3")
    assert (verdict.outcome, verdict.criterion) == ("exclude", "X3")
    assert verdict.note == "excluded for different criteria: Ada: X1; Bo: X3"


def test_the_adjudicator_has_the_last_word() -> None:
    verdict = _verdict(2, "Ada include", "Bo exclude X3", "Cy! exclude X1")
    assert (verdict.outcome, verdict.criterion, verdict.reviewer) == ("exclude", "X1", "Cy")


def test_one_who_is_unsure_leaves_it_to_the_rules_until_the_other_has_spoken() -> None:
    assert not _verdict(2, "Ada human").sent_back
    assert _verdict(2, "Ada human", "Bo include").sent_back
    assert _verdict(1, "Ada human").sent_back


def test_what_is_taken_back_on_a_later_day_still_stood() -> None:
    said, back = row("Ada include"), row("ADA withdrawn")
    rows = [replace(said, date="2026-01-01"), said, replace(back, date="2026-01-03")]
    rows.append(replace(back, role="adjudicator"))
    assert counted(rows) == rows[:1]
    assert counted(rows, "2026-01-02") == rows[:2]


def test_stages_are_apart() -> None:
    rows = [row("Ada include"), row("Bo exclude X1", stage="full text")]
    assert verdicts(rows, 1, TA)["1"].outcome == "include"
    assert verdicts(rows, 1, "full text")["1"].outcome == "exclude"


STALE = {
    "nothing noted": ("", "", False),
    "all as it was": ("X3:" + "a" * 12, "c" * 12, False),
    "the criterion changed": ("X3:" + "f" * 12, "c" * 12, True),
    "the criterion is gone": ("X7:" + "a" * 12, "", True),
    "the text changed": ("", "d" * 12, True),
}


@pytest.mark.parametrize("why", STALE)
def test_a_stale_decision_counts_and_is_marked(why: str) -> None:
    under, text, stale = STALE[why]
    decision = row("Ada include", under=under, text=text)
    verdict = verdicts([decision], 1, TA, ORDER, {"1": "c" * 12})["1"]
    assert (verdict.state, verdict.outcome, verdict.stale) == ("decided", "include", stale)
    assert not verdicts([decision], 1, TA)["1"].stale


def test_one_stale_answer_of_two_marks_the_verdict() -> None:
    rows = [row("Ada include", text="d" * 12), row("Bo include", text="c" * 12)]
    assert verdicts(rows, 2, TA, ORDER, {"1": "c" * 12})["1"].stale
    again = [*rows, row("Ada include", text="c" * 12)]
    assert not verdicts(again, 2, TA, ORDER, {"1": "c" * 12})["1"].stale


def test_an_exclusion_for_a_criterion_that_is_gone_goes_back_to_people() -> None:
    decision = row("Ada exclude X7", under="X7:" + "a" * 12)
    verdict = verdicts([decision], 1, TA, ORDER)["1"]
    assert (verdict.outcome, verdict.criterion, verdict.stale) == ("human", "", True)
    assert verdict.note == "was excluded for X7, which the protocol no longer has"


_SAID = st.sampled_from(["include", "exclude X1", "exclude X3", "human"])
_ROWS = st.lists(st.tuples(st.sampled_from(["Ada", "Bo", "Cy", "Di!"]), _SAID), min_size=1)


@given(_ROWS, st.sampled_from([1, 2]))
def test_a_verdict_is_decided_only_by_enough_people_of_one_mind(
    said: list[tuple[str, str]], per_record: int
) -> None:
    verdict = _verdict(per_record, *(f"{who} {what}" for who, what in said))
    last = {who: what.split()[0] for who, what in said if who != "Di!"}
    sure = [outcome for outcome in last.values() if outcome != "human"]
    final = said[-1]
    if per_record == 1 or (final[0] == "Di!" and final[1] != "human"):
        assert verdict.outcome == final[1].split()[0]
    elif len(set(sure)) > 1:
        assert verdict.state == "conflict"
    else:
        assert (verdict.state == "decided") == (len(sure) >= 2)
        assert verdict.outcome == (sure[0] if len(sure) >= 2 else "human")


@given(st.permutations(["Ada include", "Bo exclude X1", "Cy exclude X3", "Di human"]))
def test_who_answered_first_does_not_matter(said: list[str]) -> None:
    verdict = _verdict(2, *said)
    assert (verdict.state, verdict.outcome, verdict.criterion) == ("conflict", "human", "")


_ANY = st.tuples(
    st.sampled_from(["Ada", "Bo", "Cy!"]),
    st.sampled_from(["include", "exclude X1", "human", "withdrawn"]),
    st.sampled_from([TA, "full text"]),
)


@given(st.lists(_ANY), _ANY, st.integers(0), st.integers(0))
def test_an_answer_taken_back_was_never_given(
    said: list[tuple[str, str, str]], new: tuple[str, str, str], at: int, later: int
) -> None:
    """Whatever else is said meanwhile, and had been said before, by the same person too."""
    rows = [row(f"{who} {what}", stage) for who, what, stage in said]
    answer = row(f"{new[0]} {new[1].replace('withdrawn', 'include')}", new[2])
    back = replace(answer, outcome="withdrawn", reviewer=answer.reviewer.upper())
    start = at % (len(rows) + 1)
    theirs = [n for n, each in enumerate(said) if n >= start and each[::2] == new[::2]]
    end = start + later % (min([*theirs, len(rows)]) - start + 1)
    assert counted([*rows[:start], answer, *rows[start:end], back, *rows[end:]]) == counted(rows)
