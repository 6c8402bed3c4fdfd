"""A small review up to screening, for people to decide on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from perennial.config import load
from perennial.decisions.table import Decision, decisions_in
from perennial.link import link
from perennial.record import Author, Notice, Record
from perennial.screen import load_criteria, screen
from perennial.screened import Integrity, Screened
from perennial.tables import write_parquet

UNTIL = """
review: {title: T, question: Q, version: "1", maintainers: [Bo]}
entrez: {server: none}
as_of: 2026-01-01
"""
PROTOCOL = """
{conduct}
blocks:
  seed: "seed[tiab]"
criteria:
  - {{id: X1, action: exclude, label: A virus?, reason: about a virus, query: "virus[tiab]"}}
  - {{id: X2, action: exclude, label: Retracted?, reason: retracted, integrity: [retracted]}}
  - {{id: X3, action: exclude, label: For people, reason: only people say so}}
  - {{id: I1, action: require, label: A seed, reason: no seed, query: "#seed"}}
  - {{id: T1, action: tag, label: Old, reason: old, query: "old[tiab]"}}
"""
# 1, 3 and 5 wait for a human; 2 is included, 4 and 6 are excluded by rules.
RECORDS = (
    Record(
        "1",
        title="Nothing of the [bold]kind",
        abstract="An old \x1b[2Jtale \u202eof seeds.",
        authors=(Author("Noor", initials="A"), Author(collective="The Group")),
        journal="Journal of Tales",
        year=2020,
        keywords=("tale",),
        publication_types=("Journal Article",),
    ),
    Record("2", title="An old seed", abstract="A seed."),
    Record("3", title="=HYPERLINK(1)", abstract="Nothing, old."),
    Record("4", title="A seed virus", abstract="A virus."),
    Record("5", title="No more"),
    Record("6", title="A seed", abstract="Good.", notices=(Notice("RetractionIn", "9", "J 2020"),)),
)
TWO = "conduct: {reviewers_per_record: 2, blinded: true}"


@dataclass(frozen=True)
class Project:
    """Its folders, and what decisions.tsv says."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "config" / "decisions.tsv"

    @property
    def decisions(self) -> list[Decision]:
        protocol = load(self.folder / "config" / "screening.yaml", "screening")
        text = self.file.read_text("utf-8")
        return decisions_in(text, str(self.file), None, load_criteria(protocol))

    @property
    def options(self) -> list[str]:
        folder = self.folder
        return ["--results", str(folder / "results"), "--config", str(folder / "config")]

    def protocol(self, old: str, new: str) -> None:
        path = self.folder / "config" / "screening.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    def made(conduct: str = "", records: Sequence[Record] = RECORDS) -> Project:
        config, results = tmp_path / "config", tmp_path / "results"
        config.mkdir(exist_ok=True)
        (config / "screening.yaml").write_text(PROTOCOL.format(conduct=conduct), "utf-8")
        criteria = load_criteria(load(config / "screening.yaml", "screening"))
        _, integrity = link(records)
        write_parquet(results / "1_records/records.parquet", records, Record)
        write_parquet(results / "2_linked/integrity.parquet", integrity, Integrity)
        screened = screen(records, integrity, criteria, {})
        write_parquet(results / "3_screened/screened.parquet", screened, Screened)
        found = Project(tmp_path)
        if not found.file.exists():
            found.file.write_text("pmid\toutcome\tcriterion\treviewer\tdate\tnote\n", "utf-8")
        return found

    return made
