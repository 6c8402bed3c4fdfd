"""When the source was last asked, and what the review says if that is too long ago."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from living_source import settings
from perennial.archive import Archive
from perennial.config import Config
from perennial.currency import due, polled
from perennial.ledger import Database, Search

LIVE = "https://entrez.example/"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path / "archive")
    run = Search(LIVE, "2026-02-01T10:00:00Z", Database("", "", "", ""), (), ())
    archive.keep_search(run)
    archive.keep_search(replace(run, searched_at="2026-02-08T10:00:00Z", since="2026-01-02"))
    return archive


@pytest.fixture
def live(tmp_path: Path) -> Config:
    config = settings(tmp_path)
    entrez = {**config["entrez"], "server": LIVE}
    return Config(config.file, {**config.data, "entrez": entrez})


def test_a_quiet_poll_counts_on_its_day(archive: Archive) -> None:
    assert polled(archive, LIVE) == "2026-02-08"
    assert polled(archive, LIVE, "2026-02-07") == "2026-02-01"
    assert polled(archive, "ncbi") == ""


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-02-15", ""),
        ("2026-02-16", "Last searched on 2026-02-08; a refresh was due on 2026-02-15."),
    ],
)
def test_a_week_may_pass(archive: Archive, live: Config, today: str, said: str) -> None:
    assert due(live, archive, today) == said


def test_the_example_and_an_earlier_date_are_never_overdue(
    archive: Archive, live: Config, tmp_path: Path
) -> None:
    assert due(settings(tmp_path), archive, "2030-01-01") == ""
    earlier = Config(live.file, {**live.data, "as_of": "2026-02-01"})
    assert due(earlier, archive, "2030-01-01") == ""


def test_a_source_that_was_never_searched_is_told(tmp_path: Path, live: Config) -> None:
    assert due(live, Archive(tmp_path / "none"), "2026-01-01") == (
        "The source has never been searched."
    )
