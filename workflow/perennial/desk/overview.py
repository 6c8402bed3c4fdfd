"""Overview."""

from __future__ import annotations

from flask import Blueprint, render_template

from perennial.desk.review import Review


def pages(review: Review) -> Blueprint:
    """The pages under /."""
    of = Blueprint("overview", __name__)

    @of.get("/")
    def show() -> str:
        return render_template("overview.html.j2")

    return of
