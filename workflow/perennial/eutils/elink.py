"""ELink between PubMed and PMC."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from perennial.eutils.answer import ELINK, Answer, Refusal, Request, document
from perennial.eutils.corpus import Corpus
from perennial.eutils.element import element, leaves
from perennial.eutils.history import History
from perennial.eutils.identifiers import number, split

_OTHER = {"pmc": "pubmed", "pubmed": "pmc"}


def elink(corpus: Corpus, history: History, request: Request) -> tuple[Answer, History]:
    """One LinkSet per ``id`` parameter; a comma-separated list merges into one LinkSet.

    Links are ``pmc_pubmed`` and ``pubmed_pmc``, ``cmd=neighbor``. An id without a link
    gives a LinkSet without LinkSetDb, a malformed one an ERROR in its LinkSet.
    """
    source = _source(request)
    given = [ids for value in request.parameters.get("id", ()) if (ids := split([value]))]
    if not given:
        raise Refusal("Empty ID list; nothing to link", 400)
    links = corpus.pmids if source == "pmc" else corpus.pmcids
    return document(ELINK, *(_link_set(source, ids, links) for ids in given)), history


def _source(request: Request) -> str:
    source = request.value("dbfrom")
    if source not in _OTHER:
        raise Refusal(f"Invalid db name specified: {source}", 200 if source else 400)
    target, name = _OTHER[source], f"{source}_{_OTHER[source]}"
    asked = request.value("db", target), request.value("linkname", name)
    if asked != (target, name) or request.value("cmd", "neighbor") != "neighbor":
        raise Refusal(f"Only cmd=neighbor with linkname={name} is served here", 400)
    return source


def _link_set(
    source: str, ids: tuple[str, ...], links: Mapping[str, tuple[str, ...]]
) -> etree._Element:
    known = {written: number(source, written) for written in ids}
    wrong = [written for written, normal in known.items() if not normal]
    if wrong:
        errors = leaves("ERROR", [f"Invalid uid {wrong[0]}"])
        return element("LinkSet", element("DbFrom", source), *errors)
    listed = element("IdList", *leaves("Id", dict.fromkeys(known.values())))
    found = dict.fromkeys(one for normal in known.values() for one in links.get(normal, ()))
    return element("LinkSet", element("DbFrom", source), listed, *_links(source, found))


def _links(source: str, found: Mapping[str, None]) -> list[etree._Element]:
    if not found:
        return []
    target = _OTHER[source]
    head = element("DbTo", target), element("LinkName", f"{source}_{target}")
    return [element("LinkSetDb", *head, *(element("Link", one) for one in leaves("Id", found)))]
