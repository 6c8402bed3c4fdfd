"""The reviewer's tutorial, walked from its first command to its last: it prints what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT, blocks

PAGE = ROOT / "docs/starting.md"
AUTHOR = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in (
    "NAME", "EMAIL")}  # fmt: skip
# Steps that need the review built: half a minute.
BUILDS = "$ perennial run"


def test_it_prints_what_it_shows(tmp_path: Path) -> None:
    (answers,) = blocks(PAGE, "yaml")
    (tmp_path / "answers.yaml").write_text(answers.text, "utf-8")
    folder, walked = tmp_path, 0
    for block in blocks(PAGE, "console", "diff"):
        if BUILDS in block.text and not os.environ.get("PERENNIAL_LONG"):
            assert walked >= 4
            pytest.skip("the tutorial was walked up to its build; PERENNIAL_LONG=1 walks it whole")
        if block.language == "diff":
            _edit(folder / "config/screening.yaml", block.text)
            continue
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, re.M):
            walked += 1
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
            else:
                assert _pattern(shown).fullmatch(_said(folder, command)), (str(block), command)


def _edit(file: Path, diff: str) -> None:
    """The line taken out is the last such line of the file."""
    old, new = (re.search(rf"^{re.escape(sign)}(.*\n)", diff, re.M)[1] for sign in "-+")
    before, found, after = file.read_text("utf-8").rpartition(old)
    assert found, old
    file.write_text(before + new + after, "utf-8")


def _pattern(shown: str) -> re.Pattern[str]:
    """``...`` stands for any lines where it is one, and within a line for the rest of a word."""
    said = re.escape(shown).replace(re.escape("...\n"), r"(?:.*\n)*?").replace(r"\.\.\.", ".*")
    return re.compile(said)


def _said(folder: Path, command: str) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, **AUTHOR, "PATH": path, "COLUMNS": "96"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout
