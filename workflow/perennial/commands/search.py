"""``perennial search``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.archive import Archive
from perennial.commands import _options
from perennial.config import load
from perennial.entrez import source
from perennial.search import search
from perennial.tables import to_json, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("strategies", type=_options.file)
@_options.config
@_options.archive
@_options.output
def command(strategies: Path, config: Path, archive: Path, output: Path) -> None:
    """Ask the source for every strategy and named record of STRATEGIES (search.yaml).

    The answers and the ledger of this run go to the archive; OUTPUT is the newest ledger.
    """
    with source(load(config, "config")) as server:
        run = search(load(strategies, "search"), server, Archive(archive))
    for found in run.strategies:
        log.info("%s %s: %d records%s", found.id, found.label, found.count, _told(found.warnings))
    for named in run.named:
        log.info(
            "%s: %s%s", named.asked, named.status, f" ({named.reason})" if named.reason else ""
        )
    write_whole(output, to_json(run))


def _told(warnings: tuple[str, ...]) -> str:
    return f"; the source warns: {'; '.join(warnings)}" if warnings else ""
