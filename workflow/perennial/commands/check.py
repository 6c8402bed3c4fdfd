"""``perennial check``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.commands import _options
from perennial.config import at_the_door, load
from perennial.decisions import load_decisions
from perennial.extract import load_vocabulary
from perennial.imports.load import load_imports
from perennial.screen import load_criteria
from perennial.strategy import sent_queries
from perennial.synthesise import load_claims


@click.command
@click.argument("folder", type=_options.folder, default=Path("config"))
def command(folder: Path) -> None:
    """Check every file of a config FOLDER: its shape, its queries, its identifiers."""
    at_the_door(folder)
    strategies = load(folder / "search.yaml", "search")
    queries = sent_queries(strategies)
    load_imports(strategies)
    criteria = load_criteria(load(folder / "screening.yaml", "screening"))
    load_decisions(folder / "decisions.tsv", None, (criterion.id for criterion in criteria))
    load_vocabulary(load(folder / "evidence.yaml", "evidence").data)
    claims = load_claims(load(folder / "baseline.yaml", "baseline").data)
    counts = f"{len(queries)} strategies, {len(criteria)} criteria, {len(claims)} claims"
    click.echo(f"{folder}: {counts}: all well")
