"""kill -9 while full texts are fetched, then run again: the same index, little is asked twice.

Six moments by default; PERENNIAL_LONG=1 tries forty.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from living_job import ARTICLES, Jobs
from perennial.archive import UNGIVEN, Archive, Holding
from perennial.canonical import from_json
from perennial.eutils.answer import Answer, Request
from perennial.eutils.corpus import load
from perennial.eutils.server import listening
from perennial.eutils.utilities import Respond, responder
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import write_parquet
from perennial.verify import verify

MOMENTS = 40 if os.environ.get("PERENNIAL_LONG") else 6
TODAY = "2026-02-01"
PAUSE = 0.005  # seconds that the source takes over each answer
# Counted, not assigned: PMC has the text of most, the front matter of some, and no trace of two.
WANTED = range(1, 27)
FRONT_ONLY = (4, 11, 12)
UNKNOWN = (2, 17)
WHOLE = [n for n in WANTED if n not in (*FRONT_ONLY, *UNKNOWN)]
PUBMED = (
    "<PubmedArticle><MedlineCitation><PMID>{0}</PMID><Article><ArticleTitle>seed</ArticleTitle>"
    "</Article></MedlineCitation><PubmedData><ArticleIdList>"
    '<ArticleId IdType="pmc">PMC{0}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
)
JATS = (
    "<article><front><article-meta>"
    '<article-id pub-id-type="pmid">{0}</article-id>'
    '<article-id pub-id-type="pmcid">PMC{0}</article-id>'
    "</article-meta></front><body><p>{1}</p></body></article>"
)


@dataclass
class Slow:
    """PMC as the embedded server gives it, taking its time; every request is noted."""

    respond: Respond
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        time.sleep(PAUSE)
        self.asked.append(request)
        return self.respond(request)

    def fetched(self) -> list[int]:
        """The PMCIDs asked for, in order, as often as they were."""
        assert all(request.value("db") == "pmc" for request in self.asked)
        return [int(id_) for request in self.asked for id_ in request.value("id").split(",")]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Respond:
    folder = tmp_path_factory.mktemp("source")
    _set(folder / "pubmed.xml", "PubmedArticleSet", [PUBMED.format(n) for n in FRONT_ONLY])
    texts = [JATS.format(n, f"root and leaf {n} " * 3000) for n in WHOLE]
    _set(folder / "pmc.xml", "pmc-articleset", texts)
    return responder(load([folder / "pubmed.xml", folder / "pmc.xml"], today=TODAY))


def _set(path: Path, root: str, elements: Sequence[str]) -> None:
    path.write_text(f"<{root}>{''.join(elements)}</{root}>", "utf-8")


@pytest.fixture(scope="module")
def jobs() -> Iterator[Jobs]:
    with Jobs() as program:
        yield program


def run(jobs: Jobs, folder: Path, source: Respond, after: int = 0, pause: float = 0.0) -> Slow:
    """One run, killed ``pause`` seconds after that many requests, unless it is 0."""
    slow = Slow(source)

    def now() -> bool:
        reached = 0 < after <= len(slow.asked)
        time.sleep(pause if reached else 0)
        return reached

    with listening(slow, today=TODAY) as url:
        status = jobs.run(folder, url, now, "fulltext")
    assert status == 0 or (after and status == -signal.SIGKILL)
    return slow


def project(folder: Path) -> Path:
    """A folder with the tables that name what is wanted."""
    folder.mkdir()
    records = [Record(str(n), pmcid=f"PMC{n}") for n in WANTED]
    screened = [Screened(r.pmid, "include", "", "", "rule", (), ()) for r in records]
    write_parquet(folder / "records.parquet", records, Record)
    write_parquet(folder / "screened.parquet", screened, Screened)
    return folder


def index(folder: Path) -> bytes:
    return (folder / "archive/index/fulltext.json").read_bytes()


@dataclass(frozen=True)
class Undisturbed:
    """The index, and how many requests it took."""

    index: bytes
    requests: int


@pytest.fixture(scope="module")
def undisturbed(
    jobs: Jobs, source: Respond, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    folder = project(tmp_path_factory.mktemp("undisturbed") / "review")
    slow = run(jobs, folder, source)
    held = from_json(index(folder), Holding)
    assert sorted(held.held) == sorted(f"PMC{n}" for n in WANTED if n not in UNKNOWN)
    assert held.lacking == {f"PMC{n}": UNGIVEN for n in UNKNOWN}
    return Undisturbed(index(folder), len(slow.asked))


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_kill_at_any_moment_costs_the_articles_in_flight(
    jobs: Jobs, source: Respond, undisturbed: Undisturbed, tmp_path: Path, moment: int
) -> None:
    """The moments are spread over the run; each falls at random into asking, waiting or writing."""
    chance = random.Random(moment)
    after = 1 + int(undisturbed.requests * (moment + chance.random()) / MOMENTS)
    folder = project(tmp_path / "review")
    asked = run(jobs, folder, source, after, chance.random() * 2 * PAUSE).fetched()
    asked += run(jobs, folder, source).fetched()
    found = verify(Archive(folder / "archive"))
    assert (found.faults, found.staged) == ((), 0)
    assert index(folder) == undisturbed.index
    times = Counter(n for n in asked if n not in UNKNOWN)
    assert times.keys() == {n for n in WANTED if n not in UNKNOWN}
    assert max(times.values()) <= 2
    assert sum(count > 1 for count in times.values()) <= ARTICLES


def test_a_rerun_asks_for_nothing_that_is_held(
    jobs: Jobs, source: Respond, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    folder = project(tmp_path / "review")
    run(jobs, folder, source)
    assert run(jobs, folder, source).fetched() == [*UNKNOWN, *UNKNOWN]
    assert index(folder) == undisturbed.index
