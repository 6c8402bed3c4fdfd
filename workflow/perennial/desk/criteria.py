"""Criteria."""

from __future__ import annotations

from flask import Blueprint, render_template

from perennial.desk.review import Review


def pages(review: Review) -> Blueprint:
    """The pages under /criteria."""
    of = Blueprint("criteria", __name__)

    @of.get("/criteria")
    def show() -> str:
        return render_template("criteria.html.j2")

    return of
