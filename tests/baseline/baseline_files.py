"""PubMed's files in small: the example corpus, or any records, written as NLM publishes them."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CORPUS = ("primary", "reviews", "adjacent", "decoys")
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = b"</PubmedArticleSet>\n"
_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb'(<PMID Version="1">(\d+)</PMID>)')


def name_of(number: int, year: int = 26) -> str:
    return f"pubmed{year}n{number:04}.xml.gz"


def example() -> list[bytes]:
    """Every record of the example corpus, with a day of revision, which it does not have."""
    files = [ROOT / f"resources/example/{name}.xml" for name in CORPUS]
    found = [raw for file in files for raw in _RECORD.findall(file.read_bytes())]
    assert len(found) > 50
    return [revised(raw, "2026-10-30") for raw in found]


def pmid_of(raw: bytes) -> int:
    match = _PMID.search(raw)
    assert match
    return int(match[2])


def revised(raw: bytes, day: str) -> bytes:
    """The record with another day of revision (YYYY-MM-DD)."""
    year, month, date = day.encode().split(b"-")
    bare = re.sub(rb"\s*<DateRevised>.*?</DateRevised>", b"", raw, flags=re.DOTALL)
    said = b"<DateRevised><Year>%b</Year><Month>%b</Month><Day>%b</Day></DateRevised>"
    return _PMID.sub(rb"\1" + said % (year, month, date), bare, count=1)


def article(pmid: int, title: str, day: str = "2026-01-01", version: int = 1) -> bytes:
    """A record with nothing but a title."""
    raw = (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>'
        "<Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue>"
        f"<Title>A journal</Title></Journal><ArticleTitle>{title}</ArticleTitle>"
        "<Language>eng</Language></Article></MedlineCitation></PubmedArticle>"
    )
    dated = revised(raw.encode(), day)
    return dated.replace(b'Version="1"', b'Version="%d"' % version)


def document(records: Iterable[bytes], deleted: Sequence[tuple[int, int]] = ()) -> bytes:
    gone = "".join(f'<PMID Version="{version}">{pmid}</PMID>' for pmid, version in deleted)
    deletions = f"<DeleteCitation>{gone}</DeleteCitation>\n".encode() if deleted else b""
    return HEAD + b"".join(raw + b"\n" for raw in records) + deletions + TAIL


def put(path: Path, packed: bytes) -> Path:
    """Write a file and the sidecar that NLM would put beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    said = f"MD5({path.name})= {hashlib.md5(packed).hexdigest()}\n"
    path.with_name(f"{path.name}.md5").write_text(said)
    return path


def publish(
    folder: Path,
    number: int,
    records: Iterable[bytes],
    deleted: Sequence[tuple[int, int]] = (),
    year: int = 26,
) -> Path:
    """A file of the baseline with its sidecar in ``folder``."""
    packed = gzip.compress(document(records, deleted), mtime=0)
    return put(folder / name_of(number, year), packed)
