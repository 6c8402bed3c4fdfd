"""``perennial appraise``."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import click

from perennial.appraisal import load_checklist
from perennial.commands import _options
from perennial.config import load
from perennial.extract import load_vocabulary
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Integrity, Screened
from perennial.study import Study, characterise
from perennial.tables import rows_of, write_parquet

log = logging.getLogger(__name__)
Row = TypeVar("Row", Statement, Integrity)


@click.command
@click.argument("results", type=_options.folder)
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@click.option("--appraisal", type=_options.file, required=True, help="appraisal.yaml")
@_options.output
def command(results: Path, vocabulary: Path, appraisal: Path, output: Path) -> None:
    """Describe the studies of RESULTS: design, tier, and what their texts report."""
    words = load_vocabulary(load(vocabulary, "evidence").data, patterns=False)
    checklist = load_checklist(load(appraisal, "appraisal").data)
    assessed = rows_of(results / "4_fulltext/assessed.parquet", Screened)
    aside = {row.pmid: row.set_aside for row in assessed if row.read}
    records = rows_of(results / "1_records/records.parquet", Record)
    held = {record.pmid: record for record in records if record.pmid in aside}
    notices = _of_each(rows_of(results / "2_linked/integrity.parquet", Integrity))
    stand = _of_each(rows_of(results / "5_evidence/statements.parquet", Statement))
    passages = rows_of(results / "4_fulltext/passages.parquet", Passage)
    studies = [
        characterise(
            held[pmid], list(texts), stand[pmid], words, checklist, notices[pmid], aside[pmid]
        )
        for pmid, texts in groupby(passages, key=lambda passage: passage.pmid)
        if pmid in aside  # others are excluded for their full text
    ]
    tiers = Counter(study.tier or "none" for study in studies)
    log.info("tiers: %s", ", ".join(f"{tier} {n}" for tier, n in sorted(tiers.items())))
    write_parquet(output, studies, Study)


def _of_each(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    by_study: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_study[row.pmid].append(row)
    return by_study
