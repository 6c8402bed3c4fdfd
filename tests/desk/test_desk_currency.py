"""How fresh the overview says that the review is."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest
from perennial.building import building
from perennial.desk.currency import Currency, due, uncommitted

ASKED = Currency("T", "Q", (), "0.1", "ncbi", "", "2026-06-01", "2026-06-08", "", "")


@pytest.mark.parametrize(
    ("currency", "today", "said", "late"),
    [
        (ASKED, "2026-06-08", "It is due again on 8 June 2026.", False),
        (ASKED, "2026-06-09", "Overdue since 8 June 2026: by 1 day.", True),
        (ASKED, "2026-07-08", "Overdue since 8 June 2026: by 30 days.", True),
        (replace(ASKED, as_of="2026-06-02"), "2026-07-08", "was due on 8 June 2026", False),
        (replace(ASKED, polled="", due=""), "2026-06-09", "It has never been asked.", True),
        (replace(ASKED, source="example"), "2027-01-01", "nothing falls due", False),
        (replace(ASKED, source="none", due=""), "2027-01-01", "nothing falls due", False),
    ],
)
def test_when_the_source_is_due_is_said_in_words(currency, today, said, late):
    sentence, overdue = due(currency, today)
    assert said in sentence
    assert overdue is late


def git(folder, *words):
    me = ("-c", "user.name=N", "-c", "user.email=n@example.org")
    subprocess.run(("git", *me, *words), cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="NO GIT: nothing was tried with it")
def test_files_that_are_not_committed_are_named(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    assert uncommitted(config) == []  # no repository
    git(tmp_path, "init", "-q")
    for name in ("kept.yaml", "named one.yaml", "edited.tsv"):
        (config / name).write_text(f"{name} is here, and long enough to be known again\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    assert uncommitted(config) == []
    (config / "edited.tsv").write_text("otherwise")
    git(tmp_path, "mv", "config/named one.yaml", "config/another ä.yaml")
    (config / "a new one").touch()  # git names it last
    (tmp_path / "outside").touch()
    assert uncommitted(config) == ["config/a new one", "config/another ä.yaml", "config/edited.tsv"]


def test_without_git_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert uncommitted(tmp_path) == []
    assert uncommitted(tmp_path / "nothing") == []


def test_snakemakes_lock_tells_that_it_builds(tmp_path):
    assert not building(tmp_path)
    (tmp_path / ".snakemake/locks").mkdir(parents=True)
    assert not building(tmp_path)
    (tmp_path / ".snakemake/locks/0.input.lock").touch()
    assert building(tmp_path)
