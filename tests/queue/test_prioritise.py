"""The queue: each record that needs a person once, in an order that only its content makes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from perennial.canonical import from_json, to_json
from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.judged import text_hash
from perennial.queue.conduct import Conduct, Standing
from perennial.queue.prioritise import WHYS, Queued, prioritise
from perennial.record import Record
from perennial.settings import Settings
from perennial.settings import settings as conduct_settings
from screening_job import decision, known, protocol, records

HELD = records(20)
PMIDS = [record.pmid for record in HELD]
EXCLUDED = [r.pmid for r in HELD if r.title == "Virus in rain"]
INCLUDED = [r.pmid for r in HELD if r.title == "Seed and rain"]
OPEN = [r.pmid for r in HELD if r.pmid not in EXCLUDED + INCLUDED]

ROWS = st.builds(
    decision,
    st.sampled_from(PMIDS),
    st.sampled_from(["include", "exclude", "human"]),
    st.sampled_from(["Ada", "Ben"]),
    st.sampled_from(["title/abstract", "title/abstract", "full text"]),
    st.sampled_from(["", "2019-01-01", "2021-01-01"]),
    st.sampled_from(["", "", "adjudicator"]),
    st.sampled_from(["", "0123456789ab"]),
)
SLOW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=200 if os.environ.get("PERENNIAL_LONG") else 40,
)


def _queue(tmp_path: Path, *rows: Decision, **wanted: object) -> tuple[list[Queued], Conduct]:
    return prioritise(known(protocol(tmp_path, **wanted), HELD, rows))


def _why(queue: list[Queued]) -> dict[str, str]:
    return {row.pmid: row.why for row in queue}


@SLOW
@given(st.lists(ROWS, max_size=25), st.sampled_from([1, 2]), st.booleans())
def test_each_record_that_needs_a_person_is_queued_once(
    tmp_path: Path, rows: list[Decision], per_record: int, full_text: bool
) -> None:
    state = known(protocol(tmp_path, per_record, full_text=full_text), HELD, rows)
    queue, conduct = prioritise(state)
    assert [row.rank for row in queue] == list(range(1, len(queue) + 1))
    assert len({row.pmid for row in queue}) == len(queue)
    needed = {pmid for pmid in PMIDS if _needs(state, pmid, full_text)}
    assert {row.pmid for row in queue} == needed
    assert [WHYS.index(row.why) for row in queue] == sorted(WHYS.index(r.why) for r in queue)
    assert sum(n for why in conduct.queue.values() for n in why.values()) == len(queue)


def _needs(state: Standing, pmid: str, full_text: bool) -> bool:
    """The rule in other words: something is open at a stage that the record has reached."""
    first = state.verdicts["title/abstract"].get(pmid)
    second = state.verdicts["full text"].get(pmid)
    ruled = state.ruled[pmid].outcome
    if first is None:
        if ruled == "human" or pmid in state.sample():
            return True
    elif first.state != "decided" or first.stale:
        return True
    if (first.outcome if first else ruled) != "include":
        return False
    return (second.state != "decided" or second.stale) if second else full_text


@SLOW
@given(st.permutations(HELD), st.lists(ROWS, max_size=15))
def test_the_order_of_the_records_changes_nothing(
    tmp_path: Path, held: list[Record], rows: list[Decision]
) -> None:
    screening = protocol(tmp_path, 2)
    mixed, sorted_ = (prioritise(known(screening, some, rows)) for some in (held, HELD))
    assert mixed == sorted_


def test_reasons_come_in_their_order(tmp_path: Path) -> None:
    conflict, stale, second = OPEN[4], OPEN[2], OPEN[0]
    rows = [
        decision(second, "include"),
        decision(stale, "include", text="0123456789ab"),
        decision(stale, "include", "Ben"),
        decision(conflict, "include"),
        decision(conflict, "exclude", "Ben"),
    ]
    queue, _ = _queue(tmp_path, *rows, per_record=2)
    why = _why(queue)
    assert list(why)[:3] == [conflict, stale, second]
    assert list(why.values())[:4] == ["conflict", "stale", "second reviewer", "undecided"]
    assert {pmid for pmid, reason in why.items() if reason == "audit"} <= set(EXCLUDED)
    assert list(why.values())[-3:] == ["audit"] * 3


def test_a_text_as_it_was_read_is_not_stale(tmp_path: Path) -> None:
    record = next(r for r in HELD if r.pmid == OPEN[0])
    queue, _ = _queue(tmp_path, decision(OPEN[0], "exclude", text=text_hash(record)))
    assert OPEN[0] not in _why(queue)


def test_a_queue_does_not_show_what_a_reviewer_wrote(tmp_path: Path) -> None:
    queue, _ = _queue(tmp_path, decision(OPEN[0], "exclude"), per_record=2)
    (row,) = [row for row in queue if row.pmid == OPEN[0]]
    assert row.why == "second reviewer"
    assert row.criterion != "X1"


def test_full_texts_wait_once_the_abstract_is_in(tmp_path: Path) -> None:
    queue, conduct = _queue(tmp_path, decision(OPEN[0], "include"), full_text=True)
    at_full_text = {row.pmid for row in queue if row.stage == "full text"}
    assert at_full_text == {*INCLUDED, OPEN[0]}
    assert conduct.queue["full text"]["undecided"] == len(at_full_text)
    rows = [decision(pmid, "include", stage="full text") for pmid in at_full_text]
    queue, conduct = _queue(tmp_path, decision(OPEN[0], "include"), *rows, full_text=True)
    assert not {row.pmid for row in queue if row.stage == "full text"}
    assert conduct.decided == {"title/abstract": 1, "full text": len(rows)}


def test_decisions_on_duplicates_are_left_out(tmp_path: Path) -> None:
    queue, conduct = _queue(tmp_path, decision("999", "include"))
    assert "999" not in _why(queue)
    assert conduct.decided["title/abstract"] == 0


def test_the_audit_says_what_the_rules_may_have_missed(tmp_path: Path) -> None:
    queue, before = _queue(tmp_path, sample=4)
    asked = [row.pmid for row in queue if row.why == "audit"]
    assert sorted(asked) == sorted(EXCLUDED)
    assert before.audit.bound.at_most == len(EXCLUDED)
    rows = [decision(asked[0], "include"), *(decision(pmid, "exclude") for pmid in asked[1:])]
    queue, after = _queue(tmp_path, *rows, sample=4)
    assert "audit" not in _why(queue).values()
    assert (after.audit.bound.audited, after.audit.bound.missed) == (4, 1)
    assert after.audit.bound.at_most == 1
    assert after.audit.recall == 1.0
    assert after.included == len(INCLUDED) + 1


def test_a_decision_outside_the_sample_is_no_audit(tmp_path: Path) -> None:
    state = known(protocol(tmp_path, sample=1), HELD)
    (asked,) = state.sample()
    other = next(pmid for pmid in EXCLUDED if pmid != asked)
    _, conduct = _queue(tmp_path, decision(other, "include"), sample=1)
    assert conduct.audit.bound.audited == 0


def test_a_dispute_counts_as_missed_until_it_is_settled(tmp_path: Path) -> None:
    first, second, *_ = known(protocol(tmp_path, 2, sample=4), HELD).sample()
    said = [decision(first, "include"), decision(first, "exclude", "Ben")]
    said += [decision(second, "exclude"), decision(second, "exclude", "Ben")]
    _, conduct = _queue(tmp_path, *said, per_record=2, sample=4)
    found = conduct.audit
    assert (found.bound.audited, found.bound.missed, found.disputed) == (2, 1, 1)
    settled = decision(first, "exclude", "Cy", role="adjudicator")
    _, conduct = _queue(tmp_path, *said, settled, per_record=2, sample=4)
    assert (conduct.audit.bound.missed, conduct.audit.disputed) == (0, 0)


def test_the_audit_counts_in_the_order_drawn(tmp_path: Path) -> None:
    """Who picks the easy ones has not drawn them by lot."""
    first, second, third, _ = known(protocol(tmp_path, sample=4), HELD).sample()
    rows = [decision(pmid, "exclude") for pmid in (second, third)]
    _, conduct = _queue(tmp_path, *rows, sample=4)
    assert (conduct.audit.looked, conduct.audit.bound.audited) == (2, 0)
    _, conduct = _queue(tmp_path, *rows, decision(first, "exclude"), sample=4)
    assert (conduct.audit.looked, conduct.audit.bound.audited) == (3, 3)


def test_until_the_second_has_spoken_the_rules_stand(tmp_path: Path) -> None:
    state = known(protocol(tmp_path, 2), HELD, [decision(EXCLUDED[0], "exclude")])
    assert state.screened[EXCLUDED[0]].decided_by == "rule"
    assert state.screened[EXCLUDED[0]].outcome == "exclude"
    said = [decision(EXCLUDED[0], "human"), decision(EXCLUDED[0], "exclude", "Ben")]
    unsure = known(protocol(tmp_path, 2), HELD, said[:1])
    assert unsure.screened == known(protocol(tmp_path, 2), HELD).screened
    both = known(protocol(tmp_path, 2), HELD, said)
    assert both.screened[EXCLUDED[0]].outcome == "human"


def test_screening_is_finished_when_nobody_is_waited_for(tmp_path: Path) -> None:
    rows = [decision(pmid, "exclude") for pmid in OPEN]
    assert not _queue(tmp_path, *rows[:-3])[1].finished
    assert _queue(tmp_path, *rows)[1].finished
    assert not _queue(tmp_path, *rows, decision(OPEN[0], "human", "Ben"))[1].finished


def test_screening_is_finished_when_the_rule_lets_the_rest_be(tmp_path: Path) -> None:
    held = records(500)
    waiting = [r.pmid for r in held if r.title not in ("Seed and rain", "Virus in rain")]
    rows = [decision(pmid, "include" if n < 60 else "exclude") for n, pmid in enumerate(waiting)]
    screening = protocol(tmp_path)
    _, half = prioritise(known(screening, held, rows[:100]))
    _, late = prioritise(known(screening, held, rows[:260]))
    assert (half.stopping.may_stop, half.finished) == (False, False)
    assert (late.stopping.may_stop, late.finished) == (True, True)
    assert (late.stopping.screened, late.stopping.found, late.stopping.left) == (260, 60, 40)
    conflict = [*rows[:260], decision(waiting[0], "human", "Ben")]
    assert not prioritise(known(screening, held, conflict))[1].finished


@pytest.mark.parametrize(
    ("created", "dates", "comparable"),
    [
        ("2020-01-01", "2021-01-01", 6),
        ("2021-01-01", "2021-01-01", 0),  # on the same day: before or after, who knows
        ("2022-01-01", "2021-01-01", 0),
        ("2020-01-01", "", 0),
        ("", "2021-01-01", 0),
    ],
)
def test_only_what_was_read_since_the_last_record_came_counts(
    tmp_path: Path, created: str, dates: str, comparable: int
) -> None:
    last = OPEN[-1]
    held = [replace(r, created=created, entered="") if r.pmid == last else r for r in HELD]
    rows = [decision(pmid, "exclude", date=dates) for pmid in OPEN[:6]]
    _, conduct = prioritise(known(protocol(tmp_path), held, rows))
    assert conduct.stopping.comparable == comparable


def test_it_learns_as_soon_as_it_can(tmp_path: Path) -> None:
    one = decision(OPEN[0], "include")
    assert _queue(tmp_path, one)[1].ranking == "protocol"
    queue, conduct = _queue(tmp_path, one, decision(OPEN[1], "exclude"))
    assert conduct.ranking == "decisions"
    scores = [row.score for row in queue if row.why == "undecided"]
    assert len(set(scores)) > 1
    assert scores == sorted(scores, reverse=True)


def test_conduct_goes_to_a_file_and_back(tmp_path: Path) -> None:
    _, conduct = _queue(tmp_path, decision(OPEN[0], "include"))
    assert from_json(to_json(conduct), Conduct) == conduct


def test_settings_are_those_of_the_protocol_or_those_documented(tmp_path: Path) -> None:
    config = load(protocol(tmp_path, per_record=2, sample=9), "screening")
    assert conduct_settings(config) == Settings(2, True, 9, 0.9, 0.9, 5)
    text = (tmp_path / "screening.yaml").read_text("utf-8")
    (tmp_path / "screening.yaml").write_text(text[text.index("criteria:") :], "utf-8")
    assert conduct_settings(load(tmp_path / "screening.yaml", "screening")) == Settings()
