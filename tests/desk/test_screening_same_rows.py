"""The page and the terminal write the same bytes for the same actions."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence

import pytest
from click.testing import CliRunner
from perennial.commands.decide import command
from screening_visitor import DAY, Visitor, site
from small_review import TWO, Project, project

__all__ = ["project"]

Made = Callable[..., Project]
HEAD = "pmid\toutcome\tcriterion\treviewer\tdate\tnote\n"
# What a reviewer does: the keys in the terminal.
DOES = {
    "include": "i",
    "exclude X1": "e1\n",
    "exclude X3": "ex3\n",
    "unsure": "u",
    "skip": "s",
    "back": "b",
    "note": "nsee  p. 4: “\tmore”\n",
}
NOTE = "see  p. 4: “\tmore”"


def _by_page(review: Project, actions: Sequence[str], adjudicate: bool = False) -> bytes:
    path = "/screening/adjudicate" if adjudicate else "/screening"
    ada, note = Visitor(site(review), "Ada", path), ""
    ada.look("?others=shown" if adjudicate else "")
    for action in actions:
        if action == "note" and ada.pmid:
            note = NOTE
        elif action == "back" or ada.pmid:
            answer, _, criterion = action.partition(" ")
            moves = ada.form().get("moves")
            more = {"criterion": criterion} if criterion else {}
            ada.press(answer, note=note, **more)
            note = note if ada.form().get("moves") == moves else ""
    return review.file.read_bytes()


def _by_terminal(review: Project, actions: Sequence[str], *options: str) -> bytes:
    keys = "".join(DOES[action] for action in actions) + "q"
    fixed = ["--reviewer", "Ada", "--date", DAY, *review.options, *options]
    done = CliRunner().invoke(command, fixed, input=keys)
    assert done.exception is None, done.exception
    return review.file.read_bytes()


@pytest.mark.parametrize("conduct", ["", TWO], ids=["one reviewer", "two"])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_actions_give_the_same_bytes(project: Made, seed: int, conduct: str) -> None:
    draw = random.Random(seed)
    # At the end of the queue the terminal takes 'b' alone; letters of a note must not act there.
    actions = [draw.choice([*DOES, "back", "back"]) for _ in range(20)]
    actions.insert(0, "note")
    review = project(conduct)
    by_page = _by_page(review, actions)
    review.file.write_text(HEAD, "utf-8")
    assert _by_terminal(review, actions) == by_page
    assert by_page.count(b"\n") > 2


def test_an_adjudicator_writes_the_same_bytes(project: Made) -> None:
    review = project(TWO)
    first = _by_terminal(review, ["include", "exclude X1", "unsure"])
    CliRunner().invoke(
        command, ["--reviewer", "Bo", "--date", DAY, *review.options], input="e3\niiq"
    )
    before, actions = review.file.read_bytes(), ["note", "exclude X3", "back", "include", "unsure"]
    assert len(before) > len(first)
    # Ada has answered as a reviewer, but here only the rows count.
    review.file.write_bytes(before.replace(b"Ada", b"Cy"))
    by_page = _by_page(review, actions, adjudicate=True)
    review.file.write_bytes(before.replace(b"Ada", b"Cy"))
    assert _by_terminal(review, actions, "--adjudicate") == by_page
    assert by_page.count(b"adjudicator") == 4


def test_in_a_real_terminal_too(project: Made) -> None:
    actions = ["note", "include", "exclude X3", "back", "unsure", "include"]
    review = project()
    by_page = _by_page(review, actions)
    review.file.write_text(HEAD, "utf-8")
    _typed(review, [*actions, "q"])
    assert review.file.read_bytes() == by_page


def _typed(review: Project, actions: Sequence[str]) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 90, 0, 0))
    run = "from perennial.commands.decide import command; command()"
    line = [sys.executable, "-c", run, "--reviewer", "Ada", "--date", DAY, *review.options]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color"}
    process = subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    try:
        for action in actions:
            _until(ours, "q quit")
            for part in _parts(DOES.get(action, "q")):
                time.sleep(0.2)  # keys typed ahead are dropped on purpose
                os.write(ours, part.encode())
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _parts(keys: str) -> list[str]:
    """The key, then what is typed at the prompt; a tab would ask a terminal for completion."""
    return [part for part in (keys[:1], keys[1:].replace("\t", " ")) if part]


def _until(handle: int, text: str) -> None:
    seen, end = "", time.monotonic() + 60
    while text not in seen:
        assert time.monotonic() < end, seen
        if select.select([handle], [], [], 1)[0]:
            seen += os.read(handle, 65536).decode("utf-8", "replace")
