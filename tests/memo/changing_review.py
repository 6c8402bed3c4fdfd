"""A review of a few records whose archive, protocol and decisions change, and its stages run.

``expected`` works its tables out by the pure functions alone, which know of no parts and no memo.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from click.testing import CliRunner
from perennial.archive import Archive, Entry
from perennial.canonical import to_json
from perennial.cli import cli
from perennial.config import load
from perennial.decisions.judged import hashes
from perennial.decisions.table import COLUMNS, load_decisions
from perennial.decisions.verdicts import verdicts
from perennial.ledger import Database, Found, Search
from perennial.link import link
from perennial.record import Record
from perennial.records import former, header, records, row, survey
from perennial.screen import load_criteria, screen
from perennial.screened import TITLE_ABSTRACT, Integrity, Link, Screened, unscreened
from perennial.step import before, earlier
from perennial.tables import csv_bytes, write_parquet

SOURCE = "made-up"
DOCTYPE = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "pubmed.dtd">'
REFUSED, ABSENT = "&undefined;", "absent"  # in a title: it cannot be read, it is not given
WORDS = ("seed", "weed", "moss", "fern", "leaf", "=root", "bark", "Übersee")
CRITERIA = {
    "X1": ("exclude", 'query: "weed[tiab]"'),
    "X2": ("exclude", "integrity: [retracted]"),
    "T1": ("tag", 'query: "fern[tiab] OR #green"'),
    "I1": ("require", 'query: "#green NEAR/3 #seed"'),
}
EDITS = (
    "weed[tiab]",
    "weed[ti] OR bark[tiab]",
    "moss[tiab] NOT weed[ti]",
    "leaf[tiab]",
    "fern[ab]",
)


@dataclass(frozen=True)
class Paper:
    """A record as the source has it; ``title`` may hold what cannot be read."""

    title: str
    abstract: str
    retracted: bool = False

    def xml(self, pmid: int) -> str:
        """It as EFetch gives it."""
        notice = (
            '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J'
            "</RefSource></CommentsCorrections></CommentsCorrectionsList>"
        )
        said = f"<Abstract><AbstractText>{escape(self.abstract)}</AbstractText></Abstract>"
        return (
            f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID>{pmid}</PMID>'
            f"<Article><ArticleTitle>{self.title}</ArticleTitle>"
            f"{said if self.abstract else ''}</Article>{notice if self.retracted else ''}"
            "</MedlineCitation></PubmedArticle>"
        )


@dataclass
class Review:
    """The folder of a review; ``held`` is what its source holds, by PMID."""

    folder: Path
    draw: random.Random
    held: dict[int, Paper] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    decided: list[tuple[str, ...]] = field(default_factory=list)
    day: int = 0
    parts: bool = False  # how its large tables are laid out

    @property
    def archive(self) -> Path:
        """Its archive."""
        return self.folder / "archive"

    @property
    def screening(self) -> Path:
        """Its protocol."""
        return self.folder / "screening.yaml"

    def begin(self, count: int) -> None:
        """The first search."""
        self.arrive(self.draw.sample(range(1, 500), count))
        self.protocol()
        self.decisions()

    def arrive(self, pmids: Iterable[int], words: str = "") -> None:
        """The source gives records anew: some are new, some revised. Each day is another."""
        self.day += 1
        papers = {pmid: self._paper(words) for pmid in pmids}
        self.held |= papers
        store, ids = Archive(self.archive), list(map(str, papers))
        when = f"2026-03-{self.day:02}T00:00:00Z"
        for start in range(0, len(ids), 3):
            batch = tuple(ids[start : start + 3])
            given = (pmid for pmid in batch if ABSENT not in papers[int(pmid)].title)
            articles = "".join(papers[int(pmid)].xml(int(pmid)) for pmid in given)
            body = f"{DOCTYPE}<PubmedArticleSet>{articles}</PubmedArticleSet>".encode()
            store.file(Entry(when, SOURCE, "efetch", {"db": "pubmed"}, batch), body)
        found = Found("S1", "", "q", "q", "q", len(ids), tuple(ids), ())
        since = "2026-03-01" if self.day > 1 else ""
        store.keep_search(Search(SOURCE, when, Database("", "", "", ""), (found,), (), since))

    def withdraw(self, pmid: int) -> None:
        """The source no longer gives a record."""
        self.day += 1
        entry = Entry(
            f"2026-03-{self.day:02}T00:00:00Z", SOURCE, "efetch", {"db": "pubmed"}, (), (str(pmid),)
        )
        Archive(self.archive).file(entry, b"<PubmedArticleSet></PubmedArticleSet>")

    def _paper(self, words: str) -> Paper:
        some = lambda most: " ".join(self.draw.choices(WORDS, k=self.draw.randint(0, most)))  # noqa: E731
        return Paper(f"{some(4)} {words} {self.draw.random()}", some(9), self.draw.random() < 0.1)

    def protocol(self, **queries: str) -> None:
        """Write the protocol with other queries for some criteria."""
        self.queries |= queries
        rows = [
            f"  - {{id: {id_}, action: {action}, label: {id_}, reason: {id_}, {asks}}}"
            for id_, (action, asks) in (
                (id_, (action, f'query: "{self.queries[id_]}"' if id_ in self.queries else asks))
                for id_, (action, asks) in CRITERIA.items()
            )
        ]
        blocks = 'blocks:\n  seed: "seed*[tiab]"\n  green: "moss[tiab] OR leaf[tiab]"\n'
        self.screening.write_text(blocks + "criteria:\n" + "\n".join(rows) + "\n", "utf-8")

    def decisions(self, *rows: tuple[int, str, str]) -> None:
        """Add decisions: a PMID, an outcome and a criterion."""
        self.decided += [
            tuple({"pmid": str(pmid), "outcome": outcome, "criterion": criterion,
                   "reviewer": "Ann", "stage": TITLE_ABSTRACT}.get(c, "") for c in COLUMNS)
            for pmid, outcome, criterion in rows
        ]  # fmt: skip
        lines = ["\t".join(row) for row in (COLUMNS, *self.decided)]
        (self.folder / "decisions.tsv").write_text("\n".join(lines) + "\n", "utf-8")

    def run(self, results: Path, memo: Path | None = None, parts: bool = False) -> None:
        """The stages from records to screening, as a person would run them."""
        more = (*(("--memo", str(memo)) if memo else ()), *(("--parts",) if parts else ()))
        linked = more[:2] if memo else ()
        for command in (
            ("records", "--archive", self.archive, "--source", SOURCE, *more, "-o",
             results / "1_records"),
            ("link", results / "1_records/records.parquet", *linked, "-o", results / "2_linked"),
            ("screen", results, "--criteria", self.screening, "--decisions",
             self.folder / "decisions.tsv", *more, "-o", results / "3_screened"),
        ):  # fmt: skip
            done = CliRunner().invoke(cli, list(map(str, command)), catch_exceptions=False)
            assert done.exit_code == 0, done.output

    def expected(self, results: Path) -> None:
        """The same tables by the pure functions."""
        store = Archive(self.archive)
        held, ledger = records(store, SOURCE)
        old = former(store, survey(store, SOURCE), ledger)
        write_parquet(results / "1_records/records.parquet", held, Record)
        write_parquet(results / "1_records/former.parquet", old, Record)
        (results / "1_records/records.csv").write_bytes(csv_bytes(header(), map(row, held)))
        (results / "1_records/ledger.json").write_bytes(to_json(ledger))
        protocol = load_criteria(load(self.screening, "screening"))
        made = load_decisions(self.folder / "decisions.tsv", [r.pmid for r in held], protocol)
        judged = verdicts(made, 1, TITLE_ABSTRACT, hashes(protocol))

        def judge(of: list[Record]) -> tuple[list[Screened], list[Link], list[Integrity]]:
            links, integrity = link(of)
            aside = unscreened(links)
            here = [record for record in of if record.pmid not in aside]
            return screen(here, integrity, protocol, judged), links, integrity

        rows, links, integrity = judge(held)
        write_parquet(results / "2_linked/links.parquet", links, Link)
        write_parquet(results / "2_linked/integrity.parquet", integrity, Integrity)
        write_parquet(results / "3_screened/screened.parquet", rows, Screened)

        def then() -> tuple[list[str], list[Integrity]]:
            new = ledger.changes[-1].new
            past, _, carried = judge(earlier(held, {r.pmid: r for r in old}, new))
            return [r.pmid for r in past if r.outcome == "include"], carried

        state = to_json(before(ledger.changes, integrity, then))
        (results / "3_screened/before.json").write_bytes(state)


def files(results: Path) -> Mapping[str, bytes]:
    """Every file below a folder of results, by its path."""
    found = (path for path in sorted(results.rglob("*")) if path.is_file())
    return {str(path.relative_to(results)): path.read_bytes() for path in found}
