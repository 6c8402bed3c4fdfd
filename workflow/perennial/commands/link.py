"""``perennial link``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.commands import _options
from perennial.link import link
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.tables import read_parquet, write_parquet


@click.command
@click.argument("records", type=_options.file)
@_options.output_folder
def command(records: Path, output: Path) -> None:
    """Link the duplicates and notices among RECORDS; nothing is removed."""
    links, integrity = link(read_parquet(records, Record))
    write_parquet(output / "links.parquet", links, Link)
    write_parquet(output / "integrity.parquet", integrity, Integrity)
