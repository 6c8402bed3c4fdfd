"""``perennial prioritise``."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import click

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.decisions.table import load_decisions
from perennial.query import Mesh
from perennial.queue.basis import basis
from perennial.queue.conduct import standing
from perennial.queue.prioritise import Queued, prioritise
from perennial.record import Record
from perennial.screen import load_criteria, screen
from perennial.screened import Integrity, Screened
from perennial.settings import settings
from perennial.tables import read_parquet, write_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("results", type=_options.folder)
@_options.judging
@_options.output_folder
def command(
    results: Path, criteria: Path, decisions: Path, mesh: Path | None, as_of: str, output: Path
) -> None:
    """Queue the records of RESULTS that wait for a person; say how far screening has come."""
    protocol = load(criteria, "screening")
    rules = load_criteria(protocol)
    held = read_parquet(results / "1_records/records.parquet", Record)
    made = load_decisions(decisions, (record.pmid for record in held), rules, as_of)
    screened = read_parquet(results / "3_screened/screened.parquet", Screened)
    unique = {row.pmid for row in screened}
    records = [record for record in held if record.pmid in unique]
    integrity = read_parquet(results / "2_linked/integrity.parquet", Integrity)
    # A decision hides what the rules say, and the audit asks for just that: so they judge again.
    hierarchy = Mesh.found(mesh)
    ruled = screen(records, integrity, rules, {}, hierarchy)
    known = standing(records, ruled, screened, made, rules, settings(protocol))
    queue, state = prioritise(known)
    for stage, counts in state.queue.items():
        log.info("%s: %s", stage, ", ".join(f"{why}: {n}" for why, n in counts.items()))
    write_parquet(output / "queue.parquet", queue, Queued)
    made_of = basis(rules, hierarchy, made)
    write_whole(output / "conduct.json", to_json(replace(state, basis=made_of)))
