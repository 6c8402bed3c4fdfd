"""``perennial flow``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.canonical import from_json, to_json
from perennial.commands import _options
from perennial.config import load
from perennial.flow import check, flow
from perennial.ledger import Ledger
from perennial.passage import Statement
from perennial.passages import Reading
from perennial.record import Record
from perennial.screened import Link, Screened
from perennial.tables import read_parquet, write_whole


@click.command
@click.argument("results", type=_options.folder)
@_options.criteria
@_options.output
def command(results: Path, criteria: Path, output: Path) -> None:
    """Count the flow of records through RESULTS; fail if a single one is lost or gained."""
    readings = read_parquet(results / "4_fulltext/readings.parquet", Reading)
    statements = read_parquet(results / "5_evidence/statements.parquet", Statement)
    counted = flow(
        from_json((results / "1_records/ledger.json").read_bytes(), Ledger),
        [record.pmid for record in read_parquet(results / "1_records/records.parquet", Record)],
        read_parquet(results / "2_linked/links.parquet", Link),
        read_parquet(results / "4_fulltext/assessed.parquet", Screened),
        {row["id"]: row["reason"] for row in load(criteria, "screening")["criteria"]},
        {reading.pmid: reading.status for reading in readings},
        {statement.pmid for statement in statements},
    )
    check(counted)
    write_whole(output, to_json(counted))
