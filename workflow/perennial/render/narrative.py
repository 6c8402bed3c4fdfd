"""Prose that people write into the review: one Markdown file a section, citing ``[@pmid:…]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup, escape

from perennial.errors import InputError, Place
from perennial.render.pandoc import pandoc

# Sections that take prose; a mechanism takes it under its id.
SECTIONS = ("background", "plain", "methods", "targets", "limits", "conclusions")
BASELINE = "baseline"  # [@baseline] cites the review that this one updates

# A record that has no PMID goes by its own id (imports.ids).
_CITATION = re.compile(r"@(?:pmid:(?:\d+|x[0-9a-f]{10})|baseline)\b")
# What Markdown of ours may say: nothing raw, nothing with attributes, no mathematics.
_MARKDOWN = (
    "--from=markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-bracketed_spans"
    "-fenced_divs-link_attributes-header_attributes-fenced_code_attributes-inline_code_attributes"
    "-tex_math_dollars-yaml_metadata_block-auto_identifiers-implicit_figures-latex_macros"
)
_KEPT = frozenset(
    (
        *("p", "em", "strong", "ul", "ol", "li", "a", "h4", "h5", "h6", "blockquote", "code"),
        *("pre", "sup", "sub", "br", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt"),
        *("dd", "del", "hr"),
    )
)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|#)", re.I)


class Stray(NamedTuple):
    """A citation of what the review does not count: where it stands, and whom it cites."""

    section: str
    line: int
    pmid: str


def load_narrative(folder: Path, mechanisms: Collection[str]) -> dict[str, str]:
    """Section → its Markdown, from ``folder``/SECTION.md; README.md is for whoever writes.

    Raises ``InputError`` for a file that names no section, is not UTF-8, shows a picture or
    cites by another key than ``pmid:`` and ``baseline``.
    """
    known = (*SECTIONS, *mechanisms)
    found = files(folder)
    for file in found:
        _expect(file, file.stem in known, f"there is no section {file.stem!r}", _hint(file, known))
    return {file.stem: _read(file) for file in found}


def files(folder: Path) -> list[Path]:
    """The files of ``folder`` that hold prose, by name."""
    return sorted(file for file in folder.glob("*.md") if file.name != "README.md")


def _hint(file: Path, known: Collection[str]) -> str:
    near = get_close_matches(file.stem, known, 1)
    return f"did you mean {near[0]}.md?" if near else f"sections are {', '.join(known)}"


def _read(file: Path) -> str:
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8", Place(str(file))) from None
    tree = _tree(text)
    _expect(file, tree.find(".//img") is None, "prose shows no pictures", "take the picture out")
    for span in tree.iter("span"):
        for key in span.get("data-cites", "").split():
            good = _CITATION.fullmatch(f"@{key}") is not None
            _expect(file, good, f"[@{key}] cites nothing", "cite as [@pmid:40614736]", text, key)
    return text


def _expect(file: Path, holds: bool, what: str, hint: str, text: str = "", key: str = "") -> None:
    if not holds:
        line = text[: text.index(f"@{key}")].count("\n") + 1 if key else 0
        raise InputError(what, Place(str(file), line), hint)


def strays(narrative: Mapping[str, str], counted: Collection[str]) -> Iterator[Stray]:
    """Where prose cites a record that is not among the studies that count."""
    for section, text in narrative.items():
        for number, line in enumerate(text.splitlines(), start=1):
            for match in _CITATION.finditer(line):
                pmid = match[0].removeprefix("@pmid:")
                if pmid not in counted and match[0] != f"@{BASELINE}":
                    yield Stray(section, number, pmid)


def fragment(text: str, cite: Callable[[str], Markup]) -> Markup:
    """HTML of ``text``; ``cite`` writes a citation, of a PMID or of ``baseline``."""
    tree = _tree(text)
    for span in [each for each in tree.iter("span") if each.get("data-cites")]:
        _replace(span, _cited(span.text_content().strip("[]"), cite))
    inner = [escape(tree.text or ""), *(_markup(child) for child in tree)]
    return Markup("").join(inner)


@cache
def _html(text: str) -> str:
    return pandoc(
        text, _MARKDOWN, "--to=html", "--wrap=none", "--shift-heading-level-by=3"
    ).decode()


def _tree(text: str) -> HtmlElement:
    """The prose as HTML of few elements, each without attributes but a link's address."""
    tree = lxml.html.fragment_fromstring(_html(text), create_parent="div")
    for element in list(tree.iterdescendants()):
        if element.tag in ("span", "img"):
            continue
        if element.tag not in _KEPT:
            element.drop_tag()
            continue
        href = element.get("href", "")
        element.attrib.clear()
        if element.tag == "a" and _SAFE_LINK.match(href):
            element.set("href", href)
            element.set("rel", "noreferrer")
    return tree


def _cited(words: str, cite: Callable[[str], Markup]) -> Markup:
    """The words of a citation, ``see @pmid:1, table 2``, with each key made a link."""
    pieces, done = [], 0
    for match in _CITATION.finditer(words):
        name = match[0].removeprefix("@").removeprefix("pmid:")
        pieces += [escape(words[done : match.start()].replace("; ", " ")), cite(name)]
        done = match.end()
    return Markup("").join([*pieces, escape(words[done:])])


def _replace(span: HtmlElement, markup: Markup) -> None:
    new = lxml.html.fragment_fromstring(str(markup), create_parent="span")
    new.tail = span.tail
    parent = span.getparent()
    assert parent is not None  # noqa: S101 - a span stands within the tree's div
    parent.replace(span, new)
    new.drop_tag()


def _markup(element: HtmlElement) -> Markup:
    return Markup(lxml.html.tostring(element, encoding="unicode"))  # noqa: S704 - _tree made it
