"""The pages of the desk, put together behind the guard."""

from __future__ import annotations

import importlib
import logging
import traceback
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, send_file, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from perennial.decisions.sitting import plain
from perennial.desk.guard import csrf, guard
from perennial.desk.review import Review
from perennial.errors import InputError
from perennial.imports.ids import called
from perennial.places import TEMPLATES
from perennial.printable import printable
from perennial.standalone import SAFE

log = logging.getLogger(__name__)

# Each is a module of this package with ``pages(review)``, which gives its Flask blueprint.
PAGES = ("overview", "screening", "criteria", "evidence")
# All that can be had under /static/, by the name that the browser asks for.
STATIC = {
    "style.css": "style.css",
    "desk.css": "desk/desk.css",
    "desk.js": "desk/desk.js",
    "editor.css": "desk/editor.css",
    "editor.js": "desk/editor.js",
    "protocol.js": "desk/protocol.js",
    "quote.js": "desk/quote.js",
    "screening.js": "desk/screening.js",
    "htmx.js": "vendor/htmx/htmx.min.js",
    "codemirror.js": "vendor/codemirror/codemirror.min.js",
}
LONGEST_NAME = 100  # characters of a reviewer's name


def application(review: Review, token: str, port: int, reviewer: str = "", once: str = "") -> Flask:
    """The desk as a WSGI application, to be served at ``port`` of loopback.

    ``reviewer`` is who decides; "" asks each browser once. ``once`` is a token as ``guard`` says.
    """
    app = Flask("perennial.desk", template_folder=str(TEMPLATES / "desk"), static_folder=None)
    app.jinja_options = SAFE
    app.add_template_filter(called)
    guard(app, token, port, once)
    app.context_processor(lambda: _shared(review))
    app.register_error_handler(InputError, lambda error: _refused(review.told(error)))
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(Exception, _broken)
    _front(app, reviewer)

    @app.before_request
    def look() -> None:
        if request.endpoint != "static":
            review.look()

    for page in PAGES:
        app.register_blueprint(importlib.import_module(f"perennial.desk.{page}").pages(review))
    return app


def _shared(review: Review) -> dict[str, Any]:
    """What every page is given."""
    name = session.get("reviewer", "")
    noticed = review.noticed() if csrf() else ()  # who is refused learns nothing
    return {"csrf": csrf(), "reviewer": name, "noticed": noticed}


def _front(app: Flask, reviewer: str) -> None:
    """What all pages share: style and scripts, and who is there."""

    @app.before_request
    def named() -> ResponseReturnValue | None:
        if reviewer:
            session.setdefault("reviewer", reviewer)
        if session.get("reviewer") or request.endpoint in ("who", "static"):
            return None
        return redirect("/who", 303)

    @app.get("/static/<name>", endpoint="static")
    def static(name: str) -> Response:
        if name not in STATIC:
            abort(404)
        return send_file(TEMPLATES / STATIC[name])

    @app.route("/who", methods=["GET", "POST"])
    def who() -> ResponseReturnValue:
        name = plain(request.form.get("name", ""))[:LONGEST_NAME].rstrip()
        if request.method == "GET" or not name:
            return render_template("who.html.j2")
        session["reviewer"] = name
        return redirect("/", 303)


def _refused(error: InputError) -> ResponseReturnValue:
    """What a person can mend, told as the command line tells it."""
    return render_template("trouble.html.j2", heading="This cannot be done", error=error), 409


def _failed(error: HTTPException) -> ResponseReturnValue:
    told = InputError(error.description or error.name)
    heading = f"{error.code} {error.name}"
    return render_template("trouble.html.j2", heading=heading, error=told), error.code or 500


def _broken(error: Exception) -> ResponseReturnValue:
    """A fault of the desk itself: the log has it, the page only says so."""
    trace = "".join(traceback.format_exception(error)).splitlines()
    log.error("%s %r\n%s", request.method, request.path, "\n".join(map(printable, trace)))
    told = InputError("Something in the desk itself went wrong; the terminal tells what.")
    told.hint = "What was kept before is kept. Load the page again to see how things stand."
    return render_template("trouble.html.j2", heading="A fault of the desk", error=told), 500
