"""``perennial synthesise``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.passage import Statement
from perennial.study import Study
from perennial.synthesise import load_claims, synthesise
from perennial.tables import read_parquet, write_whole


@click.command
@click.argument("statements", type=_options.file)
@click.argument("studies", type=_options.file)
@click.option("--claims", type=_options.file, required=True, help="baseline.yaml")
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@_options.output
def command(statements: Path, studies: Path, claims: Path, vocabulary: Path, output: Path) -> None:
    """Audit the baseline review's claims against STATEMENTS; set contradictions side by side."""
    baseline = load(claims, "baseline")
    years = {study.pmid: study.year for study in read_parquet(studies, Study)}
    sides = {code: row["side"] for code, row in load(vocabulary, "evidence")["directions"].items()}
    synthesis = synthesise(
        load_claims(baseline.data),
        read_parquet(statements, Statement),
        years,
        sides,
        since=baseline["review"]["year"],
    )
    write_whole(output, to_json(synthesis))
