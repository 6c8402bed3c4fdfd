"""A reviewer at the screening page without a browser: sends its forms as they stand."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from perennial.desk.app import application
from perennial.desk.review import Review

sys.path.insert(0, str(Path(__file__).parents[1] / "decisions"))

from small_review import Project

HOST = {"Host": "127.0.0.1:7"}
DAY = "2026-01-02"


def site(review: Project | Path, day: str = DAY) -> Flask:
    """The desk over a small review."""
    folder = getattr(review, "folder", review)
    found = Review(folder / "results", folder / "config", folder / "archive", day)
    app = application(found, "link", 7)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


class Visitor:
    """One browser with somebody before it."""

    def __init__(self, app: Flask, name: str, path: str = "/screening") -> None:
        self.client: FlaskClient = app.test_client()
        self.path = path
        self.client.get("/?token=link", headers=HOST)
        with self.client.session_transaction(base_url="http://127.0.0.1:7") as session:
            self.token = session["in"]
            session["reviewer"] = name
        self.text = ""
        self.status = 0

    def look(self, query: str = "") -> Visitor:
        """Open the page."""
        return self._took(self.client.get(self.path + query, headers=HOST))

    def form(self) -> dict[str, str]:
        """The hidden fields of the page as it was seen last."""
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.text)
        return {name: html.unescape(value) for name, value in found}

    def send(self, form: dict[str, str], htmx: bool = True, **more: str) -> Visitor:
        """Submit a form; the page that comes back is seen."""
        headers = HOST | ({"HX-Request": "true"} if htmx else {})
        told = {**form, **more}
        return self._took(
            self.client.post(self.path, data=told, headers=headers, follow_redirects=not htmx)
        )

    def press(self, answer: str, **more: str) -> Visitor:
        """Answer the record on the screen."""
        if not self.text:
            self.look()
        return self.send(self.form(), answer=answer, **more)

    def _took(self, response) -> Visitor:
        self.text, self.status = response.get_data(as_text=True), response.status_code
        return self

    @property
    def pmid(self) -> str:
        """The record on the screen, "" at the end."""
        return self.form().get("pmid", "")

    @property
    def said(self) -> str:
        """What the page tells of the last answer."""
        found = re.search(r'<p class="said-\w+">(.*?)</p>', self.text)
        return html.unescape(found[1]) if found else ""
