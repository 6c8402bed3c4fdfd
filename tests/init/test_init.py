"""What `perennial init` writes: whole, readable, the same again; or nothing."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.commands import check
from perennial.commands import init as commands_init
from perennial.config import load, parsed
from perennial.errors import InputError
from perennial.init import write
from perennial.init.answers import Answers, answers_of, line
from perennial.init.practice import FIRST
from perennial.preview.gold import load_gold, usual_gold
from perennial.pubmed import parse
from ruamel.yaml import YAML

HERE = Path(__file__).parent
TOPICS = sorted((HERE / "topics").glob("*.yaml"))
REFUSED = sorted((HERE / "refused").glob("*.yaml"))
LOADED = YAML(typ="safe")


def answers(path: Path) -> Answers:
    return answers_of(load(path, "answers"))


def begin(folder: Path, *options: str) -> str:
    """Run the command; what it printed. InputError as the command raises it."""
    done = CliRunner().invoke(commands_init.command, [str(folder), *options], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


def checked(folder: Path) -> str:
    done = CliRunner().invoke(check.command, [str(folder / "config")], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.output


def test_there_are_cases() -> None:
    assert len(TOPICS) >= 2 and len(REFUSED) >= 10


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_a_topic_becomes_a_review_that_passes_the_check(
    path: Path, tmp_path: Path, monkeypatch
) -> None:
    begin(tmp_path / "review", "--answers", str(path))
    assert "criteria" in checked(tmp_path / "review")
    files = write.rendered(answers(path))  # once more: the same bytes
    for name, content in files.items():
        assert (tmp_path / "review" / name).read_bytes() == content
    assert files["answers.yaml"] == path.read_bytes()
    profile = "profiles/default/profile.yaml"
    assert files[profile] == (HERE.parents[1] / profile).read_bytes()
    records = parse(files["resources/practice/practice.xml"], "practice.xml").records
    assert len(records) >= 5
    for record in records:
        assert int(record.pmid) >= FIRST
        assert "Practice record" in record.title and "no literature" in record.journal
        assert not record.abstract or "no literature" in record.abstract
    monkeypatch.chdir(tmp_path / "review")
    gold = usual_gold()
    assert dict.fromkeys(answers(path).known, "include") == (load_gold(gold) if gold else {})


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_what_no_review_can_be_made_of_is_told_at_its_place(path: Path, tmp_path: Path) -> None:
    where, said = path.read_text("utf-8").splitlines()[0].removeprefix("# ").split(" ", 1)
    with pytest.raises(InputError) as error:
        begin(tmp_path / "review", "--answers", str(path))
    assert str(error.value.place) == f"{path}:{where}"
    assert said in error.value.message
    assert list(tmp_path.iterdir()) == []


PROSE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        ["'\": {}[] #x", "a\n- b: c", "{{ 7*7 }}", "{% raw %}", "<script>", "]]>", "&amp;",
         "--- !!x", "# x", "*a &b", "שלום", "👩🏽\u200d🔬 x", "\\N\\x00 %", "null", "1e3",
         "2026-01-01", "a" * 10_000]
    ),
)  # fmt: skip
WORDS = st.one_of(
    st.text(st.sampled_from("abc αβ-:#'{}&%<>|\\,.!?/\u2028é👩"), min_size=1).map("word ".__add__),
    st.sampled_from(["{{ x }}", "null", "no", "1e3", "~", "- a: b", "!!int x", "a\n# b", "x y*"]),
)


@settings(max_examples=25)
@given(title=PROSE, label=PROSE, term=WORDS, factor=WORDS, condition=WORDS)
def test_no_answer_breaks_out_of_its_place(title, label, term, factor, condition) -> None:
    given_ = {
        "title": title,
        "question": title,
        "maintainers": [label],
        "concepts": [
            {"id": "a", "role": "exposure", "label": label, "terms": [term], "headings": [factor]}
        ],
        "factors": {factor: [term]},
        "outcomes": [{"name": term, "better": "less"}],
        "conditions": {condition: [term]},
    }
    try:
        read = parsed(write.yaml(given_), "answers.yaml", "answers")
        files = write.rendered(answers_of(read))  # reads all that it has written
    except InputError:
        return
    config = LOADED.load(files["config/config.yaml"])
    assert config["review"]["title"] == config["review"]["question"] == line(title)
    assert config["review"]["maintainers"] == [line(label)]
    labels = [row["label"] for row in LOADED.load(files["config/screening.yaml"])["criteria"]]
    assert labels.count(line(label)) == 1
    assert not parse(files["resources/practice/practice.xml"], "practice.xml").refused


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        begin(tmp_path, "--answers", str(TOPICS[0]))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_end_between_writing_and_renaming_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises((KeyboardInterrupt, click.Abort)):
        begin(tmp_path / "review", "--answers", str(TOPICS[0]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["git", "identity", "room", "nothing"])
def test_the_first_commit_is_made_or_it_is_said_why_not(
    missing: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    who = "" if missing == "identity" else "[user]\nname = A\nemail = a@example.org\n"
    (tmp_path / "gitconfig").write_text(f"[user]\nuseConfigOnly = true\n{who}")
    if missing == "git":
        monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    if missing == "room":
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    said = begin(tmp_path / "review", "--answers", str(TOPICS[0])).splitlines()[0]
    telling = {
        "git": "git is not installed",
        "identity": "not committed: git commit",
        "room": "lies within the repository",
    }
    assert telling.get(missing, "files: committed") in said
    assert (tmp_path / "review/config/config.yaml").exists()


ASKED = (
    "Stretching and stiffness", "Does stretching ease stiffness?", "A. Reviewer", "nothing",
    "intervention", "", '"adult"', "stretching; stretch exercis*; Muscle Stretching Exercises[mh]",
    "stiffness; range of motion", "y", "humans", "soon", "2001", "12345678; 23728425",
)  # fmt: skip


def test_a_person_is_asked_again_until_it_can_be_used(tmp_path: Path) -> None:
    """At a real terminal: a wrong kind, a quotation mark and a wrong year are asked for again."""
    said = _typed([sys.executable, "-m", "perennial", "init", "review"], tmp_path, ASKED)
    assert "review: 26 files" in said, said
    assert "not by beginnings: stretch exercis*." in said
    told = load(tmp_path / "review/answers.yaml", "answers")
    assert told["kind"] == "intervention" and told["exclude"]["before"] == 2001
    assert [row["role"] for row in told["concepts"]] == ["intervention", "outcome"]
    assert told["concepts"][0]["headings"] == ["Muscle Stretching Exercises"]
    assert "criteria" in checked(tmp_path / "review")


def test_what_was_answered_is_kept_if_no_review_can_be_made_of_it(
    tmp_path: Path, monkeypatch
) -> None:
    topic = TOPICS[0].read_text("utf-8")
    wrong = topic.replace("\nquestion:", '\nquestion: "A\\u202E"\n# was:', 1)
    monkeypatch.setattr(commands_init, "ask", lambda _: wrong)
    with pytest.raises(InputError, match="RIGHT-TO-LEFT OVERRIDE") as error:
        begin(tmp_path / "review")
    kept = tmp_path / "review-answers.yaml"
    assert error.value.place.file == str(kept) and kept.read_text("utf-8") == wrong
    assert f"--answers {kept}" in error.value.hint
    with pytest.raises(InputError, match=r"could not be kept: .*File exists"):
        begin(tmp_path / "review")
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    kept.write_text(topic, "utf-8")
    begin(tmp_path / "review", "--answers", str(kept))


def _typed(command: list[str], folder: Path, lines: tuple[str, ...]) -> str:
    """Run a command on a pseudo-terminal, one line for each prompt; what the screen showed."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    shown, left, until = "", list(lines), time.monotonic() + 60
    try:
        while time.monotonic() < until:
            ready, _, _ = select.select([ours], [], [], 1)
            try:
                shown += os.read(ours, 4096).decode("utf-8", "replace") if ready else ""
            except OSError:  # the other end is closed
                break
            if left and shown.endswith(": "):
                os.write(ours, (left.pop(0) + "\n").encode())
                shown += "\n"
        return shown
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def test_an_outcome_may_be_a_heading_alone(tmp_path: Path) -> None:
    text = TOPICS[0].read_text("utf-8").partition("concepts:")[0] + (
        "concepts:\n"
        "  - {id: walk, role: intervention, label: Walking, terms: [walking]}\n"
        "  - {id: pain, role: outcome, label: Pain, headings: [Pain], search: false}\n"
    )
    (tmp_path / "answers.yaml").write_text(text, "utf-8")
    begin(tmp_path / "review", "--answers", str(tmp_path / "answers.yaml"))
    assert "criteria" in checked(tmp_path / "review")
