"""``perennial fetch``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.archive import Archive
from perennial.canonical import from_json, to_json
from perennial.commands import _options
from perennial.config import load
from perennial.entrez import source
from perennial.fetch import fetch_records
from perennial.ledger import Search
from perennial.tables import write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("search", type=_options.file)
@_options.config
@_options.archive
@_options.output
def command(search: Path, config: Path, archive: Path, output: Path) -> None:
    """Fetch the records that SEARCH (a ledger) found and the archive does not hold yet."""
    pmids = from_json(search.read_bytes(), Search).pmids
    with source(load(config, "config")) as server:
        holding = fetch_records(pmids, server, Archive(archive))
    for pmid in holding.lacking:
        log.warning("PMID %s was asked for twice and not returned", pmid)
    write_whole(output, to_json(holding))
