"""The server's answers beside recorded ones of NCBI, and real records served whole."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from lxml import etree
from perennial.errors import InputError
from perennial.eutils import serving
from perennial.eutils.corpus import load
from perennial.pubmed import parse

DATA = Path(__file__).parents[3] / "shared/data"
RECORDED = DATA / "eutils_http/biopython"
RECORDS = DATA / "pubmed_xml/metapub"

# question, and the recorded answer of the same kind
KINDS = [
    ("esearch.fcgi?db=pubmed&term=quartz&retmax=1", "esearch1.xml"),
    ("esearch.fcgi?db=pubmed&term=moths&usehistory=y", "esearch2.xml"),
    ("esearch.fcgi?db=pubmed&term=unicorns", "esearch8.xml"),
    ("epost.fcgi?db=pubmed&id=90000001", "epost1.xml"),
    ("epost.fcgi?db=nothing&id=90000001", "epost2.xml"),
    ("elink.fcgi?dbfrom=pmc&db=pubmed&id=99000001,99000002", "elink2.xml"),
    ("einfo.fcgi", "einfo1.xml"),
    ("einfo.fcgi?db=pubmed", "einfo2.xml"),
]


def present(folder: Path) -> Path:
    if not folder.is_dir():
        pytest.skip(f"the third-party test data are not here: {folder} does not exist")
    return folder


def shape(node: etree._Element) -> list[str]:
    """The names below the root in order, each run of equal ones once."""
    names = [child.tag for child in node]
    return [name for before, name in zip(["", *names], names, strict=False) if name != before]


@pytest.mark.parametrize(("question", "recorded"), KINDS)
def test_shape_and_document_type_are_those_recorded(url: str, question: str, recorded: str):
    theirs = etree.parse(present(RECORDED) / recorded)
    with urllib.request.urlopen(url + question) as answer:
        ours = etree.fromstring(answer.read()).getroottree()
    assert ours.docinfo.doctype == theirs.docinfo.doctype
    assert ours.getroot().tag == theirs.getroot().tag
    assert shape(ours.getroot()) == shape(theirs.getroot())


def test_real_records_are_served_whole():
    files = [file for file in sorted(present(RECORDS).glob("3[0-9]*.xml")) if usable(file)]
    assert len(files) > 50
    corpus = load(files)
    with serving(files) as url:
        ids = ",".join(corpus.records).encode()
        request = urllib.request.Request(f"{url}efetch.fcgi", data=b"db=pubmed&id=" + ids)
        with urllib.request.urlopen(request, timeout=30) as answer:
            parsed = parse(answer.read())
    assert parsed.records == tuple(corpus.records.values())
    assert parsed.refused == ()


def usable(file: Path) -> bool:
    try:
        return bool(load([file]).records)
    except InputError:
        return False
