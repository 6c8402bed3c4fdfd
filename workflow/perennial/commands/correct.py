"""``perennial correct``."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import click
import pyarrow.parquet as pq

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.corrections.apply import apply
from perennial.corrections.table import load_corrections
from perennial.extract import load_vocabulary
from perennial.passage import Passage, Statement
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("results", type=_options.folder)
@click.option("--corrections", type=_options.file, required=True, help="corrections.tsv")
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@click.option("--as-of", default="", help="Leave out corrections of a later date.")
@_options.output_folder
def command(results: Path, corrections: Path, vocabulary: Path, as_of: str, output: Path) -> None:
    """Apply what reviewers say of single statements; tell what became of each correction."""
    words = load_vocabulary(load(vocabulary, "evidence").data, patterns=False)
    found = pq.read_table(results / "1_records/records.parquet", columns=["pmid"])
    pmids = map(str, found["pmid"].to_pylist())
    rows = load_corrections(corrections, pmids, words, as_of)
    passages = read_parquet(results / "4_fulltext/passages.parquet", Passage)
    statements, told = apply(
        read_parquet(results / "5_evidence/drawn.parquet", Statement),
        passages,
        rows,
        _read(results, passages),
        words,
    )
    log.info("%d corrections: %s", len(rows), told.counts)
    write_parquet(output / "statements.parquet", statements, Statement)
    write_whole(output / "corrections.json", to_json(told))


def _read(results: Path, passages: Iterable[Passage]) -> set[str]:
    """The studies whose statements were drawn."""
    assessed = read_parquet(results / "4_fulltext/assessed.parquet", Screened)
    return {row.pmid for row in assessed if row.read} & {p.pmid for p in passages}
