"""A sitting beside others: what is next, what is written, and the way back."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from click.testing import CliRunner
from perennial.commands.decide import command
from perennial.decisions.decision import Decision
from perennial.decisions.desk import load_desk
from perennial.decisions.grown import grown
from perennial.decisions.sitting import LONGEST_NOTE, Sitting
from perennial.decisions.table import append, load_decisions, verdicts
from perennial.desk.fresh import Fresh
from perennial.errors import InputError
from small_review import TWO, Project

Made = Callable[..., Project]
DAY = "2026-01-02"
STAGE = "title/abstract"


def _desk(review: Project):
    return load_desk(review.folder / "results", review.folder / "config", STAGE)


def _sitting(review: Project, reviewer: str = "Ada", adjudicate: bool = False) -> Sitting:
    desk, file = _desk(review), review.file
    decisions = Fresh(lambda: grown(file, desk).counted, file)
    return Sitting(lambda: desk, decisions, partial(append, file), reviewer, adjudicate)


def _snakemake(review: Project, *locks: str) -> None:
    """That Snakemake was at work; with ``locks``, that it is."""
    folder = review.folder / ".snakemake/locks"
    folder.mkdir(parents=True, exist_ok=True)
    for lock in locks:
        (folder / lock).touch()


def _ahead(sitting: Sitting) -> list[str]:
    return [waiting.pmid for waiting in sitting.ahead()]


def _row(pmid: str, outcome: str, reviewer: str) -> Decision:
    return Decision(pmid, STAGE, outcome, "", reviewer, "", DAY, "", "", "")


def test_what_is_passed_is_not_next_in_this_round(project: Made) -> None:
    sitting = _sitting(project())
    sitting.include("1", DAY)
    sitting.unsure("3", DAY)
    sitting.skip("5")
    assert _ahead(sitting) == []
    sitting.begin_again()
    assert _ahead(sitting) == ["5", "3"]  # the unsure last


def test_records_gone_back_to_come_next_the_last_one_first(project: Made) -> None:
    sitting = _sitting(project())
    sitting.include("1", DAY)
    sitting.exclude("3", "X3", DAY)
    assert [sitting.back(DAY).pmid, sitting.back(DAY).pmid] == ["3", "1"]
    assert _ahead(sitting) == ["1", "3", "5"]
    assert sitting.back(DAY) is None


def test_what_another_settles_meanwhile_is_passed_over_and_not_written(project: Made) -> None:
    review = project()
    sitting = _sitting(review)
    assert _ahead(sitting) == ["1", "3", "5"]
    append(review.file, _row("1", "include", "Bo"))
    assert sitting.include("1", DAY) is None
    assert _ahead(sitting) == ["3", "5"]
    assert [(row.pmid, row.reviewer) for row in review.decisions] == [("1", "Bo")]


def test_an_answer_given_anew_elsewhere_is_not_taken_back(project: Made) -> None:
    review = project(TWO)
    sitting = _sitting(review)
    sitting.include("1", DAY)
    append(review.file, _row("1", "human", "ADA"))
    step = sitting.back(DAY)
    assert (step.pmid, step.row) == ("1", None)
    assert len(review.decisions) == 2


def test_another_desk_begins_another_round(project: Made) -> None:
    review = project()
    desks = [_desk(review), _desk(review)]
    file = review.file
    decisions = Fresh(lambda: grown(file, desks[0]).counted, file)
    sitting = Sitting(lambda: desks[0], decisions, partial(append, file), "Ada")
    for pmid in _ahead(sitting):
        sitting.skip(pmid)
    assert _ahead(sitting) == []
    desks.pop(0)
    assert _ahead(sitting) == ["1", "3", "5"]


def test_a_row_is_one_line_of_bounded_length_whatever_the_note_holds(project: Made) -> None:
    review = project()
    row = _sitting(review, "Ada\x07 \u202eL").include("1", DAY, "a\tb\nc\x1b[2J " + "d" * 200_000)
    assert row.note.startswith("a b c [2J d")
    assert len(row.note) == LONGEST_NOTE
    assert row.reviewer == "Ada L"
    assert review.decisions == [row]


@pytest.mark.parametrize("criterion", ["", "X9", "T1"])
def test_only_what_can_exclude_excludes(project: Made, criterion: str) -> None:
    review = project()
    with pytest.raises(InputError, match="there is no criterion"):
        _sitting(review).exclude("1", criterion, DAY)
    assert review.decisions == []


def test_of_a_file_that_grew_only_the_new_rows_are_read(project: Made) -> None:
    review = project()
    desk = _desk(review)
    append(review.file, _row("1", "include", "Ada"))
    before = grown(review.file, desk, None)
    append(review.file, _row("3", "include", "Ada"), _row("5", "human", "Ada"))
    after = grown(review.file, desk, before)
    assert after.rows[0] is before.rows[0]
    assert list(after.rows) == load_decisions(review.file, desk.records, desk.criteria)


def test_a_file_edited_before_its_end_is_read_whole(project: Made) -> None:
    review = project()
    desk = _desk(review)
    append(review.file, _row("1", "include", "Ada"), _row("3", "include", "Ada"))
    before = grown(review.file, desk, None)
    text = review.file.read_text("utf-8").replace("include", "exclude\tX3", 1)
    review.file.write_text(text.replace("X3\t\tAda", "X3\tAda"), "utf-8")
    assert [row.outcome for row in grown(review.file, desk, before).rows] == ["exclude", "include"]


def test_a_mistake_in_what_was_added_is_told_at_its_line(project: Made) -> None:
    review = project()
    desk = _desk(review)
    append(review.file, _row("1", "include", "Ada"))
    before = grown(review.file, desk, None)
    with review.file.open("a", encoding="utf-8") as file:
        file.write(f"3\t{STAGE}\tinclude\t\tAda\t\tsoon\n")
    with pytest.raises(InputError, match=r"decisions\.tsv:3: 'soon' is not a date"):
        grown(review.file, desk, before)


def test_a_queue_that_is_built_anew_is_told_and_not_replaced(project: Made) -> None:
    review = project()
    assert [waiting.pmid for waiting in _desk(review).queue] == ["1", "3", "5"]
    _snakemake(review)
    with pytest.raises(InputError, match=r"there is no .*queue\.parquet\n"):
        _desk(review)
    _snakemake(review, "0.output.lock")
    with pytest.raises(InputError, match=r"is being built: there is no .*queue\.parquet yet"):
        _desk(review)
    done = CliRunner().invoke(command, ["--reviewer", "Ada", *review.options], input="i")
    assert "is being built" in str(done.exception)
    assert review.decisions == []


def test_what_is_checked_at_rest_is_what_is_answered(project: Made) -> None:
    review = project()
    desk, rows = _desk(review), [_row("5", "include", "Bo")]
    known = [desk, rows]
    kept: list[Decision] = []
    sitting = Sitting(lambda: known[0], lambda: known[1], kept.append, "Ada")
    with sitting.at_rest():
        assert _ahead(sitting) == ["1", "3"]
        review.protocol("seed[tiab]", "seeds[tiab]")
        known[:] = _desk(review), [*rows, _row("1", "include", "Bo")]
        sitting.include("1", DAY)
    assert kept[0].under == f"I1:{desk.hashes['I1']}"
    assert sitting.desk is known[0]
    assert sitting.include("1", DAY) is None  # Bo has by now


@pytest.mark.parametrize("conduct", ["", TWO], ids=["one reviewer", "two"])
def test_verdicts_summed_up_as_rows_come_and_go_are_those_of_all_rows(
    project: Made, conduct: str
) -> None:
    desk, draw = _desk(project(conduct)), random.Random(7)
    said = [("include", ""), ("exclude", "X1"), ("exclude", "X3"), ("human", "")]
    rows = [
        replace(
            _row(draw.choice("135"), "", draw.choice(["Ada", "Bo", "Cy"])),
            **dict(zip(("outcome", "criterion"), draw.choice(said), strict=True)),
            role=draw.choice(["", "", "adjudicator"]),
            stage=draw.choice([STAGE, STAGE, "full text"]),
            text=draw.choice(["", "0" * 12, desk.text("1")]),
            under=draw.choice(["", f"X1:{desk.hashes['X1']}", "X1:" + "0" * 12]),
        )
        for _ in range(60)
    ]
    seen = set()
    for length in [*range(61), *draw.sample(range(61), 20)]:
        now = rows[:length]
        whole = verdicts(now, desk.per_record, STAGE, desk.hashes, desk.texts(now))
        assert desk.verdicts(now) == whole
        seen.update((verdict.state, verdict.stale) for verdict in whole.values())
    assert len(seen) >= 4
