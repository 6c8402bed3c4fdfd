"""When the source was last asked, and by when it should be asked again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from living_source import settings
from perennial.archive import Archive
from perennial.config import Config
from perennial.currency import next_refresh, polled
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


def test_a_week_may_pass(archive: Archive, live: Config) -> None:
    assert next_refresh(live, archive, LIVE) == "2026-02-15"
    assert next_refresh(live, archive, LIVE, "2026-02-07") == "2026-02-08"


def test_what_the_config_says_is_kept(archive: Archive, live: Config) -> None:
    monthly = Config(live.file, {**live.data, "refresh": {"every": "month"}})
    assert next_refresh(monthly, archive, LIVE) == "2026-03-11"


def test_the_example_never_ages(archive: Archive, tmp_path: Path) -> None:
    run = archive.runs(LIVE)[0]
    archive.keep_search(replace(run, source="example"))
    assert polled(archive, "example") == "2026-02-01"
    assert next_refresh(settings(tmp_path), archive, "example") == ""


def test_a_source_that_was_never_searched_has_no_day(tmp_path: Path, live: Config) -> None:
    assert next_refresh(live, Archive(tmp_path / "none"), LIVE) == ""
