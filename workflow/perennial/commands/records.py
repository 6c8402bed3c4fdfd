"""``perennial records``."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from perennial.archive import Archive
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.errors import InputError, Place
from perennial.imports.join import join
from perennial.imports.load import Imported, load_imports
from perennial.ledger import NOBODY, Ledger
from perennial.memo import Memo
from perennial.parted.layout import laid_out
from perennial.parted.records import Making, Sheet
from perennial.record import Record
from perennial.records import Survey, former, header, ledger, read, survey
from perennial.tables import csv_bytes, replacing, write_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@_options.archive
@click.option("--source", required=True, help="Whose answers to read: example, ncbi, none, a URL.")
@click.option("--as-of", default="", help="Read the archive as it stood on this day.")
@click.option("--imports", type=_options.file, help="search.yaml, whose imports join the records.")
@_options.memo
@_options.in_parts
@_options.output_folder
def command(
    archive: Path,
    source: str,
    as_of: str,
    imports: Path | None,
    memo: Path | None,
    in_parts: bool,
    output: Path,
) -> None:
    """Read the archive into records.parquet, records.csv and the ledger of the search.

    In parts, there is no records.csv.
    """
    store = Archive(archive)
    known = survey(store, source, as_of)
    brought = load_imports(load(imports, "search"), as_of) if imports else ()
    if source == NOBODY and not brought:
        raise InputError(
            f"nothing was imported{f' by {as_of}' if as_of else ''}", Place(str(imports or ""))
        )
    told = _written(store, known, brought, Memo(memo), in_parts, output)
    for absence in (*told.missing, *told.refused, *told.withdrawn):
        log.warning("PMID %s: %s", absence.pmid, absence.reason)
    write_parquet(output / "former.parquet", former(store, known, told), Record)
    write_whole(output / "ledger.json", to_json(told))


def _written(
    store: Archive,
    known: Survey,
    brought: Sequence[Imported],
    memo: Memo,
    in_parts: bool,
    output: Path,
) -> Ledger:
    """Write the table, imports and all, and tell of it."""
    named = [record.pmid for imported in brought for record in imported.records]
    twice, refused = read(store, known.held, set(named) & known.newest.keys())
    both = join(list(twice.values()), ledger(known, (), refused), brought)[0] if brought else ()
    making = Making(store, known.newest, (r for r in both if r.pmid not in twice), memo)
    with ExitStack() as open_:
        enter = open_.enter_context
        table = enter(laid_out(output / "records.parquet", Record, memo, in_parts))
        if in_parts:  # let none be left that tells of other records
            (output / "records.csv").unlink(missing_ok=True)
        sheet = None if in_parts else enter(_sheet(output / "records.csv"))
        done = making.write(table, sheet)
    told = ledger(known, done.unread, done.refused)
    return join(list(twice.values()), told, brought)[1]


@contextmanager
def _sheet(path: Path) -> Iterator[Sheet]:
    with replacing(path) as file:
        file.write(csv_bytes(header(), ()))
        yield file.write
