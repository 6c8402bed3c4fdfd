"""The Word document beyond what pandoc writes: its looks, and what a journal asks of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import cast

from lxml import etree

from perennial.render.pandoc import pandoc

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_FOOTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_FOOTER_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can have
# Some 25 lines of a cell: a row with more text may go on upon the next page.
_LONGEST_WHOLE_ROW = 2000
_SHORT_TABLE = 11  # rows, with the head; one as short, and with no more text, stands on one page
# In English metric units, 914,400 to the inch: a page has 10.1 inches, of which a caption and
# the headings above may need three.
_HIGHEST_PICTURE = 7 * 914_400
_CAPTIONS = {"TableCaption": "Table", "ImageCaption": "Figure"}


def w(name: str) -> str:
    """An element or attribute name of WordprocessingML."""
    return f"{{{_WORD}}}{name}"


def reference(looks: Path) -> bytes:
    """pandoc's own reference document in the styles, page and footer of ``looks``."""
    parts = _parts(pandoc("", "--print-default-data-file=reference.docx"))
    parts["word/styles.xml"] = _restyled(parts["word/styles.xml"], looks / "styles.xml")
    parts["word/document.xml"] = _repaged(parts["word/document.xml"], looks / "page.xml")
    parts["word/footer1.xml"] = (looks / "footer.xml").read_bytes()
    _add(parts, "word/_rels/document.xml.rels", "Relationship", _footer_relation())
    _add(parts, "[Content_Types].xml", "Override", _footer_type())
    return _zipped(parts)


def finished(document: bytes, looks: Path) -> bytes:
    """``document`` with numbered captions, whole rows, named pictures, and pages on their side."""
    parts = _parts(document)
    root = _parsed(parts["word/document.xml"])
    for table in root.iter(w("tbl")):
        _keep_rows(table.findall(w("tr")))
        _set_apart(table)
    _number(root.iter(w("p")))
    for number, picture in enumerate(root.iter(f"{_DRAWN}inline"), start=1):
        _name(picture, number)
        _fit(picture)
    _turn(root)
    parts["word/document.xml"] = _written(root)
    return _compressed(parts, looks)


def _keep_rows(rows: list[etree._Element]) -> None:
    """No row breaks that has room on a page, and no short table."""
    if len(rows) <= _SHORT_TABLE and sum(map(_length, rows)) <= _LONGEST_WHOLE_ROW:
        for paragraph in [p for row in rows[:-1] for p in row.iter(w("pPr"))]:
            paragraph.insert(1, etree.Element(w("keepNext")))
    for row in rows:
        if _length(row) <= _LONGEST_WHOLE_ROW:
            _row_properties(row).insert(0, etree.Element(w("cantSplit")))


def _length(row: etree._Element) -> int:
    return sum(len(text.text or "") for text in row.iter(w("t")))


def _row_properties(row: etree._Element) -> etree._Element:
    if (held := row.find(w("trPr"))) is not None:
        return held
    row.insert(0, etree.Element(w("trPr")))
    return row[0]


def _set_apart(table: etree._Element) -> None:
    """pandoc sets cells and short items in one style, and a table close to what follows."""
    for paragraph in table.iter(w("p")):
        if _style(paragraph) == "Compact":
            _restyle(paragraph, "TableText")
    following = table.getnext()
    while following is not None and following.tag == w("bookmarkEnd"):
        following = following.getnext()
    if following is not None and _style(following) in ("FirstParagraph", "BodyText"):
        _restyle(following, "AfterTable")


def _number(paragraphs: Iterable[etree._Element]) -> None:
    """Captions begin with a field that Word counts, so that its list of figures works."""
    counts = dict.fromkeys(_CAPTIONS.values(), 0)
    for paragraph in paragraphs:
        kind = _CAPTIONS.get(_style(paragraph))
        if kind:
            counts[kind] += 1
            for place, run in enumerate(_numeral(kind, counts[kind]), start=1):
                paragraph.insert(place, run)


def _numeral(kind: str, number: int) -> Iterator[etree._Element]:
    field = etree.Element(w("fldSimple"), {w("instr"): f" SEQ {kind} \\* ARABIC "})
    field.append(_run(str(number)))
    yield from (_run(f"{kind} "), field, _run(". "))


def _run(text: str) -> etree._Element:
    run = etree.Element(w("r"))
    held = etree.SubElement(
        run, w("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
    )
    held.text = text
    return run


def _restyle(paragraph: etree._Element, style: str) -> None:
    held = cast(etree._Element, paragraph.find(f"{w('pPr')}/{w('pStyle')}"))
    held.set(w("val"), style)


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else str(style.get(w("val"), ""))


def _name(picture: etree._Element, number: int) -> None:
    for properties in picture.iter(f"{_DRAWN}docPr"):
        properties.set("name", f"Figure {number}")
        properties.attrib.pop("title", "")


def _fit(picture: etree._Element) -> None:
    """No higher than leaves room for the caption on the same page."""
    for extent in [e for e in picture.iter() if {"cx", "cy"} <= set(e.attrib)]:
        wide, high = int(extent.get("cx", "0")), int(extent.get("cy", "0"))
        if high > _HIGHEST_PICTURE:
            extent.set("cx", str(wide * _HIGHEST_PICTURE // high))
            extent.set("cy", str(_HIGHEST_PICTURE))


def _turn(root: etree._Element) -> None:
    """Section ends, as paper.lua marks them, get the page of the section that they end."""
    page = next(root.iter(w("sectPr")))
    for paragraph in list(root.iter(w("p"))):
        side = {"PortraitEnds": False, "LandscapeEnds": True}.get(_style(paragraph))
        if side is not None:
            cast(etree._Element, paragraph.find(w("pPr"))).append(_laid(page, side))


def _laid(page: etree._Element, side: bool) -> etree._Element:
    section = deepcopy(page)
    section.tail = None
    size = cast(etree._Element, section.find(w("pgSz")))
    if side:
        wide, high = size.get(w("h"), ""), size.get(w("w"), "")
        size.attrib.update({w("w"): wide, w("h"): high, w("orient"): "landscape"})
    return section


def _restyled(styles: bytes, looks: Path) -> bytes:
    root, ours = _parsed(styles), _parsed(looks.read_bytes())
    held = {style.get(w("styleId")): style for style in root.iter(w("style"))}
    for style in list(ours.iter(w("style"))):
        old = held.get(style.get(w("styleId")))
        root.append(style) if old is None else root.replace(old, style)
    return _written(root)


def _repaged(document: bytes, looks: Path) -> bytes:
    root = _parsed(document)
    old = next(root.iter(w("sectPr")))
    cast(etree._Element, old.getparent()).replace(old, _parsed(looks.read_bytes()))
    return _written(root)


def _footer_relation() -> dict[str, str]:
    return {"Id": "rIdFooter", "Type": _FOOTER_RELATION, "Target": "footer1.xml"}


def _footer_type() -> dict[str, str]:
    return {"PartName": "/word/footer1.xml", "ContentType": _FOOTER}


def _add(parts: dict[str, bytes], name: str, tag: str, attributes: dict[str, str]) -> None:
    root = _parsed(parts[name])
    etree.SubElement(root, f"{{{etree.QName(root).namespace}}}{tag}", attributes)
    parts[name] = _written(root)


def _parsed(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _parts(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _zipped(parts: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), data)
    return sink.getvalue()


def _compressed(parts: dict[str, bytes], looks: Path) -> bytes:
    """Compressed by pandoc: Python's zlib is the system's, and not the same on each machine."""
    writer = (looks / "compress.lua").read_text("utf-8")
    return pandoc("", files={"--to": ("compress.lua", writer)}, beside={"plain": _zipped(parts)})
