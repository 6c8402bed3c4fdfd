"""The ready schedules run commands that exist, and read exit status 10 as news."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from perennial.cli import cli
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FILES = [ROOT / ".github/workflows/refresh.yml", *sorted((ROOT / "docs/schedules").iterdir())]


def test_there_are_schedules() -> None:
    assert {path.name for path in FILES} == {
        "refresh.yml",
        "perennial.service",
        "perennial.timer",
        "crontab",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_commands_and_options_exist(path: Path) -> None:
    shown = re.sub(r"^\s*#.*$", "", path.read_text("utf-8"), flags=re.M)
    commands = re.findall(r"\bperennial(?: --log \S+)? ([a-z-]+)(.*)", shown)
    assert commands or path.name == "perennial.timer"
    for name, rest in commands:
        command = cli.get_command(None, name)
        assert command, name
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z]+", rest)) <= known, rest


def test_the_workflow_is_yaml_with_pinned_actions_and_one_secret() -> None:
    text = FILES[0].read_text("utf-8")
    steps = YAML(typ="safe").load(text)["jobs"]["refresh"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)
    assert re.findall(r"secrets\.(\w+)", text) == ["NCBI_API_KEY"]
