"""``perennial search``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.archive import Archive
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.entrez import source
from perennial.search import search
from perennial.tables import write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("strategies", type=_options.file)
@_options.config
@_options.archive
@_options.output
def command(strategies: Path, config: Path, archive: Path, output: Path) -> None:
    """Ask the source for every strategy and named record of STRATEGIES (search.yaml).

    The answers and the ledger of this run go to the archive; OUTPUT is what stands
    now: the last full search and the updates since.
    """
    store = Archive(archive)
    with source(load(config, "config")) as server:
        run = search(load(strategies, "search"), server, store)
    for found in run.strategies:
        cut = f" in {len(found.slices)} slices" if len(found.slices) > 1 else ""
        told = f"; {len(found.warnings)} warnings, see {output}" if found.warnings else ""
        log.info("%s %s: %d records%s%s", found.id, found.label, found.count, cut, told)
    for named in run.named:
        if named.status != "returned":
            log.warning("%s was asked for and not returned: %s", named.asked, named.reason)
    write_whole(output, to_json(store.search_as_of(run.source)))
