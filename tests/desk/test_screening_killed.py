"""Whenever the desk is killed, no answer that it has acknowledged is lost."""

from __future__ import annotations

import contextlib
import html
import http.client
import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from perennial.decisions.table import append
from perennial.record import Record
from small_review import Project
from small_review import project as small

LONG = os.environ.get("PERENNIAL_LONG") == "1"
RECORDS = 640
ANSWERS = 500
KILLS = ANSWERS if LONG else 3
HEAD = "pmid\toutcome\tcriterion\treviewer\tdate\tnote\n"

project = small


@pytest.fixture
def review(project) -> Project:
    """A review in which several hundred records wait."""
    return project(records=[Record(str(n), title=f"Tale {n}") for n in range(1, RECORDS + 1)])


@dataclass
class Reviewer:
    """Answers over HTTP as fast as the desk allows, and notes what was acknowledged."""

    link: str
    answered: list[str] = field(default_factory=list)
    fault: str = ""

    def go(self, most: int) -> None:
        """Answer until the desk is gone or ``most`` are answered."""
        # Killed: what was not acknowledged may or may not be there.
        with contextlib.suppress(OSError, http.client.HTTPException):
            self._go(most)

    def _go(self, most: int) -> None:
        parts = urllib.parse.urlsplit(self.link)
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        connection.request("GET", f"/?{parts.query}")
        first = connection.getresponse()
        first.read()
        cookie = {"Cookie": first.headers["Set-Cookie"].split(";")[0]}
        connection.request("GET", "/screening", headers=cookie)
        named = connection.getresponse()
        shown = named.read().decode()
        if renewed := named.headers["Set-Cookie"]:
            cookie = {"Cookie": renewed.split(";")[0]}
        for _ in range(most):
            form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
            asked = {name: html.unescape(value) for name, value in form.items()}
            body = urllib.parse.urlencode({**asked, "answer": "include"})
            kind = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
            connection.request("POST", "/screening", body, cookie | kind)
            response = connection.getresponse()
            shown = response.read().decode()
            if response.status != 200 or f"Written: PMID {asked['pmid']}," not in shown:
                self.fault = f"{response.status}: {shown[:2000]}"
                return
            self.answered.append(asked["pmid"])


def desk(review: Project) -> tuple[subprocess.Popen[str], str]:
    """A desk as a process of its own, and its link."""
    run = [sys.executable, "-m", "perennial", "desk", "--no-browser", "--reviewer", "Ada"]
    process = subprocess.Popen(
        [*run, *review.options], cwd=review.folder, stdout=subprocess.PIPE, text=True
    )
    said = process.stdout.readline()
    return process, re.search(r"http://\S+", said)[0]


def killed(review: Project, draw: random.Random) -> Iterator[str]:
    """Kill the desk in the midst of answers; the acknowledged PMIDs, once all of them held."""
    process, link = desk(review)
    reviewer = Reviewer(link)
    most = ANSWERS - len(review.decisions)
    thread = threading.Thread(target=reviewer.go, args=(most,))
    thread.start()
    least = draw.randrange(1, max(2, most // 4)) if not LONG else 1
    end = time.monotonic() + 60
    while len(reviewer.answered) < min(least, most) and thread.is_alive():
        assert time.monotonic() < end
        time.sleep(0.001)
    time.sleep(draw.random() * 0.03)  # anywhere within the next answer
    process.kill()
    process.wait()
    thread.join(30)
    assert reviewer.fault == ""
    yield from reviewer.answered


def test_no_acknowledged_answer_is_lost(review: Project) -> None:
    draw = random.Random(1)
    acknowledged: list[str] = []
    for _ in range(KILLS):
        if len(review.decisions) >= ANSWERS:  # written, be it acknowledged or not
            break
        acknowledged += killed(review, draw)
        rows = review.decisions  # which raises if the file is no table
        pmids = [row.pmid for row in rows]
        assert set(acknowledged) <= set(pmids)
        assert len(pmids) == len(set(pmids))
        assert review.file.read_bytes().endswith(b"\n")
        # One at most was written and not yet acknowledged at each kill.
        assert len(pmids) <= len(acknowledged) + KILLS
    assert acknowledged
    assert beside(review.file) <= {".decisions.tsv.lock", ".decisions.tsv.aside"}
    review.file.with_name(".decisions.tsv.aside").write_text(HEAD + "1\tincl", "utf-8")
    append(review.file, replace(rows[-1], outcome="human"))
    assert beside(review.file) == {".decisions.tsv.lock"}
    assert review.decisions == [*rows, replace(rows[-1], outcome="human")]


def beside(file: Path) -> set[str]:
    """The names of what lies beside a table on its account."""
    return {path.name for path in file.parent.glob(".decisions.tsv*")}
