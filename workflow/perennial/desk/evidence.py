"""Evidence."""

from __future__ import annotations

from flask import Blueprint, render_template

from perennial.desk.review import Review


def pages(review: Review) -> Blueprint:
    """The pages under /evidence."""
    of = Blueprint("evidence", __name__)

    @of.get("/evidence")
    def show() -> str:
        return render_template("evidence.html.j2")

    return of
