"""A file read part by part says what it says as a whole, in memory that does not grow with it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial import pubmed
from perennial.errors import InputError, Place
from perennial.pubmed import blocks
from perennial.record import Record
from pubmed_golden import DATA, ROOT, pairs

SHARED = ROOT.parent / "shared" / "data" / "pubmed_xml"
OWN = sorted([*DATA.rglob("*.xml"), *(ROOT / "resources" / "example").glob("*.xml")])
REAL = sorted(p for p in SHARED.rglob("*") if p.name.endswith((".xml", ".xml.gz")))
BODIES = [path.read_bytes() for path in pairs("valid", at_least=15)]
ARTICLE = b"<PubmedArticle><MedlineCitation><PMID>%d</PMID></MedlineCitation></PubmedArticle>"

Outcome: TypeAlias = pubmed.Parsed | tuple[str, Place]


def _said(parts: Iterator[pubmed.Parsed]) -> Outcome:
    """What the parts say together, or what is wrong and where."""
    try:
        known = list(parts)
    except InputError as error:
        return error.message, error.place
    records, refused, deleted = (
        tuple(chain.from_iterable(getattr(part, name) for part in known))
        for name in ("records", "refused", "deleted")
    )
    return pubmed.Parsed(records, refused, deleted)


def _whole(xml: bytes, file: str = "") -> Outcome:
    """Read as one document, without any cut."""
    return _cut(xml, len(xml) + 1, len(xml) + 1, file)


def _cut(xml: bytes, size: int, step: int = 1000, file: str = "") -> Outcome:
    """Read in blocks of ``size`` bytes or one article each, fed by ``step`` bytes."""
    chunks = (xml[at : at + step] for at in range(0, len(xml), step))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pubmed, "documents", lambda c, f: blocks.documents(c, f, size))
        return _said(pubmed._parts(chunks, file))


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_there_are_files_to_stream() -> None:
    assert len(OWN) > 60


@pytest.mark.parametrize("path", OWN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_cut_says_the_same(path: Path) -> None:
    xml = path.read_bytes()
    whole = _whole(xml, str(path))
    assert _cut(xml, 1, step=97, file=str(path)) == whole
    assert _cut(xml, 5000, file=str(path)) == whole
    assert _said(pubmed.stream(path)) == whole


@pytest.mark.skipif(not REAL, reason=f"no real PubMed files here: {SHARED} is absent")
def test_every_cut_of_a_real_file_says_the_same() -> None:
    records = 0
    for path in REAL:
        xml = _unpacked(path)
        whole = _whole(xml, str(path))
        assert _cut(xml, 20_000, file=str(path)) == whole, path
        assert _said(pubmed.stream(path)) == whole, path
        records += len(whole.records) if isinstance(whole, pubmed.Parsed) else 0
    assert records > 300


FRAGMENTS = [b"", b"<", b"&", b"&#1;", b"</PMID>", b"<!--", b"-->", b"<![CDATA[<", b"]]>", b"stray"]
FRAGMENTS += [b"</PubmedArticle>", b"<PubmedArticle>", b"</PubmedArticleSet>", b"<ERROR>no</ERROR>"]


def _one_set(data: st.DataObject) -> bytes:
    """Several articles of the golden files in one set, with line breaks or without."""
    articles = [a for body in BODIES[:6] for _, a in pubmed.raw_articles(body)]
    drawn = data.draw(st.lists(st.sampled_from(articles), min_size=2, max_size=5))
    between = data.draw(st.sampled_from([b"", b"\n", b"\n\n  ", b" <!-- </PubmedArticle> -->"]))
    return b"<?xml version='1.0'?>\n<PubmedArticleSet >" + between.join(drawn) + _AFTER


_AFTER = b"<DeleteCitation><PMID>4</PMID></DeleteCitation>\n</PubmedArticleSet>"


@settings(max_examples=250)
@given(st.data())
def test_damage_is_told_alike_wherever_it_is_cut(data: st.DataObject) -> None:
    xml = _one_set(data)
    at, length = data.draw(st.integers(0, len(xml))), data.draw(st.integers(0, 40))
    xml = xml[:at] + data.draw(st.sampled_from(FRAGMENTS)) + xml[at + length :]
    whole, cut = _whole(xml), _cut(xml, 1, step=data.draw(st.integers(50, 2000)))
    if isinstance(whole, pubmed.Parsed) or isinstance(cut, pubmed.Parsed):
        assert cut == whole
    elif "Text between" not in whole[0] and "answered with" not in whole[0]:
        assert cut == whole  # of several faults a part tells the first that it comes to


def test_an_end_that_is_none_ends_nothing() -> None:
    hidden = b"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><!-- </PubmedArticle> -->"
    hidden += b"<ArticleTitle><![CDATA[</PubmedArticle>]]></ArticleTitle></Article>"
    hidden += b"</MedlineCitation></PubmedArticle>"
    xml = b"<PubmedArticleSet>" + hidden + ARTICLE % 2 + b"</PubmedArticleSet>"
    said = _cut(xml, 1, step=7)
    assert said == _whole(xml)
    assert isinstance(said, pubmed.Parsed)
    assert [r.title for r in said.records] == ["</PubmedArticle>", ""]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8-sig"])
def test_any_encoding_is_read_in_parts_or_whole(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>é</ArticleTitle>"
        "</Article></MedlineCitation></PubmedArticle>"
        for n in range(1, 9)
    )
    xml = f"<?xml version='1.0' encoding='{declared}'?><PubmedArticleSet>{articles}"
    said = _cut(f"{xml}</PubmedArticleSet>".encode(encoding), 1, step=100)
    assert isinstance(said, pubmed.Parsed)
    assert [(r.pmid, r.title) for r in said.records] == [(str(n), "é") for n in range(1, 9)]


def test_a_refusal_says_where_in_the_file() -> None:
    xml = (
        b"<PubmedArticleSet>\n" + ARTICLE % 1 + b"\n" + ARTICLE % 2 + b"\n<Odd/></PubmedArticleSet>"
    )
    said = _cut(xml, 1, step=30)
    assert isinstance(said, pubmed.Parsed)
    assert [refusal.place for refusal in said.refused] == ["article 3, line 4"]


def test_what_is_read_before_the_fault_is_handed_over(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes(b"<PubmedArticleSet>" + b"".join(ARTICLE % n for n in range(1, 9000)))
    records: list[Record] = []
    with pytest.raises(InputError, match="Premature end"):
        for part in pubmed.stream(path):
            records += part.records
    assert len(records) > 5000
    with pytest.raises(InputError, match="Premature end"):
        pubmed.parse_file(path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "trailing"])
def test_a_damaged_archive_is_refused(tmp_path: Path, damage: str) -> None:
    xml = b"<PubmedArticleSet>" + b"".join(ARTICLE % n for n in range(1, 9000))
    packed = gzip.compress(xml + b"</PubmedArticleSet>", mtime=0)
    middle = len(packed) // 2
    damaged = {
        "cut": packed[:-5],
        "flipped": packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :],
        "trailing": packed + b"rubbish",
    }
    (tmp_path / "damaged.xml.gz").write_bytes(damaged[damage])
    with pytest.raises(InputError, match=r"Cannot be read|Not well-formed"):
        list(pubmed.stream(tmp_path / "damaged.xml.gz"))


_PEAK = """
import resource, sys
from pathlib import Path
from perennial import pubmed
records = sum(len(part.records) for part in pubmed.stream(sys.argv[1]))
status = Path("/proc/self/status")  # of this process alone; getrusage tells the parent's too
lines = status.read_text().splitlines() if status.exists() else []
peak = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
print(records, *(peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """120 MB of XML in less than 150 MB of memory, of which its tree alone would take far more."""
    reference = b"<Reference><Citation>" + b"Of it. " * 60 + b"</Citation></Reference>"
    data = b"<PubmedData><ReferenceList>" + 60 * reference + b"</ReferenceList></PubmedData>"
    long = ARTICLE.replace(b"</PubmedArticle>", data + b"\n</PubmedArticle>")
    path = tmp_path / "large.xml.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"<PubmedArticleSet>")
        file.writelines(long % n for n in range(1, 4501))
        file.write(b"</PubmedArticleSet>")
    child = [sys.executable, "-c", _PEAK, str(path)]
    done = subprocess.run(child, capture_output=True, text=True, timeout=120, check=True)
    records, peak = map(int, done.stdout.split())
    assert records == 4500
    assert peak < 150_000  # kB


def test_one_article_as_it_stands_in_a_file() -> None:
    record = pubmed.article(b"\n  " + ARTICLE % 7 + b"\n")
    assert isinstance(record, Record)
    assert record.pmid == "7"
    refusal = pubmed.article((ARTICLE % 7).replace(b"7", b"seven"))
    assert refusal == pubmed.Refusal("seven", "article 1, line 1", "its PMID is not a number")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        ARTICLE[:-1] % 1,
        ARTICLE % 1 + ARTICLE % 2,
        b"<PubmedArticleSet>" + ARTICLE % 1 + b"</PubmedArticleSet>",
        b"<!DOCTYPE PubmedArticle [<!ENTITY e 'x'>]>" + ARTICLE % 1,
        b"<DeleteCitation><PMID>1</PMID></DeleteCitation>",
    ],
)
def test_what_is_not_one_article_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        pubmed.article(raw)
