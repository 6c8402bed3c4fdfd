"""The workflow that comments on pull requests runs nothing of theirs, and may do little."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from perennial.commands.preview import command
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / ".github/workflows/preview.yml").read_text("utf-8")
FLOW = YAML(typ="safe").load(TEXT)
STEPS = {name: job["steps"] for name, job in FLOW["jobs"].items()}


def test_each_job_has_no_right_but_its_own() -> None:
    assert FLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in FLOW["jobs"].items()} == {
        "preview": {"contents": "read"},
        "comment": {"pull-requests": "write"},
    }
    assert "secrets." not in TEXT
    assert set(FLOW["on"]) == {"pull_request_target"}


def test_only_the_base_branch_is_checked_out_and_never_by_the_job_that_writes() -> None:
    used = {name: [s["uses"] for s in steps if "uses" in s] for name, steps in STEPS.items()}
    assert used["comment"] == ["actions/download-artifact@v4"]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", a) for each in used.values() for a in each)
    (checkout,) = (s for s in STEPS["preview"] if s.get("uses", "").startswith("actions/checkout"))
    assert checkout["with"] == {"persist-credentials": False}
    assert "head.sha" not in TEXT and "head.ref" not in TEXT


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for steps in STEPS.values() for step in steps if "run" in step]
    assert len(scripts) >= 4
    assert not [script for script in scripts if "${{" in script]


def test_the_options_exist() -> None:
    (asked,) = re.findall(r"perennial preview (.*?)>", TEXT)
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", asked)) <= known


def _git(folder: Path, *arguments: str) -> None:
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **who})


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A checkout beside a pull request that brings links, code and odd names."""
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    for folder in (theirs, ours):
        (folder / "config").mkdir(parents=True)
        (folder / "config/screening.yaml").write_text("base", "utf-8")
        _git(folder, "init", "--quiet")
    config = theirs / "config"
    (config / "screening.yaml").write_text("edited", "utf-8")
    (config / "mesh.yaml").symlink_to("/etc/passwd")
    (config / "run.py").write_text("import os", "utf-8")
    (config / "deep").mkdir()
    (config / "deep/x.yaml").write_text("x", "utf-8")
    (config / "$(touch hurt).yaml").write_text("x", "utf-8")
    _git(theirs, "add", "--all")
    _git(theirs, "commit", "--quiet", "--message", "x")
    _git(theirs, "update-ref", "refs/pull/7/merge", "HEAD")
    _git(ours, "remote", "add", "origin", str(theirs))
    return ours


def test_of_a_pull_request_only_plain_config_files_are_taken(hostile: Path) -> None:
    (take,) = (s["run"] for s in STEPS["preview"] if s.get("name", "").startswith("Take"))
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", take],
        cwd=hostile,
        env={**os.environ, "NUMBER": "7", "GH_TOKEN": "none"},
        check=True,
    )
    taken = {path.name: path.read_text("utf-8") for path in (hostile / "config").iterdir()}
    assert taken == {"screening.yaml": "edited", "mesh.yaml": "/etc/passwd"}
    assert not any(path.is_symlink() for path in (hostile / "config").iterdir())
    assert {path.name for path in hostile.iterdir()} == {".git", "config"}
