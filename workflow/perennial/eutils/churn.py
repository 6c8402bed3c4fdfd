"""How what a server holds changes under way: records go, are indexed, are retracted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from perennial.eutils.corpus import Corpus
from perennial.eutils.element import element
from perennial.pubmed import parse
from perennial.text import read_xml


def without(corpus: Corpus, pmids: Sequence[str]) -> Corpus:
    """The corpus before these records came, or after they went. KeyError for one not held."""
    if unknown := sorted(set(pmids) - set(corpus.raw)):
        raise KeyError(unknown[0])
    records = {pmid: record for pmid, record in corpus.records.items() if pmid not in pmids}
    return replace(corpus, records=records, raw={pmid: corpus.raw[pmid] for pmid in records})


def changed(corpus: Corpus, pmid: str, mesh: str = "", retracted_by: str = "") -> Corpus:
    """The corpus after a record got a MeSH heading, or a notice of its retraction.

    KeyError for a record that is not held.
    """
    article = read_xml(corpus.raw[pmid])
    citation = article.find("MedlineCitation")
    if citation is None:  # a book has no such part
        raise KeyError(pmid)
    if mesh:
        _listed(citation, "MeshHeadingList").append(_heading(mesh))
        citation.set("Status", "MEDLINE")
    if retracted_by:
        _listed(citation, "CommentsCorrectionsList").append(_notice(retracted_by))
    raw = etree.tostring(article, encoding="UTF-8", xml_declaration=False)
    (record,) = parse(raw).records
    return replace(
        corpus,
        records={**corpus.records, pmid: record},
        raw={**corpus.raw, pmid: raw},
    )


def _listed(citation: etree._Element, name: str) -> etree._Element:
    found = citation.find(name)
    return etree.SubElement(citation, name) if found is None else found


def _heading(name: str) -> etree._Element:
    return element("MeshHeading", element("DescriptorName", name, {"MajorTopicYN": "N"}))


def _notice(pmid: str) -> etree._Element:
    source = element("RefSource", f"Retraction notice, PMID {pmid}")
    return element(
        "CommentsCorrections", source, element("PMID", pmid), {"RefType": "RetractionIn"}
    )
