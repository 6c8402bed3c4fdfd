"""The doctor says what is not well, and what going live would take, and sends nothing."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from perennial.commands.doctor import command
from perennial.complete import CAP
from perennial.foreseen import Foreseen, scenarios
from project import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("something was to be sent")

    monkeypatch.setattr(socket.socket, "connect", refused)


def told(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)
    return done.exit_code, done.output


def test_all_is_well_here(tmp_path: Path) -> None:
    status, said = told(ROOT / "config", "--archive", tmp_path / "archive")
    assert (status, said.count("NO ")) == (0, 0), said
    assert "3 requests a second" in said
    assert "set 'entrez.email'" in said


def test_with_a_key_it_goes_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "KEY0123456789")
    _, said = told(ROOT / "config", "--archive", tmp_path / "archive")
    assert "10 requests a second" in said
    assert "KEY0123456789" not in said


def test_what_is_wrong_is_named_and_the_rest_is_told_all_the_same() -> None:
    status, said = told(ROOT / "tests/data/broken-config")
    assert status == 1
    assert "NO  " in said
    assert "search.yaml:5:5: unknown key" in said
    assert said.count("unknown key") == 1
    assert "Asking PubMed: foreseen once" in said


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perennial.commands.doctor.requires", lambda _: ["nosuchpackage>=1"])
    status, said = told(ROOT / "config")
    assert status == 1
    assert "not installed: nosuchpackage" in said


@pytest.mark.parametrize(
    ("records", "articles", "requests"),
    [(0, 0, 12), (1, 1, 14), (200, 10, 14), (201, 11, 16), (CAP, 0, 62), (CAP + 1, 0, 64)],
)
def test_requests_are_those_of_the_stages(records: int, articles: int, requests: int) -> None:
    """1 for the database, 9 strategies, 2 named; slices of 9,999, batches of 200 and of 10."""
    assert Foreseen(9, 2, records, articles).requests == requests


def test_what_was_found_last_time_is_expected_again() -> None:
    assert [each.records for each in scenarios(1, 0, 1234)] == [1234]
    assert len(list(scenarios(1, 0, None))) == 3


def test_the_example_took_as_many_as_foreseen(made: Project) -> None:
    index = made.folder / "archive/index"
    search, records, articles = (
        json.loads((index / f"{name}.json").read_text("utf-8"))
        for name in ("search", "records", "fulltext")
    )
    asked = (made.folder / "archive/requests.jsonl").read_text("utf-8").splitlines()
    sizes = (len(search["strategies"]), len(search["named"]), len(records["held"]))
    wanted = len(articles["held"]) + len(articles["lacking"])
    assert Foreseen(*sizes, wanted).requests == len(asked)
