"""What a document on pages needs of its HTML before pandoc reads it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from itertools import takewhile

import lxml.html
from lxml.html import HtmlElement

from perennial.errors import InputError
from perennial.render.wording import counted, listed

log = logging.getLogger(__name__)

# A4 upright has 170 mm between its margins: of more columns, none has 28 mm.
MOST_COLUMNS = 6

_LOADING = ("iframe", "object", "embed", "video", "audio", "source", "base", "svg")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def ready(html: str) -> str:
    """``html`` with headings that skip no level, links that lead somewhere, wide tables marked.

    What is to lie on its side is in a ``div`` of class ``landscape``: a wide table with all
    from the heading before it, so that no heading is left alone on the page before.
    """
    root = lxml.html.document_fromstring(html)
    _level(root.iter(*_HEADINGS))
    _anchored(root)
    _right(root.iter("table"))
    for run in _wide_runs(list(root.iterfind("body/*"))):
        _lay_down(run)
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!doctype html>"))


def check_pictures(html: str, known: Iterable[str]) -> None:
    """Raise ``InputError`` if ``html`` shows a picture that is not ``known`` by name, or a page.

    pandoc would read it from disk, or fetch it.
    """
    root = lxml.html.fromstring(html)
    shown = {image.get("src", "") for image in root.iter("img")}
    shown |= {f"<{element.tag}>" for element in root.iter(*_LOADING)}
    if strangers := sorted(shown - set(known)):
        may = listed(sorted(known)) or "no picture"
        raise InputError(f"the document may show {may} only, not {', '.join(strangers)}")


def _level(headings: Iterable[HtmlElement]) -> None:
    """One level deeper than the heading that they stand under, however deep they were."""
    above: list[int] = []
    for heading in list(headings):
        level = int(heading.tag[1])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading.tag = f"h{len(above)}"


def _anchored(root: HtmlElement) -> None:
    """Each id once; a link to none is text, as a dead link stops one of the two writers."""
    held: set[str] = set()
    for element in root.iterfind(".//*[@id]"):
        name = element.get("id", "")
        if name in held:
            del element.attrib["id"]
        held.add(name)
    links = [a for a in root.iter("a") if a.get("href", "").startswith("#")]
    dead = [a for a in links if a.get("href", "")[1:] not in held]
    for link in dead:
        link.drop_tag()
    if dead:
        names = sorted({a.get("href", "") for a in dead})
        log.warning("%s left out: nothing is at %s", counted(len(dead), "link"), listed(names[:20]))


def _right(tables: Iterable[HtmlElement]) -> None:
    """Numbers, and the heads above them, stand to the right."""
    for table in tables:
        heads = table.findall("thead/tr/th")
        for cell in table.iterfind("tbody/tr/td[@class='number']"):
            cell.set("align", "right")
            place = cell.xpath("count(preceding-sibling::*)")
            if int(place) < len(heads):
                heads[int(place)].set("align", "right")


def _wide_runs(blocks: list[HtmlElement]) -> list[list[HtmlElement]]:
    """For each headed stretch with a wide table: its heading, to its last wide table's notes."""
    runs, start = [], 0
    ends = [n for n, block in enumerate(blocks) if block.tag in _HEADINGS] + [len(blocks)]
    for end in ends:
        stretch = blocks[start:end]
        wide = [n for n, block in enumerate(stretch) if _is_wide(block)]
        if wide:
            last = wide[-1] + 1
            notes = takewhile(lambda block: block.get("class") == "small", stretch[last:])
            runs.append(_headings_above(blocks, start) + stretch[: last + len(list(notes))])
        start = end
    return runs


def _headings_above(blocks: list[HtmlElement], start: int) -> list[HtmlElement]:
    """The headings that directly precede ``blocks[start]``, in their order."""
    above = takewhile(lambda block: block.tag in _HEADINGS, reversed(blocks[:start]))
    return list(above)[::-1]


def _is_wide(block: HtmlElement) -> bool:
    return block.tag == "table" and len(block.findall("thead/tr/th")) > MOST_COLUMNS


def _lay_down(run: list[HtmlElement]) -> None:
    side = HtmlElement()
    side.tag = "div"
    side.set("class", "landscape")
    run[0].addprevious(side)
    side.extend(run)
