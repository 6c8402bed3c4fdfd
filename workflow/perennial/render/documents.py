"""DOCX, PDF and Markdown, converted by pandoc from the same HTML as the page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from perennial.errors import InputError
from perennial.render import paper, typeset, word
from perennial.render.pandoc import pandoc

# Ids that pandoc would make up from headings could clash with ours.
_FROM = "--from=html-auto_identifiers"


def markdown(html: str) -> bytes:
    """GitHub's Markdown, one line per paragraph; nothing in it is raw HTML."""
    return pandoc(html, "--from=html", "--to=gfm-raw_html", "--wrap=none", "--sandbox")


def docx(html: str, pictures: Mapping[str, bytes], looks: Path, as_of: str) -> bytes:
    """A Word document with ``pictures`` (name → PNG) where ``html`` shows them.

    ``looks`` is the folder workflow/templates/document; ``as_of`` (ISO 8601) is the only date
    that goes into the file. Raises ``InputError`` if ``html`` shows any other picture.
    """
    paper.check_pictures(html, pictures)
    written = pandoc(
        paper.ready(html),
        _FROM,
        "--to=docx",
        files={
            "--reference-doc": ("looks.docx", word.reference(looks)),
            "--lua-filter": ("paper.lua", _read(looks / "paper.lua")),
        },
        beside=pictures,
        epoch=_epoch(as_of),
    )
    return word.finished(written, looks)


def pdf(html: str, pictures: Mapping[str, bytes], looks: Path, as_of: str) -> bytes:
    """A tagged PDF with ``pictures`` (name → SVG); ``html`` shows x.svg under the name x.png.

    As ``docx`` otherwise. A character that the fonts lack is spelled out, and logged.
    """
    paper.check_pictures(html, [name.replace(".svg", ".png") for name in pictures])
    source = pandoc(
        typeset.settable(paper.ready(html)),
        _FROM,
        "--to=typst-smart",
        "--wrap=none",
        files={
            "--template": ("review.typ", _read(looks / "review.typ")),
            "--lua-filter": ("paper.lua", _read(looks / "paper.lua")),
        },
    )
    return typeset.pdf(source.decode(), pictures, _epoch(as_of))


def _read(file: Path) -> str:
    return file.read_text("utf-8")


def _epoch(date: str) -> int:
    try:
        day = datetime.date.fromisoformat(date[:10])
    except ValueError:
        raise InputError(f"{date!r} is not a date", hint="write it as 2026-06-01") from None
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).timestamp())
