"""The link that the terminal shows, that of the browser which we open, and who is let in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import driven
import pytest
from driven import Browser, running
from flask.testing import FlaskClient
from perennial.decisions.decision import Decision
from perennial.desk import guard
from perennial.desk.app import application
from perennial.desk.review import Review
from perennial.lock import locked
from screening_visitor import HOST

ROW = Decision("1", "title/abstract", "include", "", "Ada", "", "2026-01-01", "", "", "")


@pytest.fixture
def review(copied: Callable[[Path], Path], tmp_path: Path) -> Review:
    folder = copied(tmp_path / "review")
    return Review(folder / "results", folder / "config", folder / "archive")


@pytest.fixture
def visit(review: Review) -> Iterator[Callable[[], FlaskClient]]:
    """Browsers that know nothing yet."""
    app = application(review, "link", 7, once="once")
    return app.test_client


def _status(client: FlaskClient, path: str) -> int:
    return client.get(path, headers=HOST).status_code


def test_the_token_of_the_browser_that_we_open_lets_in_one_browser(
    visit: Callable[[], FlaskClient],
) -> None:
    first, second = visit(), visit()
    assert _status(first, "/?token=once") == 303
    assert _status(second, "/?token=once") == 403
    assert _status(second, "/who") == 403
    assert _status(first, "/?token=once") == 303, "whoever is in may load it again"
    assert _status(first, "/who") == 200
    assert [_status(client, "/?token=link") for client in (second, second, visit())] == [303] * 3
    assert _status(visit(), "/?token=") == 403


def test_it_lets_in_nobody_after_a_minute(
    visit: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = time.monotonic() + guard.ONCE
    monkeypatch.setattr(guard.time, "monotonic", lambda: late)
    assert _status(visit(), "/?token=once") == 403
    assert _status(visit(), "/?token=link") == 303


def test_without_one_an_empty_token_is_none(review: Review) -> None:
    client = application(review, "link", 7).test_client()
    assert _status(client, "/?token=") == 403


def test_the_browser_is_opened_with_a_token_that_is_not_the_one_shown(
    copied: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{seen}~" && mv "{seen}~" "{seen}"\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    assert driven.COMMAND[-1] == "--no-browser"
    monkeypatch.setattr(driven, "COMMAND", driven.COMMAND[:-1])
    with running(copied(tmp_path / "review")) as desk:
        until = time.monotonic() + 30
        while not seen.exists() and time.monotonic() < until:
            time.sleep(0.02)
        once = seen.read_text().strip().partition("?token=")[2]
        assert once and once != desk.token
        assert Browser(desk.port, once).get("/who").status == 200
        assert Browser(desk.port, once).get("/who").status == 403
        assert Browser(desk.port, desk.token).get("/who").status == 200


def test_a_name_of_nothing_visible_is_asked_again(visit: Callable[[], FlaskClient]) -> None:
    client = visit()
    client.get("/?token=link", headers=HOST)
    with client.session_transaction(base_url=f"http://{HOST['Host']}") as session:
        token = session["in"]
    for name, status in (("\u200b", 200), (" \u2060\u00ad ", 200), ("A\u200bda", 303)):
        form = {"token": token, "name": name}
        assert client.post("/who", data=form, headers=HOST).status_code == status
    with client.session_transaction(base_url=f"http://{HOST['Host']}") as session:
        assert session["reviewer"] == "A da"


def test_no_page_waits_for_a_row_that_waits_for_the_file(
    review: Review, visit: Callable[[], FlaskClient]
) -> None:
    answered, client = list[int](), visit()
    client.get("/?token=link", headers=HOST)
    with locked(review.decided.with_name(f".{review.decided.name}.lock"), 1):
        adding = Thread(target=review.keep, args=(ROW,))
        adding.start()
        while review._kept[0]._lock.acquire(blocking=False):
            review._kept[0]._lock.release()
        paths = ("/static/desk.css", "/who")
        asking = Thread(target=lambda: answered.extend(_status(client, path) for path in paths))
        asking.start()
        asking.join(10)
        assert answered == [200, 200]
        assert adding.is_alive()
    adding.join()
