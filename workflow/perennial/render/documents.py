"""DOCX and Markdown, converted by pandoc from the same HTML as the page."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import cast

import lxml.html
from lxml import etree

from perennial.errors import InputError
from perennial.render.pandoc import pandoc

PICTURE = "flow.png"

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLE_ID = f"{{{_WORD}}}styleId"
_FOOTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_FOOTER_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can have


def markdown(html: str) -> bytes:
    """GitHub's Markdown, one line per paragraph; nothing in it is raw HTML."""
    return pandoc(html, "--from=html", "--to=gfm-raw_html", "--wrap=none", "--sandbox")


def docx(html: str, picture: bytes, looks: Path, as_of: str) -> bytes:
    """A Word document with ``picture`` where ``html`` shows flow.png.

    ``looks`` is a folder with styles.xml, page.xml and footer.xml; ``as_of`` (ISO 8601) is the
    only date that goes into the file. Raises ``InputError`` if ``html`` shows any other
    picture, since pandoc would read it from disk or fetch it.
    """
    shown = {image.get("src", "") for image in lxml.html.fromstring(html).iter("img")}
    if strangers := sorted(shown - {PICTURE}):
        raise InputError(f"the document may show {PICTURE} only, not {', '.join(strangers)}")
    return pandoc(
        html,
        "--from=html",
        "--to=docx",
        files={"": (PICTURE, picture), "--reference-doc": ("looks.docx", reference(looks))},
        epoch=_epoch(as_of),
    )


def reference(looks: Path) -> bytes:
    """pandoc's own reference document in the styles, page and footer of ``looks``."""
    original = pandoc("", "--print-default-data-file=reference.docx")
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts["word/styles.xml"] = _restyled(parts["word/styles.xml"], looks / "styles.xml")
    parts["word/document.xml"] = _repaged(parts["word/document.xml"], looks / "page.xml")
    parts["word/footer1.xml"] = (looks / "footer.xml").read_bytes()
    _add(parts, "word/_rels/document.xml.rels", "Relationship", _footer_relation())
    _add(parts, "[Content_Types].xml", "Override", _footer_type())
    return _zipped(parts)


def _restyled(styles: bytes, looks: Path) -> bytes:
    root, ours = _parsed(styles), _parsed(looks.read_bytes())
    held = {style.get(_STYLE_ID): style for style in root.iter(f"{{{_WORD}}}style")}
    for style in list(ours.iter(f"{{{_WORD}}}style")):
        old = held.get(style.get(_STYLE_ID))
        root.append(style) if old is None else root.replace(old, style)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _repaged(document: bytes, looks: Path) -> bytes:
    root = _parsed(document)
    old = next(root.iter(f"{{{_WORD}}}sectPr"))
    cast(etree._Element, old.getparent()).replace(old, _parsed(looks.read_bytes()))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _footer_relation() -> dict[str, str]:
    return {"Id": "rIdFooter", "Type": _FOOTER_RELATION, "Target": "footer1.xml"}


def _footer_type() -> dict[str, str]:
    return {"PartName": "/word/footer1.xml", "ContentType": _FOOTER}


def _add(parts: dict[str, bytes], name: str, tag: str, attributes: dict[str, str]) -> None:
    root = _parsed(parts[name])
    etree.SubElement(root, f"{{{etree.QName(root).namespace}}}{tag}", attributes)
    parts[name] = etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _parsed(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)


def _zipped(parts: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), data)
    return sink.getvalue()


def _epoch(date: str) -> int:
    try:
        day = datetime.date.fromisoformat(date[:10])
    except ValueError:
        raise InputError(f"{date!r} is not a date", hint="write it as 2026-06-01") from None
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).timestamp())
