"""Deciding in the terminal: keys, what is shown, what is written, what a blinded reviewer sees."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from perennial import settings
from perennial.commands.decide import command
from perennial.commands.decisions import agreed
from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.desk import load_desk
from perennial.decisions.table import append, text_hash
from perennial.decisions.verdicts import counted
from perennial.errors import InputError
from small_review import RECORDS, TWO, UNTIL, Project

Made = Callable[..., Project]
DAY = "2026-01-02"


def _decide(project: Project, keys: str, *options: str, reviewer: str = "Ada") -> Result:
    fixed = ["--reviewer", reviewer, "--date", DAY, *project.options]
    done = CliRunner().invoke(command, [*fixed, *options], input=keys)
    if done.exception:
        raise done.exception
    return done


def _said(project: Project) -> list[tuple[str, str, str]]:
    return [(row.pmid, row.outcome, row.criterion) for row in project.decisions]


def test_one_key_for_each_answer(project: Made) -> None:
    review = project()
    done = _decide(review, "ie3\nuq")
    assert _said(review) == [("1", "include", ""), ("3", "exclude", "X3"), ("5", "human", "")]
    assert "3 answered, 0 left" in done.output
    first, second, _ = review.decisions
    desk = load_desk(review.folder / "results", review.folder / "config", "title/abstract")
    assert first.under == f"I1:{desk.hashes['I1']}"
    assert second.under == f"X3:{desk.hashes['X3']}"
    assert first.text == text_hash(desk.records["1"])
    assert {(row.reviewer, row.role, row.date, row.stage) for row in review.decisions} == {
        ("Ada", "", DAY, "title/abstract")
    }


def test_a_criterion_by_its_id_and_a_second_thought(project: Made) -> None:
    review = project()
    done = _decide(review, "e\nex9\nei1\nq")
    assert _said(review) == [("1", "exclude", "I1")]
    assert "there is no criterion 'x9'" in done.output


def test_a_note_goes_with_the_next_answer_only(project: Made) -> None:
    review = project()
    _decide(review, "nsee\tp. 4\nuiq")
    assert [row.note for row in review.decisions] == ["see p. 4", ""]


def test_keys_that_mean_nothing_do_nothing(project: Made) -> None:
    review = project()
    _decide(review, "x7?q")
    assert _said(review) == []


def test_the_end_of_input_is_the_end(project: Made) -> None:
    review = project()
    done = _decide(review, "i")
    assert "1 answered, 2 left" in done.output


def test_back_takes_the_answer_back_by_a_row(project: Made) -> None:
    review = project()
    _decide(review, "ibe1\nq")
    assert _said(review) == [("1", "include", ""), ("1", "withdrawn", ""), ("1", "exclude", "X1")]


def test_back_restores_what_was_said_before(project: Made) -> None:
    review = project()
    _decide(review, "uq")
    before = counted(review.decisions)
    _decide(review, "ssibq")
    assert _said(review)[1:] == [("1", "include", ""), ("1", "withdrawn", "")]
    assert counted(review.decisions) == before


def test_back_over_a_skipped_record_writes_nothing(project: Made) -> None:
    review = project()
    done = _decide(review, "sbbiq")
    assert _said(review) == [("1", "include", "")]
    assert "this is the first record" in done.output


def test_the_last_answer_can_be_taken_back_too(project: Made) -> None:
    review = project()
    _decide(review, "iiibe2\nq")
    assert _said(review)[2:] == [
        ("5", "include", ""),
        ("5", "withdrawn", ""),
        ("5", "exclude", "X2"),
    ]


def test_what_is_answered_is_not_shown_again_and_the_unsure_comes_last(project: Made) -> None:
    review = project()
    _decide(review, "uiq")
    done = _decide(review, "iiq")
    assert _said(review)[2:] == [("5", "include", ""), ("1", "include", "")]
    assert "2 of 2" in done.output
    assert "nothing waits" in _decide(review, "").output


@pytest.mark.parametrize("change", ["criterion", "text"])
def test_what_is_stale_is_shown_again(project: Made, change: str) -> None:
    review = project()
    _decide(review, "iiiq")
    if change == "text":
        review = project(records=[replace(RECORDS[0], abstract="Another."), *RECORDS[1:]])
    else:
        review.protocol("seed[tiab]", "seeds[tiab]")
    done = _decide(review, "q")
    assert ("1 of 1" if change == "text" else "1 of 3") in done.output


def _queue(project: Project, *rows: tuple[str, str, str, float]) -> None:
    names = ("pmid", "why", "criterion", "score")
    dicts = [
        dict(zip(names, row, strict=True)) | {"stage": "title/abstract", "rank": rank}
        for rank, row in enumerate(rows, 1)
    ]
    path = project.folder / "results/3_screened/queue.parquet"
    pq.write_table(pa.Table.from_pylist(dicts), path)


def test_the_queue_gives_the_order(project: Made) -> None:
    review = project()
    _queue(
        review,
        ("5", "undecided", "I1", 0.9),
        ("1", "undecided", "I1", 0.5),
        ("4", "audit", "X1", 0.1),
    )
    done = _decide(review, "iiiq")
    assert [pmid for pmid, *_ in _said(review)] == ["5", "1", "4"]
    assert "audit; by the rules: exclude X1 (about a virus)" in done.output


def test_a_queue_of_other_records_is_refused(project: Made) -> None:
    review = project()
    _queue(review, ("77", "undecided", "I1", 0.9))
    with pytest.raises(InputError, match="the queue names 77"):
        _decide(review, "q")


def test_a_study_with_a_notice_is_included_by_naming_its_criterion(project: Made) -> None:
    review = project()
    _queue(review, ("6", "audit", "X2", 0.0))
    done = _decide(review, "iq")
    assert "Notice: retracted 9 J 2020" in done.output
    assert _said(review) == [("6", "include", "X2")]


def test_full_texts_are_those_of_included_records(project: Made) -> None:
    review = project()
    _decide(review, "iq", "--stage", "full text")
    assert [(row.pmid, row.stage) for row in review.decisions] == [("2", "full text")]


def test_two_reviewers_one_after_the_other(project: Made) -> None:
    review = project(TWO)
    _decide(review, "ie1\niq")
    _decide(review, "ie2\ne1\nq", reviewer="Bo")
    assert "nothing waits" in _decide(review, "", reviewer="Cy").output
    done = _decide(review, "e3\nq", "--adjudicate", reviewer="Cy")
    assert "Ada: include" in done.output
    assert "Bo: exclude X1" in done.output
    assert "1 of 1" in done.output
    last = review.decisions[-1]
    assert (last.pmid, last.role, last.outcome, last.criterion) == (
        "5",
        "adjudicator",
        "exclude",
        "X3",
    )
    assert "nothing waits" in _decide(review, "", "--adjudicate", reviewer="Cy").output


def test_an_adjudication_on_a_text_that_has_changed_comes_back(project: Made) -> None:
    review = project(TWO)
    _decide(review, "iq")
    _decide(review, "e1\nq", reviewer="Bo")
    _decide(review, "iq", "--adjudicate", reviewer="Cy")
    assert "nothing waits" in _decide(review, "", "--adjudicate", reviewer="Cy").output
    project(TWO, [replace(RECORDS[0], title="Another"), *RECORDS[1:]])
    assert "1 of 1" in _decide(review, "q", "--adjudicate", reviewer="Cy").output


def test_one_who_stays_unsure_goes_to_the_adjudicator(project: Made) -> None:
    review = project(TWO)
    _decide(review, "uq")
    _decide(review, "iq", reviewer="Bo")
    done = _decide(review, "iq", "--adjudicate", reviewer="Cy")
    assert "Ada: unsure" in done.output
    assert review.decisions[-1].outcome == "include"


def test_a_blinded_walk_is_the_same_whatever_others_decided(project: Made) -> None:
    """Same records, order and words: the second reviewer cannot tell that there was a first."""
    review = project(TWO.replace("}", ", audit_sample: 1, seed: 1}"))
    fresh = (
        ("1", "undecided", "I1", 0.5),
        ("3", "undecided", "I1", 0.2),
        ("4", "audit", "X1", 0.9),
    )
    _queue(review, *fresh)
    unseen = _decide(review, "sssq", reviewer="Bo").output
    _decide(review, "snsecret\ne1\ne3\nq")
    seen = ("4", "second reviewer", "X1", 0.9), ("3", "second reviewer", "I1", 0.2), fresh[0]
    _queue(review, *seen)
    after = _decide(review, "sssq", reviewer="Bo").output
    assert after == unseen
    assert "secret" not in after
    assert "Ada" not in after


def test_without_blinding_the_answers_of_others_are_shown(project: Made) -> None:
    review = project("conduct: {reviewers_per_record: 2, blinded: false}")
    _decide(review, "nopen\niq")
    assert "Ada: include: open" in _decide(review, "q", reviewer="Bo").output


def test_as_of_a_day_a_later_row_may_be_on_a_record_that_is_not_held(project: Made) -> None:
    review = project()
    (review.folder / "config/config.yaml").write_text(UNTIL, "utf-8")
    row = Decision("99", "title/abstract", "include", "", "Bo", "", DAY, "", "", "")
    append(review.file, row)
    _decide(review, "iq")
    assert _said(review) == [("99", "include", ""), ("1", "include", "")]
    compared = CliRunner().invoke(agreed, review.options)
    assert "all: 0 compared" in compared.output


def test_what_screening_leaves_out_is_what_prioritising_takes(project: Made) -> None:
    review = project()
    desk = load_desk(review.folder / "results", review.folder / "config", "title/abstract")
    default = settings.settings(load(review.folder / "config/screening.yaml", "screening"))
    assert desk.conduct == default


REFUSED = {
    "no such day": (["--date", "2026-02-30"], "'2026-02-30' is not a date"),
    "no name": (["--reviewer", " "], "the reviewer has no name"),
    "no results": (["--results", "elsewhere"], "build the review up to screening first"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(project: Made, what: str) -> None:
    options, message = REFUSED[what]
    with pytest.raises(InputError, match=re.escape(message)):
        _decide(project(), "q", *options)


def test_a_record_cannot_script_the_terminal(project: Made) -> None:
    done = _decide(project(), "ssq")
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output
    assert "Nothing of the [bold]kind" in done.output
    assert "=HYPERLINK(1)" in done.output
    assert "Noor A, The Group" in done.output
    assert "Journal of Tales · 2020 · PMID 1" in done.output


@dataclass
class Terminal:
    """A process on the other end of a pseudo-terminal."""

    process: subprocess.Popen[bytes]
    handle: int
    seen: str = ""

    def until(self, text: str) -> str:
        """What it shows up to and with ``text``."""
        end = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.handle], [], [], 1)[0]:
                self.seen += os.read(self.handle, 65536).decode("utf-8", "replace")
        before, self.seen = self.seen.split(text, 1)
        return before + text

    def key(self, typed: str) -> None:
        time.sleep(0.2)  # a person reads; keys typed ahead are dropped on purpose
        os.write(self.handle, typed.encode())


@pytest.fixture
def terminal(project: Made) -> Terminal:
    review = project()
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 90, 0, 0))
    run = "from perennial.commands.decide import command; command()"
    options = ["--reviewer", "Ada", "--date", DAY, *review.options]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color"}
    env.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-c", run, *options], stdin=theirs, stdout=theirs, stderr=theirs, env=env
    )
    os.close(theirs)
    yield Terminal(process, ours)  # type: ignore[misc]
    process.kill()
    process.wait()
    os.close(ours)


def test_in_a_real_terminal_each_answer_is_on_disk_before_the_next_record(
    terminal: Terminal, project: Made
) -> None:
    review = Project(Path(project().folder))
    shown = terminal.until("q quit")
    assert "1 of 3" in shown
    assert "\x1b[2Jtale" not in shown
    terminal.key("i")
    terminal.until("2 of 3")
    assert _said(review) == [("1", "include", "")]
    terminal.until("q quit")
    terminal.key("e")
    terminal.until("none")
    terminal.key("X3\n")
    terminal.until("3 of 3")
    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.process.wait()
    assert _said(review) == [("1", "include", ""), ("3", "exclude", "X3")]


def test_keys_pasted_or_typed_ahead_decide_nothing(terminal: Terminal, project: Made) -> None:
    terminal.until("q quit")
    terminal.key("iiii")
    terminal.until("q quit")
    terminal.key("\x1b[A")  # an arrow
    terminal.until("q quit")
    terminal.key("\x03")  # Ctrl-C: what was answered is kept
    terminal.until("0 answered")
    assert terminal.process.wait(30) == 0
    assert project().decisions == []
