"""Nobody gets in, and nobody breaks it: requests over the wire against a desk that runs."""

from __future__ import annotations

import contextlib
import re
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from driven import COMMAND, Browser, Running, running

ATTACKS = yaml.safe_load(Path(__file__).with_name("attacks.yaml").read_text("utf-8"))
PATIENCE = 20.0  # seconds for an answer to a socket
MEGABYTE = 1 << 20
TRACE = ("Traceback", 'File "', ".py", "werkzeug", "waitress", "site-packages")


@pytest.fixture(scope="module")
def desk(copied: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory):
    """One desk for all attacks: none may harm it for the next."""
    with running(copied(tmp_path_factory.mktemp("attacked"))) as desk:
        yield desk


@pytest.fixture(scope="module")
def ada(desk: Running) -> Browser:
    """Whose browser is attacked."""
    browser = Browser(desk.port, desk.token)
    assert browser.post("/who", {"name": "Ada", "token": browser.csrf}).status == 303
    return browser


@pytest.fixture
def unharmed(desk: Running, ada: Browser) -> Iterator[None]:
    """Afterwards nothing is written, nobody else's name stands there, and the desk answers."""
    before = desk.written
    yield
    assert desk.written == before
    page = ada.get("/who")
    assert page.status == 200
    assert ">Ada</a>" in page.text
    assert desk.process.poll() is None


def _sent(port: int, data: bytes) -> bytes:
    """All that comes back; b"" if the connection was cut without an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as there:
        with contextlib.suppress(ConnectionError):
            there.sendall(data)
            there.shutdown(socket.SHUT_WR)
        said = b""
        with contextlib.suppress(ConnectionError):
            while part := there.recv(65_536):
                said += part
    return said


def _wire(request: str) -> bytes:
    """A request as it goes over the wire; a body gets its length unless it has one."""
    head, _, body = request.partition("\n\n")
    body = body.rstrip("\n").replace("\n", "\r\n")
    if body and "Content-Length" not in head and "Transfer-Encoding" not in head:
        head += f"\nContent-Length: {len(body.encode())}"
    return (head.strip("\n").replace("\n", "\r\n") + "\r\n\r\n" + body).encode()


def test_there_are_attacks() -> None:
    names = [attack["name"] for attack in ATTACKS]
    assert len(names) > 50
    assert len(names) == len(set(names))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["name"])
@pytest.mark.usefixtures("unharmed")
def test_an_attack_fails(attack: dict, desk: Running, ada: Browser) -> None:
    known = {"port": desk.port, "token": desk.token, "cookie": ada.cookie, "csrf": ada.csrf}
    known["elsewhere"] = ada.cookie.replace(str(desk.port), "1", 1)
    known["deep"] = "[" * 100_000
    said = _sent(desk.port, _wire(attack["request"].format(**known))).decode()
    assert int(said.split()[1]) in attack["status"], said[:500]
    for text in (*attack.get("lacks", ()), *TRACE):
        assert text.format(**known) not in said
    assert desk.token not in said
    assert "\nserver:" not in said.lower()


@pytest.mark.usefixtures("unharmed")
def test_a_hundred_megabytes_are_refused_before_they_are_read(desk: Running, ada: Browser) -> None:
    before, head = desk.resident, f"POST /who HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n"
    head += f"Cookie: {ada.cookie}\r\nX-Perennial-Token: {ada.csrf}\r\n"
    declared = f"{head}Content-Length: {100 * MEGABYTE}\r\n\r\n".encode()
    chunked = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"10000\r\n" + bytes(65_536) + b"\r\n"
    for start, part in ((declared, bytes(MEGABYTE)), (chunked, chunk)):
        with socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE) as there:
            there.sendall(start)
            passed = 0
            with contextlib.suppress(ConnectionError):
                while passed < 100 * MEGABYTE:
                    there.sendall(part)
                    passed += len(part)
            assert passed < 30 * MEGABYTE
    assert desk.resident - before < 20 * MEGABYTE


@pytest.mark.usefixtures("unharmed")
def test_a_hundred_slow_senders_hold_up_nobody(desk: Running, ada: Browser) -> None:
    head = f"POST /who HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nContent-Length: 99\r\n\r\nx"
    with contextlib.ExitStack() as stack:
        for _ in range(60):
            there = socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE)
            stack.enter_context(there).sendall(head.encode())
        assert ada.get("/who").status == 200


@pytest.mark.parametrize("where", ["GET /{} HTTP/1.1\r\n", "GET / HTTP/1.1\r\nX-Long: {}\r\n"])
@pytest.mark.usefixtures("unharmed")
def test_a_head_without_end_is_refused(desk: Running, where: str) -> None:
    host = f"Host: 127.0.0.1:{desk.port}\r\n\r\n"
    said = _sent(desk.port, (where.format("a" * MEGABYTE) + host).encode())
    assert said == b"" or int(said.split()[1]) in (400, 403, 414, 431)


def test_what_every_answer_says_and_what_none_does(desk: Running, ada: Browser) -> None:
    for path in (
        "/",
        "/screening",
        "/criteria",
        "/evidence",
        "/who",
        "/nothing",
        "/static/desk.js",
    ):
        answer = ada.get(path)
        assert desk.token not in answer.text
        assert "Server" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe" not in policy
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_link_gives_a_cookie_for_this_site_alone_and_a_clean_address(desk: Running) -> None:
    for _ in range(2):  # the same link again, as from a bookmark: while the desk runs it lets in
        browser = Browser(desk.port, desk.token)
        browser.cookies.clear()
        answer = browser.get(f"/?token={desk.token}")
        cookie = answer.headers["Set-Cookie"]
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert cookie.startswith(f"perennial-{desk.port}=")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert not {"Domain", "Expires", "Max-Age"} & set(re.findall(r"; ([\w-]+)", cookie))
        assert desk.token not in cookie + answer.text
        assert browser.get("/who").status == 200


def test_it_listens_on_loopback_alone(desk: Running) -> None:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = {row[1] for row in rows if row[1].endswith(f":{desk.port:04X}") and row[3] == "0A"}
    assert ours == {f"0100007F:{desk.port:04X}"}
    six = [line.split()[1] for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    assert not [local for local in six if local.endswith(f":{desk.port:04X}")]


@pytest.fixture
def folder(copied: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A review of one's own."""
    return copied(tmp_path / "review")


def _answered(browser: Browser, answer: str = "include") -> int:
    page = browser.get("/screening")
    names = ("token", "stage", "reviewer", "moves", "pmid", "digest")
    return browser.post("/screening", {n: page.field(n) for n in names} | {"answer": answer}).status


def test_a_fault_of_the_desk_is_told_calmly_and_logged(folder: Path) -> None:
    with running(folder, "--reviewer", "Ada") as desk:
        browser = Browser(desk.port, desk.token)
        (folder / "results/3_screened/queue.parquet").write_bytes(b"no table")
        page = browser.get("/screening")
        assert page.status == 500
        assert not [text for text in TRACE if text in page.text]
        assert "A fault of the desk" in page.text
        assert "Traceback" in desk.log.read_text("utf-8")
        assert browser.get("/who").status == 200
        log = desk.log.read_text("utf-8")
        assert not [secret for secret in (desk.token, browser.csrf) if secret in log]


def test_a_disk_that_is_full_is_told_and_nothing_is_half_written(folder: Path) -> None:
    with running(folder, "--reviewer", "Ada") as desk:
        browser = Browser(desk.port, desk.token)
        assert _answered(browser) == 303
        before = desk.written
        limits = resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        page = browser.get("/screening")
        names = ("token", "stage", "reviewer", "moves", "pmid", "digest")
        form = {name: page.field(name) for name in names} | {"answer": "include"}
        answer = browser.post("/screening", form)
        assert answer.status == 409
        assert "the last answer is not kept" in answer.text
        assert desk.written == before
        resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, limits)
        assert _answered(browser) == 303
        after = desk.written["decisions.tsv"]
        assert after.startswith(before["decisions.tsv"])
        assert after.count(b"\n") == before["decisions.tsv"].count(b"\n") + 1


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_peace(folder: Path, by: signal.Signals) -> None:
    with running(folder, "--reviewer", "Ada") as desk:
        assert _answered(Browser(desk.port, desk.token)) == 303
        before = desk.written
        assert desk.end(by) == 0
        assert b"the desk is closed" in desk.process.stdout.read()
        assert desk.log.read_text("utf-8") == ""
        assert desk.written == before
    assert not list((folder / "config").glob(".*.aside"))


def test_a_port_in_use_is_told(folder: Path) -> None:
    with running(folder) as desk:
        port = str(desk.port)
        command = [*COMMAND, "--port", port]
        second = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    assert second.returncode == 2
    assert f"port {port} cannot be used" in second.stderr.decode()


def test_two_desks_over_one_review_keep_the_answers_of_both(folder: Path) -> None:
    one, two = running(folder, "--reviewer", "Ada"), running(folder, "--reviewer", "Bo", name="b")
    with one as of_ada, two as of_bo:
        assert of_ada.port != of_bo.port
        ada, bo = Browser(of_ada.port, of_ada.token), Browser(of_bo.port, of_bo.token)
        ada.cookies |= bo.cookies  # one browser has both: names and ports do not collide
        for browser in (ada, bo, ada, bo):
            assert _answered(browser, "unsure") == 303
        assert bo.get("/").status == 200
        assert Browser(of_ada.port, of_ada.token).get(f"/?token={of_bo.token}").status == 403
        rows = (folder / "config/decisions.tsv").read_text("utf-8").splitlines()[1:]
    assert sorted(row.split("\t")[4] for row in rows) == ["Ada", "Ada", "Bo", "Bo"]


def test_reading_begins_anew_when_the_desk_does(folder: Path) -> None:
    with running(folder, "--reviewer", "Ada") as desk:
        before = Browser(desk.port, desk.token)
        port = str(desk.port)
        desk.end()
    time.sleep(0.1)
    with running(folder, "--reviewer", "Ada", "--port", port) as desk:
        old = Browser(desk.port, desk.token)
        old.cookies = before.cookies
        assert old.get("/").status == 403
        assert old.get(f"/?token={before.token}").status == 403
        assert Browser(desk.port, desk.token).get("/").status == 200
