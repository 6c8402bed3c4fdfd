"""What goes in and what comes out: a request by its parameters, an answer by its bytes.

Nothing here knows HTTP's machinery, so that an answer can be made, changed or spoilt
(``Answer -> Answer``) without a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from perennial.eutils.element import element

XML = "text/xml; charset=UTF-8"
HTML = "text/html; charset=UTF-8"
PROLOG = b'<?xml version="1.0" encoding="UTF-8" ?>\n'


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a utility. Parameter names are in lower case; a repeated one keeps its order."""

    utility: str  # "esearch"
    parameters: Mapping[str, tuple[str, ...]]

    def value(self, name: str, default: str = "") -> str:
        """The last value given for ``name``, without blanks around it; ``default`` if empty."""
        return self.parameters.get(name, ("",))[-1].strip() or default

    def number(self, name: str, default: int) -> int:
        """A parameter that counts something. Raises Refusal unless it is digits."""
        text = self.value(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= 9):  # far above any count
            raise Refusal(f"Parameter {name} must be a whole number, not {text!r}", 400)
        return int(text)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers as they go out; a header given here wins over the server's own.

    A header with the value "" is not sent. Status 0 is no answer: the connection is reset.
    """

    status: int
    body: bytes
    content_type: str = XML
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """The document type of a utility's answers (NCBI's DTDs, as recorded in 2025)."""

    root: str
    doctype: str


def _eutils(root: str, name: str, version: str) -> Envelope:
    # NCBI writes "eEfetchResult" in the DOCTYPE of an <eFetchResult>: kept as it is.
    declared = "eEfetchResult" if root == "eFetchResult" else root
    url = f"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{version}/{name}.dtd"
    return Envelope(
        root, f'<!DOCTYPE {declared} PUBLIC "-//NLM//DTD {name} {version}//EN" "{url}">'
    )


ESEARCH = _eutils("eSearchResult", "esearch", "20060628")
EPOST = _eutils("ePostResult", "epost", "20090526")
EFETCH = _eutils("eFetchResult", "efetch", "20131226")
ELINK = _eutils("eLinkResult", "elink", "20101123")
EINFO = _eutils("eInfoResult", "einfo", "20190110")


class Refusal(Exception):
    """The utility declines, in its own envelope: ``<ERROR>message</ERROR>`` with ``status``.

    NCBI reports most refusals inside a 200.
    """

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.message, self.status = message, status


def document(envelope: Envelope, *children: etree._Element, status: int = 200) -> Answer:
    """``children`` under the envelope's root element, as UTF-8 XML."""
    tree = element(envelope.root, *children)
    body = etree.tostring(
        tree, encoding="UTF-8", xml_declaration=False, doctype=envelope.doctype, pretty_print=True
    )
    return Answer(status, PROLOG + body)


def refused(envelope: Envelope, refusal: Refusal) -> Answer:
    """A refusal in the utility's own envelope."""
    return document(envelope, element("ERROR", refusal.message), status=refusal.status)


def page(status: int, title: str) -> Answer:
    """A web server's own HTML page, for what never reaches a utility."""
    html = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, html.encode(), HTML)
