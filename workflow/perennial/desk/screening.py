"""Screening."""

from __future__ import annotations

from flask import Blueprint, render_template

from perennial.desk.review import Review


def pages(review: Review) -> Blueprint:
    """The pages under /screening."""
    of = Blueprint("screening", __name__)

    @of.get("/screening")
    def show() -> str:
        return render_template("screening.html.j2")

    return of
