"""Real desks that serve copies of the built example, and people's browsers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page
from project import Project

NEEDED = ("config", "results", "archive")
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}


# What is done by keys alone is done at a desk each time; on a phone too in the long run.
SIZES = {"desk": WIDE, "phone": PHONE} if os.environ.get("PERENNIAL_LONG") else {"desk": WIDE}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """The window of somebody who walks through a page by keys."""
    return request.param


@dataclass(frozen=True)
class Served:
    """A desk that runs: its link with the token, its folder, and its process."""

    link: str
    folder: Path
    process: subprocess.Popen[str]

    @property
    def root(self) -> str:
        """Where its pages are."""
        return self.link.partition("/?")[0]

    @property
    def decisions(self) -> str:
        """What stands in decisions.tsv."""
        return (self.folder / "config/decisions.tsv").read_text("utf-8")


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Path:
    """A copy of the built example, to be changed at will."""
    for name in NEEDED:
        shutil.copytree(made.folder / name, tmp_path / "project" / name)
    return tmp_path / "project"


@contextlib.contextmanager
def desk(folder: Path, *options: str) -> Iterator[Served]:
    """``perennial desk`` in a folder, as a process of its own, until the block ends."""
    command = [sys.executable, "-m", "perennial", "desk", "--no-browser", *options]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        said = process.stdout.readline()
        link = re.search(r"http://\S+", said)
        if not link:
            raise AssertionError(said + process.stdout.read())
        yield Served(link[0], folder, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def serve(project: Path) -> Iterator[Callable[..., Served]]:
    """Start a desk over ``project`` (or another folder): ``serve("--reviewer", "Ada")``."""
    with contextlib.ExitStack() as stack:
        yield lambda *options, folder=project: stack.enter_context(desk(folder, *options))


@pytest.fixture(scope="module")
def shared(made: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One desk of Ada's for all tests of a file that take nothing down in config/."""
    folder = tmp_path_factory.mktemp("shared")
    for name in NEEDED:
        shutil.copytree(made.folder / name, folder / name)
    with desk(folder, "--reviewer", "Ada") as served:
        yield served


@pytest.fixture
def enter(browser) -> Iterator[Callable[..., Page]]:
    """Open a desk as a person would, by its link, in a browser profile of one's own.

    Whatever the page asks of another host, or complains of on its console, fails the test;
    ``page.expected`` takes patterns of console messages that the test provokes.
    """
    contexts, strange, said = [], [], []

    def opened(served: Served, path: str = "/", **options: object) -> Page:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        page = context.new_page()
        page.expected = []
        page.set_default_timeout(10_000)
        page.on("request", lambda r: r.url.startswith(served.root) or strange.append(r.url))
        page.on("console", lambda m: said.append((page, f"{m.type}: {m.text}")))
        page.on("pageerror", lambda error: said.append((page, str(error))))
        page.goto(served.link)
        if path != "/":
            page.goto(served.root + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in strange if not url.startswith("data:")] == []
    unexpected = [text for page, text in said if not any(re.search(p, text) for p in page.expected)]
    assert unexpected == []
