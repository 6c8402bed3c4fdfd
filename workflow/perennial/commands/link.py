"""``perennial link``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.commands import _options
from perennial.memo import Memo
from perennial.parted.layout import parts_of
from perennial.parted.links import linked
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.tables import read_parquet, write_parquet


@click.command
@click.argument("records", type=_options.table)
@_options.memo
@_options.output_folder
def command(records: Path, memo: Path | None, output: Path) -> None:
    """Link the duplicates and notices among RECORDS; nothing is removed."""
    digests = (part.digest for part in parts_of(records, Record))
    links, integrity = linked(digests, lambda: read_parquet(records, Record), Memo(memo))
    write_parquet(output / "links.parquet", links, Link)
    write_parquet(output / "integrity.parquet", integrity, Integrity)
