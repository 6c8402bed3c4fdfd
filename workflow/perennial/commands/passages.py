"""``perennial passages``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import click
from lxml import etree

from perennial import jats
from perennial.archive import Archive, holding
from perennial.commands import _options
from perennial.passage import Passage
from perennial.passages import Reading, passages
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import rows_of, write_parquet


@click.command
@click.argument("records", type=_options.table)
@click.argument("screened", type=_options.table)
@_options.archive
@click.option("--source", required=True, help="Whose answers to read: example, ncbi or a URL.")
@click.option("--as-of", default="", help="Read the archive as it stood on this day.")
@_options.output_folder
def command(
    records: Path, screened: Path, archive: Path, source: str, as_of: str, output: Path
) -> None:
    """Cut what can be read of each study into passages, studies that are set aside too."""
    read = {row.pmid for row in rows_of(screened, Screened) if row.read}
    held = (record for record in rows_of(records, Record) if record.pmid in read)
    store = Archive(archive)
    answers = holding(store, source, "pmc", as_of).held

    # An answer holds several articles, and records that were fetched together stand together.
    @lru_cache(maxsize=4)
    def opened(digest: str) -> Sequence[etree._Element]:
        return jats.opened(store.answer(digest), str(store.path(digest)))

    def articles_of(pmcid: str) -> Sequence[etree._Element]:
        return opened(answers[pmcid]) if pmcid in answers else ()

    readings: list[Reading] = []

    def cut() -> Iterator[Passage]:
        for own, reading in passages(held, articles_of):
            readings.append(reading)
            yield from own

    write_parquet(output / "passages.parquet", cut(), Passage)
    write_parquet(output / "readings.parquet", readings, Reading)
