"""``perennial records``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.archive import Archive
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.imports.join import join
from perennial.imports.load import load_imports
from perennial.record import Record
from perennial.records import former, header, records, row
from perennial.tables import write_csv, write_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@_options.archive
@click.option("--source", required=True, help="Whose answers to read: example, ncbi or a URL.")
@click.option("--as-of", default="", help="Read the archive as it stood on this day.")
@click.option("--imports", type=_options.file, help="search.yaml, whose imports join the records.")
@_options.output_folder
def command(archive: Path, source: str, as_of: str, imports: Path | None, output: Path) -> None:
    """Read the archive into records.parquet, records.csv and the ledger of the search."""
    store = Archive(archive)
    held, ledger = records(store, source, as_of)
    if imports:
        held, ledger = join(held, ledger, load_imports(load(imports, "search"), as_of))
    for absence in (*ledger.missing, *ledger.refused, *ledger.withdrawn):
        log.warning("PMID %s: %s", absence.pmid, absence.reason)
    write_parquet(output / "records.parquet", held, Record)
    write_parquet(output / "former.parquet", former(store, source, ledger, as_of), Record)
    write_csv(output / "records.csv", header(), map(row, held))
    write_whole(output / "ledger.json", to_json(ledger))
