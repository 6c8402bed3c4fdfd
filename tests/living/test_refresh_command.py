"""What a scheduler sees of `perennial refresh`: exit status, and files touched or not."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from living_source import STRATEGIES, Memory, Paper, opened, settings, strategies
from perennial.commands import refresh as module
from perennial.errors import InputError, SourceError
from perennial.screened import Screened
from perennial.tables import write_parquet


class Scheduled:
    """A project whose Snakemake is only counted, and may fail."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.memory, self.builds = folder, Memory(), 0
        self.memory.put(*(Paper(pmid) for pmid in range(1, 6)))
        self.fails = False
        settings(folder), strategies(folder)
        included = [Screened(str(pmid), "include", "", "", "rule", (), ()) for pmid in (1, 2)]
        write_parquet(folder / "results/3_screened/screened.parquet", included, Screened)
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(module, "_build", self._build)

    def _build(self) -> None:
        self.builds += 1
        if self.fails:
            raise click.ClickException("the build failed")

    def run(self, today: str, *options: str) -> Result:
        folder = self.folder
        arguments = [folder / "search.yaml", "--config", folder / "config.yaml"]
        arguments += ["--archive", folder / "archive", "--results", folder / "results", *options]
        self.memory.asked.clear()
        self.monkeypatch.setattr(module, "source", lambda _: opened(self.memory, today))
        return CliRunner().invoke(module.command, list(map(str, arguments)))

    def index(self) -> dict[str, int]:
        files = (self.folder / "archive/index").iterdir()
        return {path.name: path.stat().st_mtime_ns for path in files}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scheduled:
    return Scheduled(tmp_path, monkeypatch)


def test_new_evidence_is_10_and_builds(project: Scheduled) -> None:
    assert (project.run("2026-02-01").exit_code, project.builds) == (10, 1)
    assert project.index().keys() == {"search.json", "records.json"}
    project.memory.put(Paper(6, "2026-02-05", "2026-02-05"))
    done = project.run("2026-02-08", "--summary", str(project.folder / "summary.md"))
    assert (done.exit_code, project.builds) == (10, 2)
    assert "## New records (1)\n\n* [6](https://pubmed.ncbi.nlm.nih.gov/6/)\n" in done.stdout
    assert (project.folder / "summary.md").read_text() == done.stdout


def test_nothing_new_is_0_and_touches_nothing(project: Scheduled) -> None:
    project.run("2026-02-01")
    before = project.index()
    done = project.run("2026-02-08")
    assert (done.exit_code, project.builds, project.index()) == (0, 1, before)
    assert done.stdout.endswith("\nNothing new.\n")
    assert project.memory.fetched() == [1, 2]  # the included ones


@pytest.mark.parametrize("why", ["accepted", "unlisted"])
def test_a_record_that_never_comes_is_no_news_each_time(project: Scheduled, why: str) -> None:
    memory = project.memory
    memory.withheld.add(5)
    if why == "unlisted":
        memory.unlisted.add(5)
    else:
        strategies(project.folder, f'{STRATEGIES}accept_missing: ["5"]\n')
    assert (project.run("2026-02-01").exit_code, project.builds) == (10, 1)
    before = project.index()
    for day in ("2026-02-08", "2026-02-15", "2026-06-15"):
        done = project.run(day)
        assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Nothing new."), day
        assert memory.fetched()[-2:] == [5, 5]
    assert (project.builds, project.index()) == (1, before)


def test_a_record_that_is_not_given_fails_and_touches_nothing(project: Scheduled) -> None:
    project.run("2026-02-01")
    before = project.index()
    project.memory.put(Paper(6, "2026-02-05", "2026-02-05"))
    project.memory.withheld.add(6)
    done = project.run("2026-02-08")
    assert isinstance(done.exception, SourceError)
    assert (project.builds, project.index()) == (1, before)
    project.memory.withheld.clear()
    assert (project.run("2026-02-09").exit_code, project.builds) == (10, 2)


def test_a_build_that_failed_is_made_up_for(project: Scheduled) -> None:
    project.fails = True
    assert project.run("2026-02-01").exit_code == 1
    project.fails = False
    assert (project.run("2026-02-02").exit_code, project.builds) == (10, 2)
    assert (project.run("2026-02-03").exit_code, project.builds) == (0, 2)


def test_without_a_build_the_next_refresh_builds(project: Scheduled) -> None:
    assert (project.run("2026-02-01", "--no-build").exit_code, project.builds) == (10, 0)
    assert (project.run("2026-02-02").exit_code, project.builds) == (10, 1)


def test_a_source_that_fails_is_no_quiet_source(
    project: Scheduled, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run("2026-02-01")
    before = project.index()

    def refused(*_: object) -> None:
        raise InputError("no answer")

    monkeypatch.setattr(module, "refresh", refused)
    done = project.run("2026-02-08")
    assert isinstance(done.exception, InputError)
    assert (project.builds, project.index()) == (1, before)
