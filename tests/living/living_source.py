"""A source in memory whose records come, change and go; its PMIDs are counted, not assigned.

It answers the few questions that search, fetch and refresh ask: everything, a range of ids, a
window of dates, a list of ids with a date of revision. Every request is noted.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

from perennial.archive import Archive
from perennial.config import Config, load
from perennial.entrez import Source
from perennial.eutils.answer import Answer, Request
from perennial.eutils.server import listening
from perennial.ledger import Refresh
from perennial.records import records
from perennial.refresh import refresh

STRATEGIES = "strategies:\n  - {id: S1, label: everything, query: 'alpha[ti]'}\n"
NCBI_CAP = 9_999
_WINDOW = re.compile(r"(\d{4}/\d\d/\d\d):\d{4}(?:/\d\d/\d\d)?\[(crdt|edat|mhda|lr)\]", re.I)
_RANGE = re.compile(r"(\d+):(\d+)\[uid\]", re.I)
_LISTED = re.compile(r"(?<![\d:])(\d+)\[uid\]", re.I)


@dataclass(frozen=True)
class Paper:
    """A record of the source; ``notices`` are (RefType, PMID)."""

    pmid: int
    created: str = "2025-11-05"
    revised: str = "2025-11-05"
    title: str = "alpha"
    notices: tuple[tuple[str, int], ...] = ()
    doi: str = ""


def xml(papers: Iterable[Paper]) -> bytes:
    """The papers as EFetch gives them."""
    return f"<PubmedArticleSet>{''.join(map(_article, papers))}</PubmedArticleSet>".encode()


def _article(paper: Paper) -> str:
    notices = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>J</RefSource><PMID>{pmid}</PMID>'
        "</CommentsCorrections>"
        for kind, pmid in paper.notices
    )
    history = "".join(
        f'<PubMedPubDate PubStatus="{status}">{_date(paper.created)}</PubMedPubDate>'
        for status in ("entrez", "pubmed", "medline")
    )
    doi = f'<ArticleId IdType="doi">{paper.doi}</ArticleId>' if paper.doi else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID>{paper.pmid}</PMID>'
        f"<DateRevised>{_date(paper.revised)}</DateRevised>"
        f"<Article><ArticleTitle>{paper.title}</ArticleTitle></Article>"
        f"<CommentsCorrectionsList>{notices}</CommentsCorrectionsList></MedlineCitation>"
        f"<PubmedData><History>{history}</History>"
        f"<ArticleIdList>{doi}</ArticleIdList></PubmedData></PubmedArticle>"
    )


def _date(day: str) -> str:
    year, month, number = day.split("-")
    return f"<Year>{year}</Year><Month>{month}</Month><Day>{number}</Day>"


@dataclass
class Memory:
    """What the source holds, and every request that it got."""

    papers: dict[int, Paper] = field(default_factory=dict)
    withheld: set[int] = field(default_factory=set)  # found, but not given
    unlisted: set[int] = field(default_factory=set)  # found, but not known by their ids
    asked: list[Request] = field(default_factory=list)
    pause: float = 0.0  # seconds before each answer
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, *papers: Paper) -> None:
        self.papers.update({paper.pmid: paper for paper in papers})

    def fetched(self) -> list[int]:
        """Every id that a record was asked for by, in order, as often as it was."""
        asked = [request for request in self.asked if request.utility == "efetch"]
        return [int(id_) for request in asked for id_ in request.value("id").split(",")]

    def respond(self, request: Request) -> Answer:
        time.sleep(self.pause)
        with self.lock:
            self.asked.append(request)
        return Answer(200, self._answers[request.utility](request))

    @property
    def _answers(self) -> dict[str, Callable[[Request], bytes]]:
        return {"einfo": self._einfo, "esearch": self._esearch, "efetch": self._efetch}

    def _einfo(self, _: Request) -> bytes:
        info = "<DbName>pubmed</DbName><DbBuild>b</DbBuild><Count>0</Count>"
        return f"<eInfoResult><DbInfo>{info}</DbInfo></eInfoResult>".encode()

    def _esearch(self, request: Request) -> bytes:
        found = self._holding(request.value("term"))
        order = (lambda p: sha256(str(p).encode()).digest()) if request.value("sort") else None
        most = min(request.number("retmax", 20), NCBI_CAP)
        ids = "".join(f"<Id>{pmid}</Id>" for pmid in sorted(found, key=order)[:most])
        said = f"<QueryTranslation>{escape(request.value('term'))}</QueryTranslation>"
        counted = f"<Count>{len(found)}</Count><IdList>{ids}</IdList>"
        return f"<eSearchResult>{counted}{said}</eSearchResult>".encode()

    def _holding(self, term: str) -> Sequence[int]:
        listed = {int(pmid) for pmid in _LISTED.findall(term)} & self.papers.keys() - self.unlisted
        papers = [self.papers[p] for p in listed] if _LISTED.search(term) else self.papers.values()
        for low, high in _RANGE.findall(term):
            papers = [p for p in papers if int(low) <= p.pmid <= int(high)]
        windows = [(kind.lower(), day.replace("/", "-")) for day, kind in _WINDOW.findall(term)]
        added = min((day for kind, day in windows if kind != "lr"), default="")
        changed = min((day for kind, day in windows if kind == "lr"), default="")
        return [p.pmid for p in papers if p.created >= added and p.revised >= changed]

    def _efetch(self, request: Request) -> bytes:
        wanted = [int(id_) for id_ in request.value("id").split(",")]
        given = self.papers.keys() - self.withheld
        return xml(self.papers[pmid] for pmid in wanted if pmid in given)


@contextmanager
def opened(memory: Memory, today: str) -> Iterator[Source]:
    """The source on the loopback interface, for as long as it is needed."""
    with listening(memory.respond, today=today) as url:
        yield Source("example", url)


def settings(folder: Path, overlap: int = 30, full: int = 90) -> Config:
    """The project's config.yaml with another ``refresh:``."""
    default = Path(__file__).parents[2] / "config/config.yaml"
    text = default.read_text("utf-8").partition("\nrefresh:")[0]
    text += f"\nrefresh: {{every: week, overlap_days: {overlap}, full_every_days: {full}}}\n"
    (folder / "config.yaml").write_text(text, "utf-8")
    return load(folder / "config.yaml", "config")


def strategies(folder: Path, text: str = STRATEGIES) -> Config:
    (folder / "search.yaml").write_text(text, "utf-8")
    return load(folder / "search.yaml", "search")


class Review:
    """An archive, a source and the refreshes between them."""

    def __init__(self, folder: Path, memory: Memory, full: int = 90) -> None:
        self.config, self.strategies = settings(folder, full=full), strategies(folder)
        self.memory, self.archive = memory, Archive(folder / "archive")

    def refresh(self, today: str, *included: int) -> Refresh:
        self.memory.asked.clear()
        with opened(self.memory, today) as source:
            pmids = [str(pmid) for pmid in included]
            return refresh(self.config, self.strategies, source, self.archive, pmids)

    def table(self, as_of: str = "") -> list[str]:
        return [record.pmid for record in records(self.archive, "example", as_of)[0]]
