"""The transport: what is sent, what is not followed, what is not told."""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from Bio import Entrez
from perennial import entrez
from perennial.config import load
from perennial.entrez import Source, ask, faults
from perennial.entrez.secret import redacted
from perennial.errors import InputError, SourceError
from tenacity import wait_none

ROOT = Path(__file__).parent.parent.parent
KEY = "KEY0123456789"
INFO = b"<eInfoResult><DbInfo/></eInfoResult>"


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[float]:
    """Nobody waits; how long they would have is noted."""
    noted: list[float] = []
    monkeypatch.setattr(entrez, "PAUSE", wait_none())
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=noted.append))
    still = SimpleNamespace(time=time.time, sleep=lambda _: None)
    monkeypatch.setattr(entrez.pace, "time", still)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return noted


class Asked:
    """A request as a server saw it."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("Content-Length") or 0)
        self.method, self.path = handler.command, handler.path
        self.headers, self.body = handler.headers, handler.rfile.read(size).decode()

    @property
    def parameters(self) -> dict[str, list[str]]:
        return parse_qs(self.path.partition("?")[2] or self.body)


Reply = Callable[[Asked], tuple[int, dict[str, str], bytes]]


@pytest.fixture
def server() -> Iterator[Callable[..., tuple[Source, list[Asked]]]]:
    servers = []

    def start(reply: Reply, context: ssl.SSLContext | None = None) -> tuple[Source, list[Asked]]:
        seen: list[Asked] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(Asked(self))
                status, headers, body = reply(seen[-1])
                self.send_response(status)
                for name, value in {"Content-Type": "text/xml", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        running = Server(("127.0.0.1", 0), Handler)
        if context:
            running.socket = context.wrap_socket(running.socket, server_side=True)
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(running)
        url = f"{'https' if context else 'http'}://127.0.0.1:{running.server_port}/entrez/"
        return Source("test", url, "a@b.example", KEY), seen

    yield start
    for running in servers:
        running.shutdown()
        running.server_close()


def right(_: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, INFO


def info(source: Source, **params: str) -> entrez.Answer:
    return ask(source, "einfo", "eInfoResult", **({"db": "pubmed"} | params))


def test_each_request_says_who_asks(server) -> None:
    source, seen = server(right)
    info(source)
    told = seen[0].parameters
    assert (told["tool"], told["email"], told["api_key"]) == (["perennial"], ["a@b.example"], [KEY])
    assert seen[0].headers["Accept-Encoding"] == "gzip, deflate"


def test_biopython_is_left_as_it_was(server) -> None:
    before = Entrez._open, Entrez.email, Entrez.tool, Entrez.api_key, Entrez.max_tries
    source, _ = server(right)
    info(source)
    assert before == (Entrez._open, Entrez.email, Entrez.tool, Entrez.api_key, Entrez.max_tries)


@pytest.mark.parametrize(
    ("ids", "term", "method"),
    [(3, "", "GET"), (199, "", "POST"), (1, "x" * 1200, "POST"), (1, "short", "GET")],
)
def test_what_is_long_is_posted(server, ids: int, term: str, method: str) -> None:
    source, seen = server(right)
    listed = ",".join(str(90_000_001 + n) for n in range(ids))
    ask(source, "efetch", "eInfoResult", db="pubmed", id=listed, term=term)
    assert seen[0].method == method
    assert seen[0].parameters["id"] == [listed]
    assert seen[0].parameters["api_key"] == [KEY]
    assert (KEY in seen[0].path) == (method == "GET")


def test_a_redirect_within_the_host_is_followed(server) -> None:
    def moved(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        moved = {"Location": "/elsewhere?" + asked.path.partition("?")[2]}
        return right(asked) if "elsewhere" in asked.path else (301, moved, b"")

    source, seen = server(moved)
    assert info(source).body == INFO
    assert len(seen) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("long", [False, True])
def test_a_redirect_to_another_host_is_not_followed(server, status: int, long: bool) -> None:
    other, reached = server(right)
    source, seen = server(lambda _: (status, {"Location": other.url}, b""))
    with pytest.raises(SourceError, match=r"redirect|HTTP 30"):
        info(source, term="x" * 1200 if long else "x")
    assert (len(seen), len(reached)) == (1, 0)


def test_a_redirected_post_does_not_lose_its_parameters_in_silence(server) -> None:
    source, seen = server(lambda _: (302, {"Location": "/elsewhere"}, b""))
    with pytest.raises(SourceError, match="POST"):
        info(source, term="x" * 1200)
    assert len(seen) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(server, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("TLS CANNOT BE TESTED: no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    options += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [openssl, *options, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    source, seen = server(right, context)
    with pytest.raises(SourceError, match="CERTIFICATE_VERIFY_FAILED"):
        info(source)
    assert not seen


def test_nobody_there_is_told_without_secrets() -> None:
    source = Source("test", "http://127.0.0.1:1/", "a@b.example", KEY)
    with pytest.raises(SourceError, match="refused") as failure:
        info(source)
    assert KEY not in str(failure.value)
    assert KEY not in repr(source)


def test_the_pauses_are_those_that_the_server_asks_for(server, waits: list[float]) -> None:
    answers = [
        (429, {"Retry-After": "7"}, b"{}"),
        (503, {"Retry-After": "Sun, 01 Nov 2026 00:02:00 GMT", "Date": ""}, b""),
        (500, {}, b""),
        (200, {}, INFO),
    ]
    source, _ = server(lambda _: answers.pop(0))
    info(source)
    assert waits[0] == 7
    assert waits[2] == 0
    assert len(waits) == 3


def headers(**told: str) -> Message:
    message = Message()
    for name, value in told.items():
        message[name.replace("_", "-")] = value
    return message


NOON = "Sun, 01 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("0", 0),
        ("12", 12),
        (" 12 ", 12),
        ("Sun, 01 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("", 0),
        ("٣", 0),
    ],
)
def test_retry_after(asked: str, wait: float) -> None:
    fault = faults.refused(503, headers(Retry_After=asked, Date=NOON), b"")
    assert (fault.wait, fault.final) == (wait, False)


@pytest.mark.parametrize("asked", ["301", "9" * 40, "Mon, 02 Nov 2026 12:00:00 GMT"])
def test_a_longer_pause_than_we_can_make_ends_the_run(asked: str) -> None:
    fault = faults.refused(429, headers(Retry_After=asked, Date=NOON), b"")
    assert fault.final
    assert "come back in" in fault.message


@pytest.mark.parametrize(
    ("status", "body", "final"),
    [
        (400, b"<ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR>", True),
        (400, b'{"error":"API key invalid"}', True),
        (400, b"502 Bad Gateway", False),
        (400, b"<ERROR>uid 1502 is unknown</ERROR>", True),
        (403, b"", True),
        (404, b"502", True),
        (408, b"", False),
        (414, b"<html>", True),
        (429, b"", False),
        (500, b"", False),
        (503, b"\xff\xfe{", False),
    ],
)
def test_what_is_asked_again(status: int, body: bytes, final: bool) -> None:
    assert faults.refused(status, headers(), body).final is final


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error":"a\nb","api-key":"192.0.2.1"}', "a\nb"),
        (b"<eFetchResult><ERROR> gone </ERROR></eFetchResult>", "gone"),
        (b"<html><head><title>502 Bad</title></head>", "502 Bad"),
        (b"[1]", ""),
        (b"[" * 60_000, ""),
        (b"", ""),
        (b"<title", ""),
    ],
)
def test_a_servers_own_words(body: bytes, said: str) -> None:
    assert faults.words(body) == said


@pytest.mark.parametrize("form", ["k+y/=&1", "k%2By%2F%3D%261"])
def test_a_secret_is_hidden_however_it_is_written(form: str) -> None:
    source = Source("test", "http://127.0.0.1/", "a b@c.example", "k+y/=&1")
    told = redacted(f"asked\nhttp://h/?api_key={form}&email=a+b%40c.example \x1b[0m", source)
    assert told == "asked http://h/?api_key=***&email=*** [0m"


def test_the_log_tells_of_tries_without_the_key(server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [(500, {}, f"<ERROR>{KEY} a@b.example</ERROR>".encode()), (200, {}, INFO)]
    source, _ = server(lambda _: answers.pop(0))
    info(source)
    assert "einfo, try 1 of" in caplog.text
    assert "*** ***" in caplog.text
    assert KEY not in caplog.text


def config(folder: Path, **settings: str):
    text = (ROOT / "config/config.yaml").read_text("utf-8")
    for old, new in {"email": "a@b.example", **settings}.items():
        text = text.replace(f"  {old}: ", f"  {old}: {new} #", 1)
    (folder / "config.yaml").write_text(text, "utf-8")
    return load(folder / "config.yaml", "config")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://eutils.example.org/entrez/", "https"),
        ("https://me:secret@eutils.example.org/", "more than host and path"),
        ("https://eutils.example.org/?api_key=secret/", "more than host and path"),
    ],
)
def test_an_address_that_would_give_a_secret_away(tmp_path: Path, url: str, complaint: str) -> None:
    settings = config(tmp_path, server=url)
    with pytest.raises(InputError, match=complaint) as refusal, entrez.source(settings):
        pass
    assert "secret" not in str(refusal.value)
    assert refusal.value.place.line > 1


@pytest.mark.parametrize("content", ["", "two words", "a\nb", "schlüssel"])
def test_a_key_file_without_a_key_is_refused_and_not_repeated(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content, "utf-8")
    settings = config(tmp_path, server="ncbi", api_key_file=str(tmp_path / "key"))
    with pytest.raises(InputError, match="not one") as refusal, entrez.source(settings):
        pass
    assert not content or content not in str(refusal.value)


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    settings = config(tmp_path, server="ncbi", api_key_file=str(tmp_path / "none"))
    with pytest.raises(InputError, match="cannot be read"), entrez.source(settings):
        pass
