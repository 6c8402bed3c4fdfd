"""The config as it stands in git at a revision, read without touching the working tree."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from perennial.config import load
from perennial.errors import InputError, Place
from perennial.tables import write_whole

# What git names revisions by, less what could be an option, a path or a range.
_REVISION = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_./@{}^~+-]{0,250}")
LARGEST = 20_000_000  # bytes; decisions on 100,000 records have about half of it
PATIENCE = 60.0  # seconds; git reads a blob in milliseconds
_HINT = "name a branch, a tag or a commit; or compare with a file: --against-file FILE"


def take(revision: str, files: dict[str, Path], into: Path) -> str:
    """Write ``files`` (name → path in the working tree) as they were into a folder.

    A file that the revision does not have is not written; screening.yaml it must have, and the
    spellings that it names come along. Returns the revision's short name. InputError if there is
    no git, no checkout or no such revision.
    """
    commit = commit_of(revision, files["screening.yaml"].parent)
    for name, path in files.items():
        _take(commit, path, into / name)
    screening = into / "screening.yaml"
    if not screening.exists():
        path = files["screening.yaml"]
        raise InputError(f"{revision} has no {path}", hint=_HINT)
    spelling = load(screening, "screening").get("spelling")
    if spelling:
        _take(commit, files["screening.yaml"].parent / spelling, into / spelling)
    return commit[:12]


def taken(revision: str, path: Path, into: Path) -> bool:
    """Write one file as it was at a revision; False if that has none, or git cannot say."""
    try:
        _take(commit_of(revision, path.resolve().parent), path.resolve(), into)
    except InputError:
        return False
    return into.exists()


def commit_of(revision: str, folder: Path) -> str:
    """The hash of a revision in the checkout that ``folder`` lies in; InputError as ``take``."""
    if not _REVISION.fullmatch(revision) or ".." in revision:
        raise InputError(f"{revision!r} cannot be a revision", hint=_HINT)
    _checked_out(folder)
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    found = _git(folder, *asked)
    if found.returncode:
        raise InputError(f"git knows no revision {revision!r}", Place(str(folder)), _HINT)
    return found.stdout.decode().strip()


def _checked_out(folder: Path) -> None:
    inside = _git(folder, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        said = inside.stderr.decode(errors="replace").strip().splitlines()
        wrong = f"not in a git checkout: {said[0] if said else 'git says nothing'}"
        raise InputError(wrong, Place(str(folder)), "use --against-file FILE")


def _take(commit: str, path: Path, target: Path) -> None:
    name = f"{commit}:./{path.name}"
    listed = _git(path.parent, "ls-tree", "-z", "--name-only", commit, "--", f"./{path.name}")
    if listed.returncode or not listed.stdout:
        return
    shown = _git(path.parent, "show", "--no-textconv", "--end-of-options", name, "--")
    if shown.returncode or len(shown.stdout) > LARGEST:
        said = shown.stderr.decode(errors="replace").strip() or f"larger than {LARGEST:,} bytes"
        raise InputError(f"{name}: {said}")
    write_whole(target, shown.stdout)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - no shell, and the revision is checked
            ["git", *arguments],  # noqa: S607 - whichever git the user has
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except FileNotFoundError:
        raise InputError("git is not installed", hint="use --against-file FILE") from None
