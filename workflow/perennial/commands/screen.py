"""``perennial screen``."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import click

from perennial.commands import _options
from perennial.config import load
from perennial.decisions import load_decisions
from perennial.query import Mesh
from perennial.record import Record
from perennial.screen import load_criteria, screen
from perennial.screened import Integrity, Link, Screened
from perennial.tables import read_parquet, write_parquet

log = logging.getLogger(__name__)


@click.command
@click.argument("records", type=_options.file)
@click.option("--linked", type=_options.folder, required=True, help="What link wrote.")
@click.option("--criteria", type=_options.file, required=True, help="screening.yaml")
@click.option("--decisions", type=_options.file, required=True, help="decisions.tsv")
@click.option("--mesh", type=_options.file, help="MeSH branches, for explosion.")
@click.option("--as-of", default="", help="Count only decisions made up to this day.")
@_options.output
def command(
    records: Path,
    linked: Path,
    criteria: Path,
    decisions: Path,
    mesh: Path | None,
    as_of: str,
    output: Path,
) -> None:
    """Judge each of RECORDS by the criteria; the reviewers' decisions have the last word."""
    protocol = load_criteria(load(criteria, "screening"))
    links = read_parquet(linked / "links.parquet", Link)
    duplicates = {link.pmid for link in links if link.kind == "duplicate of"}
    held = read_parquet(records, Record)
    pmids, ids = (record.pmid for record in held), (criterion.id for criterion in protocol)
    decided = load_decisions(decisions, pmids, ids, as_of)
    unique = [record for record in held if record.pmid not in duplicates]
    integrity = read_parquet(linked / "integrity.parquet", Integrity)
    screened = screen(unique, integrity, protocol, decided, Mesh.load(mesh) if mesh else None)
    outcomes = Counter(row.outcome for row in screened)
    log.info("%s", ", ".join(f"{outcome}: {n}" for outcome, n in sorted(outcomes.items())))
    write_parquet(output, screened, Screened)
