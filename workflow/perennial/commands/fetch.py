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
@click.option(
    "--strategies",
    type=_options.file,
    default=Path("config/search.yaml"),
    show_default=True,
    help="Where accept_missing names records to go on without.",
)
@_options.config
@_options.archive
@_options.output
def command(search: Path, strategies: Path, config: Path, archive: Path, output: Path) -> None:
    """Fetch the records that SEARCH (a ledger) found and the archive does not hold yet.

    It fails, once all else is archived, for a record that the source lists but does not give.
    """
    pmids = from_json(search.read_bytes(), Search).pmids
    accepted = load(strategies, "search").get("accept_missing") or ()
    with source(load(config, "config")) as server:
        holding = fetch_records(pmids, server, Archive(archive), accepted)
    for pmid, why in holding.lacking.items():
        log.warning("PMID %s: %s", pmid, why)
    write_whole(output, to_json(holding))
