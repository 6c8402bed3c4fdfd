"""One HTTP exchange: sent at the shared pace, received whole, bounded in time and size."""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from email.message import Message
from functools import partial
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from perennial.entrez import pace
from perennial.entrez.faults import Fault, refused
from perennial.entrez.origin import Source

CONNECT = 20.0  # seconds until a connection, TLS included, must stand
READ = 60.0  # seconds without a byte; NCBI's slowest answers start within about 30
WHOLE = 900.0  # seconds for one answer: a server that drips must end some time
LARGEST = 200_000_000  # bytes unpacked in one answer; 200 records are about 2 MB
_PIECE = 65_536
_AUTO = zlib.MAX_WBITS | 32  # zlib tells gzip from its own format

Turn = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """A whole answer with status 200: its headers, and its body unpacked."""

    headers: Message
    body: bytes


def exchange(request: Request, source: Source) -> Received:
    """Send a request and read the whole answer.

    Raises Fault for another status, a redirect that is not followed, and a body that is cut
    short, too large or wrongly packed; OSError or HTTPException where the connection breaks.
    """
    request.add_header("Accept-Encoding", "gzip, deflate")
    try:
        with opener(source).open(request, timeout=READ) as response:
            if response.status != 200:
                raise refused(response.status, response.headers, b"")
            return Received(response.headers, _unpacked(response, response.headers))
    except HTTPError as error:
        with error:
            raise refused(error.code, error.headers, _remark(error)) from None


def _remark(error: HTTPError) -> bytes:
    """What a refusal says; a refusal whose body breaks off is a refusal all the same."""
    try:
        return _unpacked(error, error.headers)
    except (Fault, OSError, http.client.HTTPException):
        return b""


def opener(source: Source) -> urllib.request.OpenerDirector:
    """What opens a request at the shared pace, and follows no redirect to another host."""
    spacing = pace.SPACING_WITH_KEY if source.api_key else pace.SPACING
    turn: Turn = partial(pace.turn, source.host, spacing) if source.paced else nullcontext
    proxies = [urllib.request.ProxyHandler({})] if source.here else []
    return urllib.request.build_opener(_Plain(turn), _Secure(turn), _SameHost, *proxies)


class _Paced(http.client.HTTPConnection):
    """A connection that stands before its request's turn comes."""

    turn: Turn = nullcontext

    def connect(self) -> None:
        self.timeout = CONNECT
        super().connect()
        self.sock.settimeout(READ)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self.connect()
        with self.turn():
            super().request(*args, **kwargs)


class _PacedTLS(_Paced, http.client.HTTPSConnection):
    """The same over TLS; certificate and host name are verified."""


def _connection(kind: type[_Paced], turn: Turn, host: str, **settings: Any) -> _Paced:
    connection = kind(host, **settings)
    connection.turn = turn
    return connection


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self.made: Any = partial(_connection, _Paced, turn)

    def http_open(self, req: Request) -> Any:
        return self.do_open(self.made, req)


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self.made: Any = partial(_connection, _PacedTLS, turn)

    def https_open(self, req: Request) -> Any:
        return self.do_open(self.made, req, context=ssl.create_default_context())


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within a host; elsewhere it would take the key and address along."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            target = f"{new.scheme}://{new.hostname}"
            raise Fault(f"redirected to another host, {target}: refused", final=True)
        if req.data is not None:  # urllib would repeat a POST as a GET, without its parameters
            raise Fault(f"HTTP {code}: a redirected POST is not followed", final=True)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _unpacked(stream: Any, headers: Message) -> bytes:
    packed = _whole(stream, headers)
    coding = (headers.get("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return packed
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise Fault(f"the answer is packed as {coding!r}, which was not asked for")
    try:
        return _inflated(packed)
    except zlib.error as error:
        raise Fault(f"the answer cannot be unpacked: {error}") from None


def _whole(stream: Any, headers: Message) -> bytes:
    """The body as sent; http.client does not complain of one that is shorter than announced."""
    body, end = bytearray(), time.monotonic() + WHOLE
    while piece := stream.read1(_PIECE):
        body += piece
        _within(len(body))
        if time.monotonic() > end:
            raise Fault(f"the answer was not complete after {WHOLE:.0f} seconds")
    announced = (headers.get("Content-Length") or "").strip()
    if announced.isascii() and announced.isdigit() and int(announced[:18]) != len(body):
        raise Fault(f"the answer ends after {len(body):,} of {int(announced[:18]):,} bytes")
    return bytes(body)


def _inflated(packed: bytes) -> bytes:
    """All members of a gzip body, or a deflate body in either of its two forms."""
    if not packed:
        return b""
    body, bits = bytearray(), _AUTO if _headed(packed) else -zlib.MAX_WBITS
    while packed:
        member = zlib.decompressobj(bits)
        body += member.decompress(packed, LARGEST - len(body) + 1)
        _within(len(body))
        if not member.eof:
            raise Fault("the packed answer is cut short")
        packed = member.unused_data
    return bytes(body)


def _headed(packed: bytes) -> bool:
    """Whether gzip's or zlib's header stands in front (RFC 1950 and 1952)."""
    head = packed[:2]
    zlib_header = len(head) == 2 and head[0] & 15 == 8 and int.from_bytes(head, "big") % 31 == 0
    return head == b"\x1f\x8b" or zlib_header


def _within(size: int) -> None:
    if size > LARGEST:
        raise Fault(f"the answer is larger than {LARGEST:,} bytes", final=True)
