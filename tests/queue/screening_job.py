"""Records, rules and decisions made up for tests, and the files that a command reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.table import COLUMNS
from perennial.decisions.verdicts import counted, verdicts
from perennial.queue.conduct import Standing, standing
from perennial.record import Record
from perennial.screen import Criterion, load_criteria, screen
from perennial.screened import Integrity, Screened
from perennial.settings import Settings, settings
from perennial.tables import write_parquet

CONDUCT = """
conduct:
  {reviewers_per_record: %d, blinded: true, audit_sample: %d, target_recall: 0.9, confidence: 0.9,
   seed: 5}
"""
RULES = """
criteria:
  - {id: X1, action: exclude, label: a virus, reason: about a virus, query: "virus[tiab]"}
  - {id: I1, action: require, label: a seed, reason: seed, query: "seed[tiab]"}
  - {id: I2, action: require, label: rain, reason: rain, query: "rain[tiab]"}
"""
FULL_TEXT_RULE = """
  - {id: F1, action: exclude, label: seeds counted, reason: not counted, stage: full text}
"""
TITLES = ("Seed and rain", "Seed on rock", "Rain on rock", "Wind and sand", "Virus in rain")


def records(number: int) -> list[Record]:
    """Every title in turn: of five, the rules include one, exclude one and leave three."""
    return [
        Record(
            str(100 + n),
            title=TITLES[n % len(TITLES)],
            abstract=f"We counted {'leaves' if n % 2 else 'stones'} in year {n}.",
            created="2020-01-01",
            entered=f"2020-01-{1 + n % 28:02}",
        )
        for n in range(number)
    ]


def decision(
    pmid: str,
    outcome: str,
    reviewer: str = "Ada",
    stage: str = "title/abstract",
    date: str = "2021-01-01",
    role: str = "",
    text: str = "",
) -> Decision:
    """A row of decisions.tsv; an exclusion is by X1."""
    criterion = "X1" if outcome == "exclude" else ""
    return Decision(pmid, stage, outcome, criterion, reviewer, role, date, "", text, "")


def protocol(folder: Path, per_record: int = 1, sample: int = 3, full_text: bool = False) -> Path:
    """screening.yaml, in a folder."""
    rules = RULES + (FULL_TEXT_RULE if full_text else "")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "screening.yaml").write_text(CONDUCT % (per_record, sample) + rules, "utf-8")
    return folder / "screening.yaml"


def known(
    screening: Path,
    held: Sequence[Record],
    decisions: Sequence[Decision] = (),
    wanted: Settings | None = None,
) -> Standing:
    """What is known when these decisions have been made."""
    criteria, documented = _read(screening, screening.read_text("utf-8"))
    wanted = wanted or documented
    made = verdicts(decisions, wanted.reviewers_per_record, "title/abstract")
    ruled, screened = (screen(held, [], criteria, known) for known in ({}, made))
    return standing(held, ruled, screened, decisions, criteria, wanted)


@cache
def _read(screening: Path, text: str) -> tuple[tuple[Criterion, ...], Settings]:
    """The criteria and settings of a file, read once for each ``text`` that it has had."""
    config = load(screening, "screening")
    return load_criteria(config), settings(config)


def write_job(folder: Path, held: Sequence[Record], decisions: Sequence[Decision]) -> list[str]:
    """A results folder, and the arguments that ``perennial prioritise`` takes on it."""
    screening = protocol(folder, per_record=2)
    criteria = load_criteria(load(screening, "screening"))
    screened = screen(held, [], criteria, verdicts(counted(decisions), 2, "title/abstract"))
    results, table = folder / "results", folder / "decisions.tsv"
    write_parquet(results / "1_records/records.parquet", held, Record)
    write_parquet(results / "2_linked/integrity.parquet", [], Integrity)
    write_parquet(results / "3_screened/screened.parquet", screened, Screened)
    rows = [COLUMNS, *([getattr(d, column) for column in COLUMNS] for d in decisions)]
    table.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    asked = ["--criteria", str(screening), "--decisions", str(table)]
    return [str(results), *asked, "-o", str(folder / "out")]
