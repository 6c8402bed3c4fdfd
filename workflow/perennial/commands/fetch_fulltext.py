"""``perennial fetch-fulltext``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.archive import Archive
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.entrez import source
from perennial.fetch import fetch_fulltext
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_whole

log = logging.getLogger(__name__)


@click.command("fetch-fulltext")
@click.argument("records", type=_options.file)
@click.argument("screened", type=_options.file)
@_options.config
@_options.archive
@_options.output
def command(records: Path, screened: Path, config: Path, archive: Path, output: Path) -> None:
    """Fetch from PMC the full text of each study, of those that are set aside too."""
    read = {row.pmid for row in read_parquet(screened, Screened) if row.read}
    held = read_parquet(records, Record)
    pmcids = [record.pmcid for record in held if record.pmid in read and record.pmcid]
    with source(load(config, "config")) as server:
        holding = fetch_fulltext(pmcids, server, Archive(archive))
    for pmcid, why in holding.lacking.items():
        log.warning("%s: %s", pmcid, why)
    write_whole(output, to_json(holding))
