"""What the stages that read everything take per record, at one size and at four times that.

Where a stage is linear the two figures of a line are alike; where the second is the larger, it is
worse than linear. There are ten times as many decisions. The numbers go into `parameters.py`.

    python benchmarks/scale/measure.py [--records 2000] [--data FOLDER]

``--data`` holds PubMed XML in ``pubmed_xml/`` and JATS in ``jats/``; without it sizes are not told.
"""

from __future__ import annotations

import argparse
import gzip
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("workflow", "benchmarks/screening", "tests/living")]

import hyperscan  # noqa: E402
from perennial.archive import Archive, Entry, holding  # noqa: E402
from perennial.decisions.decision import STAGES, Decision  # noqa: E402
from perennial.decisions.table import append, load_decisions  # noqa: E402
from perennial.link import link  # noqa: E402
from perennial.queue.rank import rank  # noqa: E402
from perennial.record import Record  # noqa: E402
from perennial.tables import read_parquet, write_parquet  # noqa: E402
from records import records  # noqa: E402

Row = tuple[str, float, str]
TERMS = ("alpha", "beta gamma", "delta*", "epsilon")
BATCH, UIDS = 200, 500  # ids in a request for records, and for revisions (fetch.py, revised.py)
WORDS = (20, 200, 2_000, 20_000)
NOW = "2026-06-01T00:00:00Z"


def seconds(of: Callable[[], object]) -> float:
    """Processor time, not the clock's: the machine may be shared."""
    start = time.process_time()
    of()
    return time.process_time() - start


def pmids(count: int) -> list[str]:
    """As long as PubMed's."""
    return [str(30_000_000 + number) for number in range(count)]


def lines(folder: Path, count: int, polls: int) -> tuple[int, int]:
    """Journal one fetch of ``count`` records and ``polls`` for their revisions; bytes of each."""
    archive, ids = Archive(folder), pmids(count)
    with archive.writing():
        for start in range(0, count, BATCH):
            batch = tuple(ids[start : start + BATCH])
            params = {"db": "pubmed", "id": ",".join(batch)}
            archive.file(Entry(NOW, "s", "efetch", params, batch), b"x")
        fetched = archive.journal.stat().st_size
        for _ in range(polls):
            for start in range(0, count, UIDS):
                listed = " OR ".join(f"{pmid}[uid]" for pmid in ids[start : start + UIDS])
                term = f"({listed}) AND 2026/05/01:3000[lr]"
                params = {"db": "pubmed", "term": term, "retmax": str(UIDS)}
                archive.file(Entry(NOW, "s", "esearch", params), b"x")
    return fetched, (archive.journal.stat().st_size - fetched) // polls


def journal(count: int) -> Iterator[Row]:
    """What the journal of so many records holds, and how long folding it takes."""
    with tempfile.TemporaryDirectory() as folder:
        fetched, poll = lines(Path(folder), count, polls=10)
        size = (fetched + 10 * poll) / 1e6
        archive = Archive(folder)
        yield "journal, a record fetched", fetched / count, "bytes"
        yield "journal, a held record at each refresh", poll / count, "bytes"
        fold = min(seconds(lambda: holding(archive, "s", "pubmed")) for _ in range(3))
        yield "journal, folded once", fold / size * 1e3, "ms per MB"


def stages(held: Sequence[Record]) -> Iterator[Row]:
    """The stages that look at all records together, and the table that all stages read."""
    labels = {record.pmid: number % 10 == 0 for number, record in enumerate(held[::2])}
    count = len(held)
    yield "link", seconds(lambda: link(held)) / count * 1e3, "ms per record"
    yield "prioritise, half decided", seconds(lambda: rank(held, labels, 1)) / count * 1e3, "ms"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.parquet"
        written = seconds(lambda: write_parquet(file, held, Record))
        yield "records, written", written / count * 1e3, "ms"
        back = seconds(lambda: read_parquet(file, Record))
        yield "records, read back", back / count * 1e3, "ms"


def decisions(rows: int) -> Iterator[Row]:
    """A table of so many decisions, read, added to, and committed."""
    row = Decision("1", STAGES[0], "include", "", "AB", "", "2026-06-01", "", "", "")
    made = [replace(row, pmid=pmid) for pmid in pmids(rows)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "decisions.tsv"
        append(file, *made)
        yield "decisions, a row", file.stat().st_size / rows, "bytes"
        read = seconds(lambda: load_decisions(file, None, ()))
        yield "decisions, read", read / rows * 1e6, "us per row"
        one = seconds(lambda: append(file, made[0]))
        yield "decisions, one answer appended", one / rows * 1e6, "us per row held"
        yield "git, one commit of the table", _committed(file) / rows * 1e6, "us per row held"


def _committed(file: Path) -> float:
    def git(*words: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "gc.auto=0")
        command = ["git", *who, *words]
        subprocess.run(command, cwd=file.parent, check=True, capture_output=True)  # noqa: S603

    git("init", "-q")
    start = time.perf_counter()
    git("add", file.name)
    git("commit", "-q", "-m", "x")
    return time.perf_counter() - start


def matcher(held: Sequence[Record]) -> Iterator[Row]:
    """One pass for n words, each in fewer than one text in a thousand: what sifting has to seek."""
    text = "\n".join(record.abstract for record in held).encode()
    seen = Counter(
        word for word in text.decode().lower().split() if len(word) > 6 and word.isalpha()
    )
    rare = [word for word, times in seen.items() if word.isascii() and times < len(held) / 1000]
    random.Random(1).shuffle(rare)  # noqa: S311 - chance, not secrecy
    for count in (min(count, len(rare)) for count in WORDS):
        took, matches = _sought(rare[:count], text)
        yield f"one pass for {count:,} words", took / len(text) * 1e9, "ms per MB"
        yield f"matches of {count:,} words", matches / len(text) * 1e6, "per MB"


def _sought(words: Sequence[str], text: bytes, times: int = 5) -> tuple[float, int]:
    """Seconds of one pass, the best of some, and the matches in it."""
    base = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    base.compile(
        [word.encode() for word in words],
        ids=list(range(len(words))),
        elements=len(words),
        flags=[hyperscan.HS_FLAG_CASELESS] * len(words),
    )
    found: list[int] = []

    def note(word: int, *_: object) -> None:
        found.append(word)

    took = min(seconds(lambda: base.scan(text, match_event_handler=note)) for _ in range(times))
    return took, len(found) // times


def folds() -> Iterator[Row]:
    """How often a refresh reads the journal; tests/living has the refresh and its source."""
    import count_requests  # noqa: PLC0415 - starts a server's parts

    lines, seen, refreshes = Archive.lines, Counter[str](), []
    refresh = count_requests.Review.refresh

    def counted_lines(self: Archive, *marks: bytes) -> Iterator[Entry]:
        seen["read"] += 1
        return lines(self, *marks)

    def counted_refresh(self: Any, *given: Any) -> object:
        before = seen["read"]
        told = refresh(self, *given)
        refreshes.append(seen["read"] - before)
        return told

    with (
        patch.object(Archive, "lines", counted_lines),
        patch.object(count_requests.Review, "refresh", counted_refresh),
        patch.object(count_requests, "HELD", 1_000),
        tempfile.TemporaryDirectory() as folder,
    ):
        count_requests.counted(Path(folder))
    yield "a refresh reads the journal", refreshes[-1], "times"


def compressed(folder: Path) -> Iterator[Row]:
    """Sizes of real records and articles, in answers as they are kept."""
    sample = next(folder.glob("pubmed_xml/**/pubmedsample_2019.xml")).read_bytes()
    found = sample.count(b"<PubmedArticle>")
    yield f"{found} records, gzip", len(gzip.compress(sample)) / found / 1e3, "kB each"
    files = (path.read_bytes() for path in sorted(folder.glob("jats/**/*")) if path.is_file())
    articles = [body for body in files if b"<body" in body and body.count(b"<article-meta") <= 2]
    packed = sum(len(gzip.compress(body)) for body in articles)
    yield f"{len(articles)} articles, gzip", packed / len(articles) / 1e3, "kB each"


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=2_000)
    arguments.add_argument("--data", type=Path)
    chosen = arguments.parse_args()
    count = chosen.records
    made = list(records(4 * count, TERMS))
    few = [*journal(count), *stages(made[:count]), *decisions(10 * count)]
    many = [*journal(4 * count), *stages(made), *decisions(40 * count)]
    print(f"| processor time | {count:,} records | {4 * count:,} records | |\n|---|---:|---:|---|")
    for (name, one, unit), (_, four, _) in zip(few, many, strict=True):
        print(f"| {name} | {one:.3g} | {four:.3g} | {unit} |")
    for name, value, unit in matcher(made):
        print(f"| {name} | | {value:.3g} | {unit} |")

    for name, value, unit in (*folds(), *(compressed(chosen.data) if chosen.data else ())):
        print(f"| {name} | | {value:.3g} | {unit} |")


if __name__ == "__main__":
    main()
