"""A desk as a process of its own, and a browser without pages: requests, and a cookie."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

WRITTEN = ("screening.yaml", "decisions.tsv", "corrections.tsv")
LONGEST = 30  # seconds for an answer
COMMAND = [sys.executable, "-m", "perennial", "desk", "--no-browser"]


@dataclass(frozen=True)
class Running:
    """A desk that runs: its port and token, its folder, its process, and where it writes."""

    port: int
    token: str
    folder: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def written(self) -> dict[str, bytes]:
        """What the desk may write, as it is now."""
        return {name: (self.folder / "config" / name).read_bytes() for name in WRITTEN}

    @property
    def resident(self) -> int:
        """Bytes of memory that the process has."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """End it; its exit status."""
        self.process.send_signal(by)
        return self.process.wait(15)


@contextlib.contextmanager
def running(folder: Path, *options: str, name: str = "desk") -> Iterator[Running]:
    """A desk over the review in a folder, until the block ends."""
    log = folder / f"{name}.said"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, *options], cwd=folder, stdout=subprocess.PIPE, stderr=said
        )
    try:
        first = process.stdout.readline().decode()
        link = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)", first)
        assert link, first + log.read_text()
        yield Running(int(link[1]), link[2], folder, process, log)
    finally:
        process.kill()
        process.wait(15)
        process.stdout.close()


@dataclass(frozen=True)
class Answer:
    """An answer, read whole."""

    status: int
    headers: dict[str, str]
    text: str

    def field(self, name: str) -> str:
        """The value of the first hidden field of this name, "" if there is none."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""


@dataclass
class Browser:
    """Somebody's browser, let in by the link."""

    port: int
    token: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.get(f"/?token={self.token}")

    @property
    def cookie(self) -> str:
        """The header of that name."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @cached_property
    def csrf(self) -> str:
        """The token that forms of this session carry."""
        return re.search(r'"X-Perennial-Token": "([^"]+)"', self.get("/who").text)[1]

    def get(self, path: str) -> Answer:
        """A page."""
        return self._asked("GET", path, None, {})

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """A form that is sent."""
        typed = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._asked("POST", path, urlencode(form), typed)

    def post_json(self, path: str, body: str, token: str) -> Answer:
        """What a script of the page sends."""
        typed = {"Content-Type": "application/json", "X-Perennial-Token": token}
        return self._asked("POST", path, body, typed)

    def _asked(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)) as there:
            cookie = {"Cookie": self.cookie} if self.cookies else {}
            there.request(method, path, body and body.encode(), {**cookie, **headers})
            answer = there.getresponse()
            self._remember(answer)
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())

    def _remember(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
