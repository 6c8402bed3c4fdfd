"""``perennial extract``."""

from __future__ import annotations

import logging
from itertools import groupby
from pathlib import Path

import click

from perennial.commands import _options
from perennial.config import load
from perennial.extract import extract, gate, load_vocabulary
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Integrity, Screened
from perennial.study import Study, characterise
from perennial.tables import read_parquet, write_parquet

log = logging.getLogger(__name__)


@click.command
@click.argument("records", type=_options.file)
@click.argument("passages", type=_options.file)
@click.option("--assessed", type=_options.file, required=True, help="assessed.parquet")
@click.option("--integrity", type=_options.file, required=True, help="integrity.parquet")
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@_options.output_folder
def command(
    records: Path,
    passages: Path,
    assessed: Path,
    integrity: Path,
    vocabulary: Path,
    output: Path,
) -> None:
    """Draw statements from PASSAGES; a statement whose quote is not in its text is thrown out."""
    words = load_vocabulary(load(vocabulary, "evidence").data)
    held = {record.pmid: record for record in read_parquet(records, Record)}
    aside = {row.pmid: row.set_aside for row in read_parquet(assessed, Screened) if row.read}
    notices = read_parquet(integrity, Integrity)
    statements: list[Statement] = []
    studies: list[Study] = []
    for pmid, cut in groupby(read_parquet(passages, Passage), key=lambda passage: passage.pmid):
        if pmid not in aside:  # excluded for its full text
            continue
        record, texts = held[pmid], list(cut)
        drawn = extract(
            texts, words, title=record.title, publication_types=record.publication_types
        )
        kept, thrown = gate(drawn, texts)
        if thrown:
            log.warning("PMID %s: %d statements without their quote thrown out", pmid, len(thrown))
        statements.extend(kept)
        own = [notice for notice in notices if notice.pmid == pmid]
        studies.append(characterise(record, texts, kept, words, own, aside[pmid]))
    log.info("%d statements from %d studies", len(statements), len(studies))
    write_parquet(output / "statements.parquet", statements, Statement)
    write_parquet(output / "studies.parquet", studies, Study)
