"""``perennial synthesise``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.passage import Statement
from perennial.study import Study
from perennial.synthesise import load_claims, sensitivity, synthesise, with_pmids
from perennial.tables import read_parquet, write_whole

# Notices that put a study's findings in doubt; a correction does not.
DOUBTS = {"retracted", "concern", "editor's note"}


@click.command
@click.argument("statements", type=_options.file)
@click.argument("studies", type=_options.file)
@click.option("--claims", type=_options.file, required=True, help="baseline.yaml")
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@_options.output
def command(statements: Path, studies: Path, claims: Path, vocabulary: Path, output: Path) -> None:
    """Audit the baseline review's claims against STATEMENTS; set contradictions side by side."""
    baseline = load(claims, "baseline")
    known = read_parquet(studies, Study)
    pmids = {study.doi.lower(): study.pmid for study in known if study.doi}
    sides = {code: row["side"] for code, row in load(vocabulary, "evidence")["directions"].items()}
    stated = read_parquet(statements, Statement)
    years = {study.pmid: study.year for study in known}
    doubtful = [study.pmid for study in known if DOUBTS & set(study.integrity)]
    frame = (stated, years, sides, baseline["review"]["year"])
    synthesis = synthesise(with_pmids(load_claims(baseline.data), pmids), *frame)
    tested = replace(synthesis, sensitivity=sensitivity(synthesis, *frame, doubtful))
    write_whole(output, to_json(tested))
