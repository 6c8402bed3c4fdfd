"""The pace that all processes of a machine share, measured where the requests arrive."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from perennial.entrez import pace
from perennial.errors import InputError

PROCESSES = 8
LONG = bool(os.environ.get("PERENNIAL_LONG"))
ASKING = """
import sys
from perennial.entrez import Source, ask
url, key, each = sys.argv[1:]
source = Source("test", url, "reader@example.org", key)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(each)):
    ask(source, "einfo", "eInfoResult", db="pubmed")
"""


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def arrivals() -> Iterator[tuple[str, list[float]]]:
    times: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            times.append(time.monotonic())
            body = b"<eInfoResult/>"
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", times
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("key", "limit", "each"), [("", 3, 5 if LONG else 2), ("KEY0123456789", 10, 10 if LONG else 5)]
)
def test_eight_processes_keep_to_the_limit_in_any_second(
    arrivals, key: str, limit: int, each: int
) -> None:
    url, times = arrivals
    command = [sys.executable, "-c", ASKING, url, key, str(each)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    asking = [subprocess.Popen(command, **pipes) for _ in range(PROCESSES)]
    try:
        assert [process.stdout.readline() for process in asking] == ["ready\n"] * PROCESSES
        for process in asking:
            process.stdin.write("go\n")
            process.stdin.flush()
        codes = [process.communicate(timeout=60) and process.returncode for process in asking]
    finally:
        for process in asking:
            process.kill()
    assert codes == [0] * PROCESSES
    assert len(times) == PROCESSES * each
    ordered = sorted(times)
    spans = [later - first for first, later in zip(ordered, ordered[limit:], strict=False)]
    assert spans
    assert min(spans) >= 1.0, f"{limit + 1} requests within {min(spans):.3f} s"


def slept(monkeypatch: pytest.MonkeyPatch, now: float) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(pace.time, "sleep", waits.append)
    monkeypatch.setattr(pace.time, "time", lambda: now)
    return waits


def take(host: str = "host", spacing: float = 0.37) -> None:
    with pace.turn(host, spacing):
        pass


def test_the_first_leaves_at_once_and_the_next_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = slept(monkeypatch, 1000.0)
    take()
    take()
    take("another host")
    assert waits == pytest.approx([0, 0.37, 0])


def test_who_is_asked_to_wait_waits_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = slept(monkeypatch, 1000.0)
    pace.hold("host", 5)
    pace.hold("host", 2)
    take()
    pace.hold("host", 10**9)
    take()
    assert waits == pytest.approx([5, pace.LONGEST_WAIT])


def test_a_clock_set_back_does_not_stop_us(monkeypatch: pytest.MonkeyPatch) -> None:
    slept(monkeypatch, 10.0**9)
    take()
    waits = slept(monkeypatch, 1000.0)
    take()
    assert waits == pytest.approx([0.37])


@pytest.mark.parametrize("damage", ["", "17", "17 x", "\0\0\0"])
def test_a_damaged_file_is_no_reason_to_hurry_or_to_stop(
    monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    waits = slept(monkeypatch, 1000.0)
    take()
    (file,) = pace.folder().iterdir()
    file.write_text(damage)
    take()
    assert waits[1] == pytest.approx(0.37 if damage else 0)


def test_a_process_that_dies_gives_the_lock_back() -> None:
    take()
    (file,) = pace.folder().iterdir()
    dying = "import fcntl, os, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); os.abort()"
    subprocess.run([sys.executable, "-c", dying, str(file)], check=False)
    with file.open() as again:
        fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_cache_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="XDG_CACHE_HOME"):
        take()


def test_a_host_names_a_file_and_no_path() -> None:
    take("../../etc/passwd:1")
    assert [file.parent for file in pace.folder().iterdir()] == [pace.folder()]
