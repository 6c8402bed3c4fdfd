"""Where other people's data lie, if they do: beside the project, read and never copied."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree
from perennial.passage import Passage
from perennial.text import forget_namespaces

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
INFERENCE = SHARED / "evidence/evidence-inference"
ABSTRACTS = SHARED / "evidence/cg"
HOMONYMS = SHARED / "dormancy/homonym_bank.tsv"
JATS = SHARED / "jats"


def needs(path: Path) -> pytest.MarkDecorator:
    """Skip, and say so, where the data are not at hand."""
    reason = f"third-party data absent: {path} does not exist"
    return pytest.mark.skipif(not path.exists(), reason=reason)


def passage(pmid: str, section: str, text: str) -> Passage:
    return Passage(pmid, section, "pubmed", "", text, sha256(text.encode()).hexdigest())


def tree(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    root = etree.fromstring(xml, parser)
    forget_namespaces(root)
    return root


def stated_pmid(root: etree._Element) -> str:
    return root.findtext(".//front/article-meta/article-id[@pub-id-type='pmid']") or ""
