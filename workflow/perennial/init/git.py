"""The review's first commit, where git is there and knows who commits."""

from __future__ import annotations

import subprocess
from pathlib import Path

PATIENCE = 60.0  # seconds


def user() -> str:
    """Who commits here, as git knows it; "" if it does not."""
    return _said(Path.cwd(), "config", "user.name")


def first_commit(folder: Path, parent: Path) -> str:
    """Make ``folder`` a repository with all of it committed; returns why not, "" if done."""
    if repository := _said(parent, "rev-parse", "--show-toplevel"):
        return f"not committed: it lies within the repository {repository}"
    for command in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message=Begin the review"),
    ):
        done = _git(folder, *command)
        if done is None:
            return "not under version control: git is not installed"
        if done.returncode:
            told = (done.stderr.strip().splitlines() or ["it failed"])[-1]
            return f"not committed: git {command[0]}: {told}"
    return ""


def _said(folder: Path, *command: str) -> str:
    done = _git(folder, *command)
    return done.stdout.strip() if done and not done.returncode else ""


def _git(folder: Path, *command: str) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(  # noqa: S603 - words of our own
            ["git", *command],  # noqa: S607 - whichever the user has
            cwd=folder,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(command, 1, "", f"no answer in {error.timeout:.0f} s")
