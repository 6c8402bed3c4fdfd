"""How the tests read what was rendered."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

import lxml.html
from lxml import etree
from perennial.render.pandoc import pandoc


def page(files: dict[str, bytes]) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(files["review.html"].decode())


def markdown_page(files: dict[str, bytes]) -> lxml.html.HtmlElement:
    """review.md as GitHub would show it."""
    html = pandoc(
        files["review.md"].decode(), "--from=gfm", "--to=html", "--wrap=none", "--sandbox"
    )
    return lxml.html.fromstring(f"<div>{html.decode()}</div>")


def docx_text(files: dict[str, bytes]) -> str:
    with zipfile.ZipFile(io.BytesIO(files["review.docx"])) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return squeezed("".join(t.text or "" for t in root.iter("{*}t")))


def squeezed(text: str) -> str:
    """Without any white space, in NFC: where lines break is no concern of these tests."""
    return unicodedata.normalize("NFC", re.sub(r"\s+", "", text))
