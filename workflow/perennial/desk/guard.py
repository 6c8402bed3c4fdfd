"""Who may ask, and what a page may do: every request passes here before any page sees it.

The desk listens on loopback, but any page that the reviewer visits can send requests there, and
other names can be made to point there (DNS rebinding). So a request has to name this very host,
come from one of the desk's own pages if it changes anything, and carry the cookie that the link
with the token, told at the start, has given; a form carries the token of its session besides.
"""

from __future__ import annotations

import secrets
import time
from hmac import compare_digest

from flask import Flask, Response, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from perennial.config import LARGEST

ONCE = 60.0  # seconds in which the browser that we open asks for its first page
SAFE = ("GET", "HEAD", "OPTIONS")
CSRF_HEADER = "X-Perennial-Token"
CSRF_FIELD = "token"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with none at all, a form would tell no Origin
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def guard(app: Flask, token: str, port: int, once: str = "") -> None:
    """Put the guard before every page of ``app``, which is served at ``port``.

    ``token`` lets in whoever shows it. ``once`` lets in the first who does, for ``ONCE`` seconds
    from now: every account of the machine can read it in the command line of the browser.
    """
    unused = {once: time.monotonic() + ONCE} if once else {}
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        # Cookies do not tell ports apart: two desks on one machine must not share one.
        SESSION_COOKIE_NAME=f"perennial-{port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=LARGEST + 100_000,
        MAX_FORM_MEMORY_SIZE=LARGEST + 100_000,
    )

    @app.before_request
    def admit() -> ResponseReturnValue | None:
        # A request line may name a host of its own, which outranks the header (RFC 9112, 3.2.2).
        if request.host not in hosts or not request.environ.get("REQUEST_URI", "/").startswith("/"):
            abort(421, "The desk answers under the name in its link alone.")
        if (given := request.args.get("token")) is not None and request.method == "GET":
            again = bool(once) and given == once and "in" in session
            return _let_in(again or unused.pop(given, 0) > time.monotonic() or _same(given, token))
        if "in" not in session:
            abort(403, "Open the link that the terminal shows: it lets this browser in.")
        if request.method not in SAFE:
            _own_page(f"http://{request.host}")
        return None

    @app.after_request
    def fence(response: Response) -> Response:
        nonce = getattr(request, "style_nonce", "")
        policy = _POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else "")
        response.headers["Content-Security-Policy"] = policy
        response.headers.update(HEADERS)
        return response


def _same(given: str, token: str) -> bool:
    return compare_digest(given.encode(), token.encode())


def _let_in(known: bool) -> ResponseReturnValue:
    if not known:
        abort(403, "This link lets in no more; the terminal shows the one that does.")
    session.setdefault("in", secrets.token_urlsafe(16))
    return redirect(f"/{request.path.lstrip('/')}", 303)  # //name/ would lead to another host


def csrf() -> str:
    """The token that forms of this session carry."""
    return str(session.get("in", ""))


def _own_page(origin: str) -> None:
    """Abort unless the request comes from a page of this desk."""
    if request.headers.get("Origin", origin) != origin:
        abort(403, "This request comes from another page.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403, "This request comes from another page.")
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not compare_digest(given.encode(), csrf().encode()):
        abort(403, "The form is not of this session; load the page again.")
