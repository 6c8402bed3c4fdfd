"""What a reader of the page sees, block by block: paragraphs, rows of tables, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

UNSEEN = ("script", "style", "title", "desc")
# A block ends where one of these begins.
BLOCKS = frozenset(
    (
        *("p", "li", "tr", "caption", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "pre"),
        *("figcaption", "div", "section", "table", "tbody", "thead", "ul", "ol", "dl", "figure"),
        *("details", "blockquote", "svg", "nav", "header", "footer", "noscript", "main", "a.skip"),
    )
)


class Block(NamedTuple):
    """A piece of text that is read in one go, with where it stands."""

    section: str
    kind: str  # the element's name; "svg" for all words of a picture
    text: str


def blocks(root: HtmlElement) -> Iterator[Block]:
    """Every block of the page, in reading order; a row of a table names its heads."""
    for part in (*root.iter("header"), *root.xpath("//main/section"), *root.iter("footer")):
        yield from _within(part, part.get("id") or str(part.tag))


def _within(element: HtmlElement, section: str) -> Iterator[Block]:
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    if element.tag == "tr":
        yield Block(section, "tr", _row(element))
        return
    if element.tag == "svg":
        words = (" ".join(text.itertext()) for text in element.iter("text"))
        yield Block(section, f"svg {element.get('class', '')}", _plain(" ".join(words)))
        return
    own = _plain("".join(_own(element)))
    if own:
        yield Block(section, element.tag, own)
    for child in element.iterdescendants():
        if child.tag in BLOCKS and next(_above(child)) is element:
            yield from _within(child, section)


def _above(element: HtmlElement) -> Iterator[HtmlElement]:
    return (e for e in element.iterancestors() if e.tag in BLOCKS or e.tag == "header")


def _own(element: HtmlElement) -> Iterator[str]:
    """The text of a block without that of blocks within it."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in BLOCKS and child.tag not in UNSEEN:
            space = " " if child.tag in ("dt", "dd", "td", "th") else ""
            yield from (space, *_own(child), space)
        yield child.tail or ""


def _row(row: HtmlElement) -> str:
    """Caption: head=cell | head=cell, so that a number stands with what it counts."""
    table = next(row.iterancestors("table"))
    caption = _plain("".join(c.text_content() for c in table.iter("caption")))
    heads = [_plain(h.text_content()) for h in table.xpath("./thead/tr/th")]
    cells = [_plain(cell.text_content()) for cell in row]
    if row.getparent().tag == "thead":
        return " | ".join(cells)
    told = (f"{head}={cell}" for head, cell in zip(heads, cells, strict=True))
    return f"{caption}: {' | '.join(told)}"


def _plain(text: str) -> str:
    return " ".join(text.split())
