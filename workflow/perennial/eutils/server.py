"""HTTP around a function from request to answer: loopback only, and nothing but HTTP."""

from __future__ import annotations

import re
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from perennial.eutils.answer import Answer, Request, page
from perennial.eutils.utilities import Respond

BASE = "/entrez/eutils/"
LONGEST_LINE = 8_000  # characters of a request line; NCBI answers longer ones with 414
LARGEST_BODY = 10 * 2**20  # bytes; 10,000 identifiers take about 100 kB
_MOST_DISCARDED = 8 * LARGEST_BODY  # so that a client hears the refusal before a reset
_PATIENCE = 30  # seconds without a byte from a client
_PATH = re.compile(re.escape(BASE) + r"([a-z]+)\.fcgi")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@contextmanager
def listening(
    respond: Respond, *, today: str, port: int = 0, verbose: bool = False
) -> Iterator[str]:
    """Serve ``respond`` on 127.0.0.1 while the context lasts; yields the base URL.

    ``port`` 0 takes any free one. ``today`` (YYYY-MM-DD) is the ``Date`` of every answer,
    at midnight UTC. Requests are logged to stderr if ``verbose``. Raises OSError for a
    port that is taken.
    """
    server = _Server(("127.0.0.1", port), _handler(respond, today, verbose))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{BASE}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # with the usual 5, many clients at once wait a second for a place

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has hung up is no fault of the server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _handler(respond: Respond, today: str, verbose: bool) -> type[BaseHTTPRequestHandler]:
    midnight = datetime.fromisoformat(today).replace(tzinfo=UTC)

    class Handler(_Handler):
        answer_to = staticmethod(respond)
        date = format_datetime(midnight, usegmt=True)
        logs = verbose

    return Handler


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request; ``Connection: close`` follows from HTTP/1.0."""

    answer_to: Respond
    date: str
    logs: bool
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """A request whose parameters stand in the URL."""
        self._send(self._answer(""))

    def do_POST(self) -> None:
        """A request whose parameters stand in the body, the URL, or both."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._send(page(411, "Length Required"))
        elif len(length) > 15 or int(length) > LARGEST_BODY:
            self._discard(int(length[:15]))
            self._send(page(413, "Request Entity Too Large"))
        else:
            self._send(self._answer(self.rfile.read(int(length)).decode("utf-8", "replace")))

    def _answer(self, body: str) -> Answer:
        if len(self.requestline) > LONGEST_LINE:
            return page(414, "Request-URI Too Long")
        url = urlsplit(self.path)
        utility = _PATH.fullmatch(url.path)
        if not utility:
            return page(404, "Not Found")
        return self._responded(Request(utility[1], _parameters(url.query, body)))

    def _responded(self, request: Request) -> Answer:
        try:
            return type(self).answer_to(request)
        except Exception:  # a fault of this program: the client gets a 500, stderr the traceback
            sys.excepthook(*sys.exc_info())
            return page(500, "Internal Server Error")

    def _send(self, answer: Answer) -> None:
        if answer.status == 0:
            self._reset()
            return
        headers = {
            "Server": self.version_string(),
            "Date": self.date,
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
        }
        self.log_request(answer.status, len(answer.body))
        self.send_response_only(answer.status)
        for name, value in {**headers, **dict(answer.headers)}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _reset(self) -> None:
        """Closing with no time to linger sends a reset in place of an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server itself refuses, such as a request line above 64 kB."""
        if code == 414:
            self._discard_head()
        super().send_error(code, message, explain)

    def _discard_head(self) -> None:
        """Read on to the blank line: closing on unread bytes would reset the connection."""
        left = _MOST_DISCARDED
        while left > 0 and (line := self.rfile.readline(2**16)).strip(b"\r\n"):
            left -= len(line)

    def _discard(self, length: int) -> None:
        left = min(length, _MOST_DISCARDED)
        while left > 0 and (read := self.rfile.read(min(left, 2**16))):
            left -= len(read)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The server's own date, so that the same request gets the same bytes on any day."""
        return self.date

    def version_string(self) -> str:
        """The Server header, without the Python version that would change with the machine."""
        return "perennial-eutils"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing unless asked to."""
        if self.logs:
            super().log_message(format, *args)


def _parameters(*encoded: str) -> dict[str, tuple[str, ...]]:
    """All parameters, names in lower case; characters that XML cannot hold become blanks."""
    found: dict[str, tuple[str, ...]] = {}
    for part in encoded:
        for name, values in parse_qs(part, keep_blank_values=True).items():
            held = found.get(name.lower(), ())
            found[name.lower()] = held + tuple(_NOT_XML.sub(" ", value) for value in values)
    return found
