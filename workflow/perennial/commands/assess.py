"""``perennial assess``."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import click

from perennial.assess import assess
from perennial.commands import _options
from perennial.config import load
from perennial.decisions.judged import hashes
from perennial.decisions.table import load_decisions
from perennial.decisions.verdicts import verdicts
from perennial.passage import Passage
from perennial.query import Mesh
from perennial.record import Record
from perennial.screen import load_criteria
from perennial.screened import FULL_TEXT, Screened
from perennial.settings import settings
from perennial.tables import read_parquet, write_parquet

log = logging.getLogger(__name__)


@click.command
@click.argument("results", type=_options.folder)
@_options.judging
@_options.output
def command(
    results: Path, criteria: Path, decisions: Path, mesh: Path | None, as_of: str, output: Path
) -> None:
    """Judge the studies of RESULTS by the criteria and decisions of the full-text stage."""
    protocol = load(criteria, "screening")
    rules = load_criteria(protocol)
    held = [record.pmid for record in read_parquet(results / "1_records/records.parquet", Record)]
    made = load_decisions(decisions, held, rules, as_of)
    assessed = assess(
        read_parquet(results / "3_screened/screened.parquet", Screened),
        read_parquet(results / "4_fulltext/passages.parquet", Passage),
        rules,
        verdicts(made, settings(protocol).reviewers_per_record, FULL_TEXT, hashes(rules)),
        Mesh.found(mesh),
    )
    here = Counter(row.outcome for row in assessed if row.stage == FULL_TEXT)
    log.info(
        "%s", ", ".join(f"{outcome}: {n}" for outcome, n in sorted(here.items())) or "no change"
    )
    write_parquet(output, assessed, Screened)
