"""Every number that `simulate.py` reckons with, and where it comes from.

After a new measurement edit it here, then: python benchmarks/scale/simulate.py --write
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

ASSUMED = "assumption"
NLM = "NLM's numbering of the files"
PAGE = "`docs/benchmarks.md`"
HERE = "`benchmarks/scale/measure.py`"


def _is(value: Any, unit: str, source: str) -> Any:
    return field(default=value, metadata={"unit": unit, "source": source})


@dataclass(frozen=True, slots=True)
class Parameters:
    """One row of the page's table of parameters each."""

    # Measured elsewhere and likely to change: update these first.
    unpack: float = _is(0.22, "s per file", PAGE)
    sift: float = _is(0.8, "s per file, one review, unpacking and all", PAGE)
    parse: float = _is(4.2, "s per file, every record parsed", PAGE)
    candidates: float = _is(0.002, "of all records, parsed and judged for one review", ASSUMED)
    judge: float = _is(100.0, "µs per candidate and review", "`benchmarks/screening/README.md`")
    build: float = _is(31.0, "s of processor time, the example built whole", "`time snakemake -c1`")
    passages: float = _is(796.0, "passages read per second", "`docs/benchmarks.md`")
    # Measured on the present code.
    match_growth: float = _is(4.75, "times the time of 20 words for 20,000", HERE)
    fetched: float = _is(22.1, "bytes of journal per record fetched", HERE)
    polled: float = _is(17.5, "bytes of journal per record held, each refresh", HERE)
    fold: float = _is(4.5, "ms per MB of journal read", HERE)
    folds: int = _is(11, "times that a refresh reads the journal", HERE)
    uids: int = _is(500, "records per question about revisions", "`revised.py`")
    batch: int = _is(200, "records per request", "`fetch.py`")
    articles: int = _is(10, "full texts per request", "`fetch.py`")
    patience: float = _is(600.0, "s that a second writer waits", "`archive.py`")
    link: float = _is(0.037, "ms per record, among 2,000", HERE)
    link_four: float = _is(0.048, "ms per record, among 8,000", HERE)
    rank: float = _is(0.5, "ms per record", HERE)
    table_write: float = _is(0.017, "ms per record", HERE)
    table_read: float = _is(0.016, "ms per record", HERE)
    readers: int = _is(11, "rules that read the records table", "`workflow/rules/`")
    row_read: float = _is(10.0, "µs per decision", HERE)
    row_append: float = _is(0.45, "µs per decision held, for one more", HERE)
    row_commit: float = _is(1.1, "µs per decision held, for one commit", HERE)
    row: float = _is(51.0, "bytes per decision without hashes and notes", HERE)
    page: float = _is(
        1.5, "ms per study on the page (5,000 took 2.3 × 3.2 s)", "`docs/benchmarks.md`"
    )
    page_size: float = _is(
        460.0, "bytes of the page per statement (20,000: 9.2 MB)", "`docs/benchmarks.md`"
    )
    spacing: float = _is(0.37, "s between requests without a key", "`entrez/pace.py`")
    spacing_key: float = _is(0.11, "s between requests with a key", "`entrez/pace.py`")
    record_xml: float = _is(1.2, "kB per record, gzip", f"{HERE}, NLM's sample file")
    wss_least: float = _is(
        4.2,
        "% of reading spared at a refresh",
        "`docs/screening-measured.md`, stopping rule, median",
    )
    wss_most: float = _is(
        35.9, "% of reading spared", "`docs/screening-measured.md`, WSS@95, median of 7 sets"
    )
    # PubMed and PMC.
    files: int = _is(1_334, "files of the baseline of 2026", NLM)
    files_before: int = _is(1_274, "files of the baseline of 2025", NLM)
    per_file: int = _is(30_000, "records per file, at most", "NLM's documentation")
    revised: int = _is(30_000, "revised records a day", ASSUMED)
    weekdays: tuple[float, ...] = _is(
        (0.13, 0.19, 0.18, 0.18, 0.17, 0.11, 0.04), "of a week's records, Monday to Sunday", ASSUMED
    )
    full_texts: int = _is(7_000_000, "articles in PMC's open-access part", ASSUMED)
    article_gz: float = _is(22.0, "kB per article, gzip", f"{HERE}, 12 articles")
    article_passages: int = _is(
        41, "passages per article", "`benchmarks/evidence/`, made-up articles"
    )
    # The reviews.
    reviews: int = _is(10_000, "reviews", ASSUMED)
    largest: int = _is(
        100_000, "records in the largest review", "assumption; Borah 2017: up to 92,020"
    )
    zipf: float = _is(0.5, "size = largest / rank to this power", ASSUMED)
    topics: int = _is(
        1_000, "topics; the n-th most studied has 1/n of the first's reviews", ASSUMED
    )
    topic_size: float = _is(0.5, "its literature is 1/n to this power of the first's", ASSUMED)
    heaps: float = _is(0.7, "distinct words grow as reviews to this power", ASSUMED)
    strategies: int = _is(5, "strategies per review", ASSUMED)
    included: float = _is(0.0294, "of the records are studies", "Borah 2017, mean yield")
    with_text: float = _is(0.4, "of the studies have a full text in PMC", ASSUMED)
    statements: float = _is(4.0, "statements per study", ASSUMED)
    # People.
    to_people: float = _is(0.5, "of new records the rules leave to people", ASSUMED)
    reviewers: int = _is(2, "people who read each", ASSUMED)
    minutes: float = _is(1.0, "minutes per title and abstract", ASSUMED)
    read_per_study: float = _is(3.0, "full texts read for each study included", ASSUMED)
    text_minutes: float = _is(15.0, "minutes per full text", ASSUMED)
    check_minutes: float = _is(1.0, "minutes per statement checked, by one person", ASSUMED)
    year: int = _is(1_600, "working hours a year", ASSUMED)
    seed: int = _is(2026, "of the draws", "chosen")

    @property
    def pubmed(self) -> int:
        """Records in all."""
        return self.files * self.per_file

    @property
    def new(self) -> float:
        """New records a day: the files by which the baseline grew in a year."""
        return (self.files - self.files_before) * self.per_file / 365

    @property
    def growth(self) -> float:
        """New records a year per record held: a review grows as PubMed does."""
        return self.new * 365 / self.pubmed

    @property
    def touched(self) -> float:
        """New and revised records a day per record held."""
        return (self.new + self.revised) / self.pubmed


def rows(p: Parameters) -> list[tuple[str, str, str, str]]:
    """Name, value, unit and source of every parameter."""
    return [
        (f.name, _shown(getattr(p, f.name)), f.metadata["unit"], f.metadata["source"])
        for f in fields(p)
    ]


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and value > 9999 else f"{value:g}"
