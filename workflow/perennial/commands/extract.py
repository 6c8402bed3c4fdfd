"""``perennial extract``."""

from __future__ import annotations

import logging
from itertools import groupby
from pathlib import Path

import click

from perennial.appraisal import load_checklist
from perennial.commands import _options
from perennial.config import load
from perennial.extract import Unread, draw, gate, load_vocabulary
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
@click.option("--appraisal", type=_options.file, required=True, help="appraisal.yaml")
@_options.output_folder
def command(
    records: Path,
    passages: Path,
    assessed: Path,
    integrity: Path,
    vocabulary: Path,
    appraisal: Path,
    output: Path,
) -> None:
    """Draw statements from PASSAGES; a statement whose quote is not in its text is thrown out."""
    words = load_vocabulary(load(vocabulary, "evidence").data)
    checklist = load_checklist(load(appraisal, "appraisal").data, words.designs)
    held = {record.pmid: record for record in read_parquet(records, Record)}
    aside = {row.pmid: row.set_aside for row in read_parquet(assessed, Screened) if row.read}
    notices = read_parquet(integrity, Integrity)
    statements: list[Statement] = []
    studies: list[Study] = []
    unread: list[Unread] = []
    for pmid, cut in groupby(read_parquet(passages, Passage), key=lambda passage: passage.pmid):
        if pmid not in aside:  # excluded for its full text
            continue
        record, texts = held[pmid], list(cut)
        drawn = draw(texts, words, title=record.title, publication_types=record.publication_types)
        kept, thrown = gate(drawn.statements, texts)
        if thrown:
            log.warning("PMID %s: %d statements without their quote thrown out", pmid, len(thrown))
        statements.extend(kept)
        unread.extend(drawn.unread)
        own = [notice for notice in notices if notice.pmid == pmid]
        studies.append(characterise(record, texts, kept, words, own, aside[pmid], checklist))
    log.info("%d statements from %d studies", len(statements), len(studies))
    disputed = sum(bool(row.factor) for row in unread)
    log.info(
        "not drawn: %d overlong sentences, %d factors sent both ways by one sentence",
        len(unread) - disputed,
        disputed,
    )
    write_parquet(output / "drawn.parquet", statements, Statement)
    write_parquet(output / "studies.parquet", studies, Study)
