"""What is published stays: twice the same, never another, and never half of it."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import synthetic
from click.testing import CliRunner
from perennial.canonical import from_json, to_json
from perennial.commands import publish as publishing
from perennial.editions import shelf
from perennial.editions.edition import Edition, check_number, in_order
from perennial.errors import InputError
from perennial.render.review import Review
from perennial.render.state import state

PAGE = b"<!doctype html><title>A made-up page</title>"


@pytest.fixture
def edition() -> Edition:
    return state(synthetic.review())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "editions"


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_edition_is_kept_with_its_page(folder: Path, edition: Edition) -> None:
    assert shelf.publish(folder, replace(edition, note="A note."), PAGE)
    assert sorted(held(folder)) == ["2026.1.html", "2026.1.json"]
    (kept,) = shelf.load(folder)
    assert kept == replace(edition, note="A note.", page=hashlib.sha256(PAGE).hexdigest())
    assert held(folder)["2026.1.html"] == PAGE
    assert to_json(kept) == held(folder)["2026.1.json"]


def test_the_same_edition_again_is_nothing_to_do(folder: Path, edition: Edition) -> None:
    shelf.publish(folder, replace(edition, note="A note."), PAGE)
    before = held(folder)
    assert not shelf.publish(folder, edition, PAGE + b"<p>A note.</p>")
    assert held(folder) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"day": "2026-06-02"}, "edition 2026.1 holds another state"),
        ({"statements": ()}, "edition 2026.1 holds another state"),
        ({"manifest": {}}, "edition 2026.1 holds another state"),
        ({"note": "Another."}, "edition 2026.1 has another note"),
    ],
)
def test_another_state_needs_another_number(
    folder: Path, edition: Edition, change: dict[str, object], message: str
) -> None:
    shelf.publish(folder, replace(edition, note="A note."), PAGE)
    before = held(folder)
    with pytest.raises(InputError, match=message):
        shelf.publish(folder, replace(edition, **change), PAGE)  # type: ignore[arg-type]
    assert held(folder) == before


def test_numbers_that_differ_in_case_are_one(folder: Path, edition: Edition) -> None:
    shelf.publish(folder, replace(edition, number="1a"), PAGE)
    with pytest.raises(InputError, match="edition 1a holds another state"):
        shelf.publish(folder, replace(edition, number="1A"), PAGE)


def test_a_page_that_was_altered_is_told(folder: Path, edition: Edition) -> None:
    shelf.publish(folder, edition, PAGE)
    (folder / "2026.1.html").write_bytes(PAGE + b" ")
    with pytest.raises(InputError, match="not the page that was published"):
        shelf.publish(folder, edition, PAGE)


@pytest.mark.parametrize("number", ["1", "0.1", "2026-11", "v1.2-rc.1", "A"])
def test_a_number_that_serves(number: str) -> None:
    assert check_number(number) == number


@pytest.mark.parametrize(
    "number",
    [
        *("", ".", "..", "../1", "a/b", "a\\b", "/etc/x", "-1", ".1", "1.", "1 2", "1\n", "1\0"),
        *("é", "now", "NOW", "x" * 41, "1%2e", "CON:", "\uff11"),
    ],
)
def test_a_number_that_leads_elsewhere(folder: Path, edition: Edition, number: str) -> None:
    with pytest.raises(InputError, match="is no number of an edition"):
        shelf.publish(folder, replace(edition, number=number), PAGE)
    assert not folder.exists()


def test_a_file_under_another_number_is_refused(folder: Path, edition: Edition) -> None:
    shelf.publish(folder, edition, PAGE)
    (folder / "2026.1.json").rename(folder / "2026.2.json")
    with pytest.raises(InputError, match=r"2026\.2\.json: this is edition 2026\.1"):
        shelf.load(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"number": "2026.1"}', b"\xff"])
def test_a_file_that_is_no_edition_is_refused(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "2026.1.json").write_bytes(content)
    with pytest.raises(InputError, match=r"2026\.1\.json"):
        shelf.load(folder)


def test_the_order_is_that_of_days_then_numbers(folder: Path, edition: Edition) -> None:
    days = {"0.10": "2026-02-01", "0.9": "2026-02-01", "0.11": "2026-01-01", "b": "2026-02-01"}
    for number, day in days.items():
        shelf.publish(folder, replace(edition, number=number, day=day), PAGE)
    assert [one.number for one in shelf.load(folder)] == ["0.11", "0.9", "0.10", "b"]
    assert [one.number for one in shelf.load(folder, until="2026-01-31")] == ["0.11"]
    assert in_order(reversed(shelf.load(folder))) == shelf.load(folder)
    assert shelf.load(folder / "none") == ()


# Dies before the page is in place, between page and edition, and after both.
KILLED = """
import os, signal, sys
from pathlib import Path
from perennial.canonical import from_json
from perennial.editions import shelf
from perennial.editions.edition import Edition
moment, folder, edition = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()
renamed, rename = 0, Path.replace
def dying(self, target):
    global renamed
    if renamed == moment:
        os.kill(os.getpid(), signal.SIGKILL)
    renamed += 1
    return rename(self, target)
Path.replace = dying
shelf.publish(folder, from_json(edition, Edition), sys.argv[4].encode())
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "kept"), [(0, 0), (1, 0), (2, 1)])
def test_a_kill_leaves_no_half_edition(
    tmp_path: Path, folder: Path, edition: Edition, moment: int, kept: int
) -> None:
    given = tmp_path / "given.json"
    given.write_bytes(to_json(edition))
    arguments = [str(moment), str(folder), str(given), PAGE.decode()]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(shelf.load(folder)) == kept
    assert shelf.publish(folder, edition, PAGE) == (not kept)
    assert shelf.load(folder) == (shelf.with_page(edition, PAGE),)


def built(results: Path, review: Review) -> None:
    """What render writes of an edition."""
    (results / "review").mkdir(parents=True, exist_ok=True)
    (results / "review/review.html").write_bytes(PAGE)
    (results / "review/edition.json").write_bytes(to_json(shelf.with_page(state(review), PAGE)))


@pytest.fixture
def publish(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """`perennial publish` on a built synthetic review, while the results hold ``now``."""

    def run(now: Review, *options: str) -> tuple[int, str]:
        monkeypatch.setattr(publishing, "gathered", lambda *_: now)
        arguments = [str(tmp_path / "results"), "--editions", str(folder), *options]
        done = CliRunner().invoke(publishing.command, arguments)
        return done.exit_code, str(done.exception) if done.exception else done.output

    return run


def test_the_command_keeps_what_is_built(tmp_path: Path, folder: Path, publish) -> None:
    now = synthetic.unpublished()
    built(tmp_path / "results", now)
    assert publish(now, "--note", "A note.") == (0, "edition 2026.1 of 2026-06-01: the first\n")
    assert publish(now) == (0, "edition 2026.1 is published as it is: nothing to do\n")
    later = replace(now, version="2026.2", as_of="2026-06-08")
    built(tmp_path / "results", later)
    told = "since edition 2026.1: no record, statement or conclusion changed"
    assert publish(later) == (0, f"edition 2026.2 of 2026-06-08; {told}\n")
    assert [one.note for one in shelf.load(folder)] == ["A note.", ""]


def test_the_command_refuses_a_page_that_is_out_of_date(tmp_path, folder, publish) -> None:
    now = synthetic.unpublished()
    built(tmp_path / "results", now)
    edited = replace(now, manifest={**now.manifest, "config/search.yaml": "b" * 64})
    status, said = publish(edited)
    assert status == 1
    assert "the page is older than what it shows (config/search.yaml changed since)" in said
    status, said = publish(replace(now, statements=now.statements[:-1]))
    assert status == 1
    assert "the page is older than what it shows" in said
    (tmp_path / "results/review/review.html").write_bytes(b"Another page.")
    status, said = publish(now)
    assert status == 1
    assert "not the page that was built" in said
    assert not folder.exists()


def test_the_command_needs_a_built_review(tmp_path: Path, publish) -> None:
    status, said = publish(synthetic.unpublished())
    assert status == 1
    assert "there is no such page" in said
    (tmp_path / "results/review").mkdir(parents=True)
    (tmp_path / "results/review/review.html").write_bytes(PAGE)
    status, said = publish(synthetic.unpublished())
    assert status == 1
    assert "no review is built here" in said


def test_an_edition_comes_back_from_its_file_as_it_was(edition: Edition) -> None:
    assert from_json(to_json(edition), Edition) == edition
