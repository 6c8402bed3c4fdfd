"""``perennial fetch-fulltext``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.archive import Archive, Holding
from perennial.baseline.settings import BASELINE
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.entrez import source
from perennial.fetch import fetch_fulltext
from perennial.ledger import NOBODY
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_whole

log = logging.getLogger(__name__)


@click.command("fetch-fulltext")
@click.argument("records", type=_options.table)
@click.argument("screened", type=_options.table)
@_options.config
@_options.archive
@_options.output
def command(records: Path, screened: Path, config: Path, archive: Path, output: Path) -> None:
    """Fetch from PMC the full text of each study, of those that are set aside too.

    With PubMed's baseline or imports alone as the source there is no PMC to ask: the index says
    that none is held.
    """
    read = {row.pmid for row in read_parquet(screened, Screened) if row.read}
    held = read_parquet(records, Record)
    pmcids = [record.pmcid for record in held if record.pmid in read and record.pmcid]
    settings = load(config, "config")
    if (server := settings["entrez"]["server"]) in (BASELINE, NOBODY):
        log.warning(
            "%d studies have a full text in PMC, which is not asked (entrez.server is %s):"
            " they are read from their abstracts alone",
            len(pmcids),
            server,
        )
        write_whole(output, to_json(Holding(server, {}, {}, {})))
        return
    with source(settings) as server:
        holding = fetch_fulltext(pmcids, server, Archive(archive))
    for pmcid, why in holding.lacking.items():
        log.warning("%s: %s", pmcid, why)
    write_whole(output, to_json(holding))
