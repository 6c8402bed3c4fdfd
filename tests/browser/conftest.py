"""A real browser, once for each file of tests, and the pages that they open."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/render"))

import synthetic  # noqa: E402
from large import large  # noqa: E402
from perennial.render import diagram  # noqa: E402
from perennial.render.page import Pages  # noqa: E402
from perennial.render.review import Review  # noqa: E402

TEMPLATES = ROOT / "workflow/templates"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def executable() -> str:
    """A Chromium, without which these tests cannot run: that passes unseen nowhere but at home."""
    found = next(filter(None, map(shutil.which, NAMES)), "")
    if not found and os.environ.get("CI"):
        pytest.fail("NO BROWSER: none of " + ", ".join(NAMES) + " is installed")
    if not found:
        pytest.skip("NO BROWSER: the page was NOT tried; install chromium (apt install chromium)")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = executable()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


def written(review: Review, file: Path) -> Path:
    """The page of ``review`` as a file."""
    file.write_bytes(Pages(review, TEMPLATES, diagram.svg(review.flow, "Flow")).html())
    return file


@pytest.fixture
def write() -> Callable[[Review, Path], Path]:
    return written


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """The synthetic review, which should have been refreshed by 1 July 2026."""
    review = replace(synthetic.review(), polled="2026-06-20", next_refresh="2026-07-01")
    return written(review, tmp_path_factory.mktemp("small") / "review.html")


@pytest.fixture(scope="session")
def many_review() -> Review:
    return large(330, excluded=40)


@pytest.fixture(scope="session")
def many(many_review, tmp_path_factory) -> Path:
    """More statements than the page holds in full."""
    return written(many_review, tmp_path_factory.mktemp("many") / "review.html")


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Page]]:
    """Open a page; whatever it asks of a server or complains of fails the test that opened it."""
    contexts, asked, said = [], [], []

    def opened(file: Path, anchor: str = "", ready: str = "", **options: object) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        if ready:
            page.add_init_script(ready)
        page.goto(file.as_uri() + anchor)
        expected.add(file.as_uri())
        return page

    expected: set[str] = set()
    yield opened
    for context in contexts:
        context.close()
    assert set(asked) <= expected
    assert said == []
