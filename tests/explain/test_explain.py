"""What ``perennial explain`` shows of a record, in a pipe, in a terminal and on a page."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from perennial.explain.path import pieces
from perennial.explain.report import INK, PALETTE
from perennial.record import Author, Notice, Record
from perennial.screened import Match
from small_project import RECORDS, Small, small

HOSTILE = "seed </mark><script>alert(1)</script> [red]x[/red] \x1b[31m\x9b1m \u202eweed\r"


@pytest.fixture
def project(tmp_path: Path) -> Small:
    notice = Notice("RetractionIn", "16", HOSTILE)
    odd = Record(
        "15",
        title=HOSTILE,
        abstract="{{ 7 * 7 }} weed",
        keywords=(HOSTILE,),
        authors=(Author(HOSTILE),),
        notices=(notice,),
    )
    return small(tmp_path / "project", (*RECORDS, odd))


def _lines(project: Small, *options: str) -> str:
    done = project.run("explain", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_words_are_marked_and_each_criterion_says_what_followed(project: Small) -> None:
    told = _lines(project, "12")
    assert "title: A seed[I1] among weeds" in told
    assert "abstract: A weed[X1]." in told
    assert re.search(r"→ X1 +exclude +held +a weed: settled here\n +words: weed\n", told)
    assert re.search(r"  X2 +exclude +not held  retracted: not reached", told)
    assert re.search(r"  I1 +require +held +a seed: not reached", told)
    assert "Outcome: exclude (X1), by rule" in told


def test_a_requirement_that_is_not_met_settles_it(project: Small) -> None:
    told = _lines(project, "13")
    assert re.search(r"→ I1 +require +not held +a seed: settled here", told)
    assert "Outcome: ask a human (I1), by rule" in told


def test_decisions_and_the_working_config_are_shown(project: Small) -> None:
    project.decide("12|include||Ada|2026-01-02|a seed after all")
    project.edit("weed[tiab]", "moss[tiab]")
    told = _lines(project, "12", "13")
    assert "Decision: Ada: include (title/abstract · 2026-01-02 · a seed after all)" in told
    assert "Outcome: include, by reviewer Ada" in told
    assert "Outcome: exclude (X1), by rule" in told


def test_an_unknown_record_is_told_with_what_the_ledger_knows(project: Small) -> None:
    for pmid, why in (("98", "the source did not return it (asked for twice"), ("99", "no strat")):
        done = project.run("explain", pmid)
        assert done.returncode == 2
        assert why in done.stderr


# Imports once, then a process for each way in which it is called, one after the other.
DRIVER = """
import json, os, sys
from perennial.commands.explain import command
for options, variables in json.loads(sys.argv[1]):
    child = os.fork()
    if child == 0:
        os.environ.update(variables)
        command(options)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(1, b"\\0%d\\0" % status)
"""


def _terminal(project: Small, *calls: tuple[str, ...], no_colour: int = -1) -> list[str]:
    """What each call of the command writes to a terminal; one of them may have NO_COLOR set."""
    leader, follower = pty.openpty()
    wish = {"NO_COLOR": "1"}
    jobs = json.dumps([(c, wish if at == no_colour else {}) for at, c in enumerate(calls)])
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    path = str(Path(__file__).parents[2] / "workflow")
    environment |= {"PYTHONPATH": path, "TERM": "xterm-256color", "COLUMNS": "80"}
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, jobs],
        cwd=project.folder, env=environment, stdout=follower, stderr=subprocess.PIPE,
        close_fds=True,
    ) as running:  # fmt: skip
        os.close(follower)
        said = b""
        while chunk := _read(leader):
            said += chunk
    os.close(leader)
    told = said.decode().split("\0")
    assert (running.returncode, told[1::2]) == (0, ["0"] * len(calls))
    return told[:-1:2]


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65_536)
    except OSError:  # Linux says so when the other side has closed
        return b""


def test_a_terminal_has_colours_and_a_pipe_has_none(project: Small) -> None:
    coloured, wished, plain = _terminal(project, ("12",), ("12",), ("12", "--text"), no_colour=1)
    assert "\x1b[" in coloured
    assert "\x1b" not in wished
    assert "\x1b" not in plain
    assert "\x1b" not in _lines(project, "12")


def test_a_record_cannot_speak_to_the_terminal(project: Small) -> None:
    coloured, plain = _terminal(project, ("15",), ("15", "--text"))
    for told in (_lines(project, "15"), plain.replace("\r\n", "\n")):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
        assert "[U+001B]" in told and "[red]" in told
    assert "\x9b" not in coloured and "\x1b[31m\x1b" not in coloured


def test_the_page_runs_nothing_and_reads_as_the_record(project: Small) -> None:
    assert project.run("explain", "12", "15", "--html", "way.html").returncode == 0
    text = (project.folder / "way.html").read_text("utf-8")
    page = html.fromstring(text)
    assert not page.xpath("//script|//iframe|//img|//link|//@onclick|//@style|//a")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "prefers-color-scheme: dark" in text and "{{ 7 * 7 }}" in text
    marked = page.xpath("//article[1]//mark")
    assert [mark.text for mark in marked] == ["seed", "weed"]
    assert [mark.getnext().text for mark in marked] == ["I1", "X1"]
    assert "\x1b" not in text and "\u202e" not in text


def test_the_policy_lets_the_style_sheet_in(project: Small) -> None:
    import base64  # noqa: PLC0415
    import hashlib  # noqa: PLC0415

    project.run("explain", "12", "--html", "way.html")
    page = html.fromstring((project.folder / "way.html").read_bytes())
    css = page.xpath("//style")[0].text
    wanted = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert f"'sha256-{wanted}'" in page.xpath("//meta[@http-equiv]/@content")[0]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_can_be_read() -> None:
    for paper in PALETTE:
        light, dark = sorted((_luminance(paper), _luminance(INK.get(paper, "#000000"))))[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 4.5, paper


TEXT = "an old seed among new weeds"
_spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted)


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), _spans), max_size=6))
def test_pieces_are_the_text_and_each_match_is_marked_whole(spans) -> None:
    matches = [Match(id_, "title", s, e, TEXT[s:e]) for id_, (s, e) in spans if s < e]
    cut = list(pieces(TEXT, matches))
    assert "".join(piece.text for piece in cut) == TEXT
    at = 0
    for piece in cut:
        end = at + len(piece.text)
        assert set(piece.criteria) == {
            m.criterion for m in matches if m.start <= at and end <= m.end
        }
        at = end
