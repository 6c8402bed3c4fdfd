"""An archive of made-up records, written in bulk as fetching would leave it.

Every record has a title of its own and an abstract of five sentences out of a few thousand, made
of invented words and, one in thirty, of the words that the default protocol looks for. Some of
them are made to be included. Nothing is taken from real abstracts.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from perennial.archive import Archive, Entry
from perennial.ledger import Database, Found, Search

BATCH = 200  # records of an answer, as fetch.py asks for them
FIRST, STEP = 20_000_000, 10  # PMIDs of the records held, with room for others in between
NEW, LATE = 37, 7  # records of an update, and how many of them have an older PMID
STUDIES = 200  # held records that are made to be included; of an update's, every fourth is

_SYLLABLES = str.split("ba ke li mo nu ra se ti vo zu dre fla gro pli sta tre")
_GENES = str.split("NR2F1 TGFB2 SOX9 DEC2 BHLHE41 CXCL12 THBS1 BMP7 GAS6 MYC")


class Writer:
    """Texts drawn with a fixed seed."""

    def __init__(self, protocol: Path, seed: int = 1) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - records, not secrets
        sought = re.findall(r'"?([A-Za-z][A-Za-z -]{3,})\*?"?\[tiab\]', protocol.read_text("utf-8"))
        words = ["".join(self._draw.choices(_SYLLABLES, k=3)) for _ in range(6_000)]
        self._sentences = [self._sentence(words, sought) for _ in range(5_000)]

    def _sentence(self, words: Sequence[str], sought: Sequence[str]) -> str:
        pool = (sought if self._draw.random() < 1 / 30 else words for _ in range(19))
        return " ".join(map(self._draw.choice, pool)).capitalize() + "."

    def article(self, pmid: int, study: bool) -> str:
        """One PubmedArticle."""
        title, *text = self._draw.choices(self._sentences, k=6)
        if study:
            gene = self._draw.choice(_GENES)
            text.append(
                f"Knockdown of {gene} awakened dormant breast cancer cells in the bone marrow of "
                f"mice. Thus {gene} maintains the dormancy of disseminated tumor cells."
            )
        return _ARTICLE.format(pmid=pmid, title=f"{title[:-1]} {pmid}", abstract=" ".join(text))


_ARTICLE = """\
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>
<DateRevised><Year>2025</Year><Month>03</Month><Day>04</Day></DateRevised>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">0000-0000</ISSN><JournalIssue>
<Volume>7</Volume><PubDate><Year>2020</Year><Month>May</Month></PubDate></JournalIssue>
<Title>A journal that is not</Title><ISOAbbreviation>J. Not</ISOAbbreviation></Journal>
<ArticleTitle>{title}</ArticleTitle><Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>
<Abstract><AbstractText>{abstract}</AbstractText></Abstract>
<AuthorList><Author><LastName>Nobody</LastName><ForeName>Ann</ForeName><Initials>A</Initials>
</Author><Author><LastName>Noone</LastName><ForeName>Bo</ForeName><Initials>B</Initials></Author>
</AuthorList><Language>eng</Language><PublicationTypeList>
<PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>
<MedlineJournalInfo><MedlineTA>J Not</MedlineTA></MedlineJournalInfo>
<MeshHeadingList><MeshHeading><DescriptorName UI="D051379" MajorTopicYN="N">Mice</DescriptorName>
</MeshHeading></MeshHeadingList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList>
</PubmedData></PubmedArticle>
"""


def begin(root: Path, count: int, writer: Writer) -> None:
    """Search and fetch ``count`` records on the first day."""
    pmids = [FIRST + STEP * number for number in range(count)]
    every = max(1, count // STUDIES)
    _fetched(root, pmids, writer, set(pmids[::every]), _when(0))
    Archive(root).keep_search(_search(pmids, _when(0)))


def update(root: Path, count: int, day: int, writer: Writer) -> None:
    """What a refresh brings on a later ``day``, 1 being the first: most of it newer than all."""
    above = FIRST + STEP * (count + day * NEW)
    newest = [above + number for number in range(NEW - LATE)]
    late = [FIRST + STEP * (count * (2 * at + 1) // (2 * LATE)) + day for at in range(LATE)]
    pmids = [*late, *newest]
    _fetched(root, pmids, writer, set(pmids[::4]), _when(day))
    Archive(root).keep_search(_search(pmids, _when(day), since=_when(0)[:10]))


def _when(day: int) -> str:
    return f"2026-03-{day + 1:02}T00:00:00Z"


def _search(pmids: Sequence[int], when: str, since: str = "") -> Search:
    ids = tuple(map(str, pmids))
    found = Found("S1", "All", "all", "all", "all", len(ids), ids, ())
    return Search("made-up", when, Database("pubmed", "", "", ""), (found,), (), since)


def _fetched(
    root: Path, pmids: Sequence[int], writer: Writer, studies: set[int], when: str
) -> None:
    """Answers and their lines of the journal, without waiting for the disk at each."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "requests.jsonl").open("a", encoding="utf-8") as journal:
        for batch in _batches(pmids):
            articles = "".join(writer.article(pmid, pmid in studies) for pmid in batch)
            answer = _kept(root, f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode())
            ids = tuple(map(str, batch))
            params = {"db": "pubmed", "id": ",".join(ids)}
            line = asdict(Entry(when, "made-up", "efetch", params, ids, answer=answer))
            journal.write(json.dumps(line, sort_keys=True) + "\n")


def _kept(root: Path, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    target = root / "raw" / digest[:2] / f"{digest}.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(body, 1, mtime=0))
    return digest


def _batches(pmids: Sequence[int]) -> Iterator[Sequence[int]]:
    starts: Iterable[int] = range(0, len(pmids), BATCH)
    return (pmids[start : start + BATCH] for start in starts)
