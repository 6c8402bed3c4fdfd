"""From XML that nobody vouches for to plain text: one safe reader, one notion of text.

Spacing. An inline element adds nothing to the text around it, so ``H<sub>2</sub>O`` is
``H2O`` and ``<i>a</i> b`` is ``a b``: no word is glued or split. Elements that stand on
lines of their own (``_BLOCKS``) are set off by a blank, and so is a citation (``xref``
of type ``bibr``) that would stick to the word or stop before it: a raised 12 does not
make ``word12``. In MathML, white space between elements is layout and goes; a fraction
keeps its bar as ``/``, since 1 over 2 must not become ``12``. Every run of white space,
no-break and thin spaces included, is one blank.

Characters. Text is Unicode NFC. C1 controls come from Windows-1252 that was declared
Latin-1: they are read as the WHATWG HTML standard reads them (U+0092 is ’), and the
five without a meaning there are removed. So are DEL, C0 controls and the invisible
layout marks (soft hyphen, zero width space, word joiner, byte order mark), which cut
words in two for anyone who searches.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, cast

from lxml import etree

from perennial.errors import InputError, Place

_C1 = {n: bytes([n]).decode("cp1252", errors="ignore") for n in range(0x80, 0xA0)}
_INVISIBLE = dict.fromkeys((*range(9), *range(0xE, 0x1C), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF), "")
_REPAIRS = _C1 | _INVISIBLE
_BROKEN = re.compile(f"[{''.join(map(chr, _REPAIRS))}]")

_OWN_LINE = """
    p sec title label break list list-item def-list def-item term def disp-formula DispFormula
    disp-quote boxed-text statement verse-group verse-line speech table-wrap table thead tbody
    tfoot tr th td caption mtable mtr mlabeledtr mtd mspace
"""
_BLOCKS = frozenset(_OWN_LINE.split())
# A second rendering of what stands beside it, or a picture.
_UNREAD = frozenset(
    {"annotation", "annotation-xml", "graphic", "inline-graphic", "media", "object-id"}
)
_ROOTS = {"msqrt": "√", "mroot": "√"}
_MATHML_TOKENS = frozenset({"mi", "mn", "mo", "mtext", "ms", "ci", "cn", "csymbol"})

_MARK = "\0"  # before a citation; no XML text can hold it
_STUCK_MARK = re.compile(r"(?<=[^\W_]|[.!?%)\]’”\"])\0")

_BEFORE_ROOT = rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(_BEFORE_ROOT + rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_JSON = re.compile(rb"\A\s*[{\[]")
_ROOTLESS = re.compile(rb"\A\s*<\?xml[^>]*>\s*\Z")
_TEX_BODY = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)


def clean(text: str | None) -> str:
    """Return ``text`` in NFC, on one line, single-spaced, controls repaired; ``None`` is ``""``."""
    if not text:
        return ""
    if not text.isprintable():  # else it holds no control, no mark and no space but the blank
        return _repaired(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if " " in text and ("  " in text or text[0] == " " or text[-1] == " "):
        return " ".join(text.split())
    return text


def _repaired(text: str) -> str:
    if _BROKEN.search(text):
        text = text.translate(_REPAIRS)
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain(element: etree._Element | None, skip: frozenset[str] = frozenset()) -> str:
    """Return the clean text of ``element`` without markup; ``skip`` names elements left out."""
    if element is None:
        return ""
    if len(element) == 0:
        return clean(element.text)
    text = "".join(_pieces(element, skip))
    return clean(_STUCK_MARK.sub(" ", text).replace(_MARK, ""))


def local_name(node: etree._Element) -> str:
    """Return the element's name without namespace, ``""`` for comments, PIs and entities."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def place_of(element: etree._Element, file: str = "") -> Place:
    """Return where ``element`` stands in its file, by line."""
    return Place(file, cast("int", element.sourceline) or 0)


def _pieces(element: etree._Element, skip: frozenset[str]) -> list[str]:
    name = local_name(element)
    if name == "math":
        return [_math(element)]
    if name == "tex-math":
        return [_tex(element.text or "")]
    if name == "alternatives":
        return _first_alternative(element, skip)
    pieces = [element.text or ""]
    for child in element:
        pieces += _inner(child, skip)
        pieces.append(child.tail or "")
    return pieces


def _inner(child: etree._Element, skip: frozenset[str]) -> list[str]:
    name = local_name(child)
    if not name or name in skip or name in _UNREAD:
        return []
    around = " " if name in _BLOCKS else ""
    before = _MARK if name == "xref" and child.get("ref-type") == "bibr" else around
    return [before, *_pieces(child, skip), around]


def _first_alternative(element: etree._Element, skip: frozenset[str]) -> list[str]:
    """Of several renderings of one thing read one: MathML, else TeX, else whatever is first."""
    order = {"math": 0, "tex-math": 1}
    known = [child for child in element if local_name(child) not in _UNREAD | {""}]
    known.sort(key=lambda child: order.get(local_name(child), 2))
    return _pieces(known[0], skip) if known else []


def _tex(source: str) -> str:
    body = _TEX_BODY.search(source)
    return (body.group(1) if body else source).replace("$$", " ").strip("$ \n\t")


def _math(element: etree._Element) -> str:
    name = local_name(element)
    if name in _MATHML_TOKENS:
        return "".join([element.text or "", *(child.tail or "" for child in element)])
    parts = [_math(child) for child in element if local_name(child) not in _UNREAD | {""}]
    text = _arranged(element, name, parts)
    return f" {text} " if name in _BLOCKS else text


def _arranged(element: etree._Element, name: str, parts: list[str]) -> str:
    if name == "mfrac":
        return "/".join(parts)
    if name == "mfenced":
        separator = element.get("separators", ",")[:1]
        return element.get("open", "(") + separator.join(parts) + element.get("close", ")")
    return _ROOTS.get(name, "") + "".join(parts)


def read_xml(xml: bytes, file: str = "", comments: bool = False) -> etree._Element:
    """Parse ``xml`` and return its root; ``comments`` keeps comment nodes.

    Nothing is fetched and no entity is expanded. Raises ``InputError`` with the line and
    column for an empty body, a web page, JSON, malformed or cut-off XML, a document that
    declares entities, and an ``<ERROR>`` envelope.
    """
    _refuse_other_formats(xml, file)
    root = _parsed(xml, file, comments)
    _refuse_own_entities(root, file)
    _refuse_error_envelope(root, file)
    if root.tag.startswith("{"):
        forget_namespaces(root)
    return root


@cache
def _parser(comments: bool) -> etree.XMLParser:
    """One parser reads many documents, one after another; it keeps nothing of them."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=not comments,
    )


def _parsed(xml: bytes, file: str, comments: bool) -> etree._Element:
    try:
        return etree.fromstring(xml, _parser(comments))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        said = clean(error.msg).partition(", line ")[0].rstrip(".")
        raise InputError(
            f"Not well-formed XML: {said}",
            Place(file, line, max(column, 0)),
            "if the answer was cut off in transit, fetch it again",
        ) from error


def _refuse_other_formats(xml: bytes, file: str) -> None:
    refusals: Iterable[tuple[Callable[[bytes], object], str]] = (
        (lambda body: not body.strip(), "The answer is empty"),
        (_HTML.search, "This is an HTML page, not XML"),
        (_JSON.search, "This is JSON, not XML"),
        (_ROOTLESS.search, "The answer is an XML declaration and nothing else"),
    )
    for is_so, message in refusals:
        if is_so(xml):
            raise InputError(message, Place(file, 1), "the server had no record to give; ask again")


def _refuse_own_entities(root: etree._Element, file: str) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    declared: Iterable[object] = () if dtd is None else cast("Any", dtd).iterentities()
    if any(True for _ in declared):
        raise InputError(
            "The document declares entities of its own, which no such source does",
            Place(file, 1),
            "a declared entity can be made to swell without end, so none is expanded",
        )


def _refuse_error_envelope(root: etree._Element, file: str) -> None:
    error = root if root.tag == "ERROR" else root.find("ERROR")
    if error is not None:
        message = f"The server answered with an error: {plain(error)[:300]}"
        raise InputError(message, place_of(error, file))


def forget_namespaces(root: etree._Element) -> None:
    """Give every element under ``root`` its local name alone, in place."""
    for element in root.iter(etree.Element):
        element.tag = local_name(element)
