"""``perennial refresh``."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import click

from perennial import building
from perennial.archive import Archive, holding
from perennial.baseline.settings import BASELINE
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.commands._renewed import renewed
from perennial.config import Config, load
from perennial.entrez import source
from perennial.ledger import NOBODY, Refresh
from perennial.record import Record
from perennial.refresh import refresh
from perennial.screened import Screened
from perennial.summary import summary
from perennial.tables import Row, read_parquet, write_whole

log = logging.getLogger(__name__)

NEWS = 10  # exit status; 1 and 2 are failures
_NOBODY = (
    "There is nobody to ask: imports alone bring records (entrez.server is none).\n"
    "Export what is new in those databases, name it in search.yaml, and build again.\n"
)


@click.command
@click.argument("strategies", type=_options.file, default=Path("config/search.yaml"))
@_options.config
@_options.archive
@click.option("--results", type=_options.folder, default=Path("results"), show_default=True)
@click.option("--summary", "text", type=_options.new_file, help="Write what is new here, too.")
@click.option("--build/--no-build", default=True, show_default=True, help="Rebuild the review.")
@click.pass_context
def command(
    ctx: click.Context,
    strategies: Path,
    config: Path,
    archive: Path,
    results: Path,
    text: Path | None,
    build: bool,
) -> None:
    """Fetch what is new or revised at the source; rebuild the review only if something is.

    Exit status 0: nothing new, no result was touched. 10: new evidence, the review is rebuilt
    (with --no-build: is to be rebuilt). Anything else: it failed, and can be run again.
    From PubMed's baseline, new files are listed (from a server: copied), and read by building.
    Where imports alone bring records, there is nobody to ask.
    """
    settings, store = load(config, "config"), Archive(archive)
    if settings["entrez"]["server"] == NOBODY:
        _tell(text, _NOBODY)
        return
    if settings["entrez"]["server"] == BASELINE:
        news = renewed(settings, archive, partial(_tell, text), _build if build else None)
        ctx.exit(NEWS if news else 0)
    with source(settings) as server:
        asked = load(strategies, "search")
        told = refresh(settings, asked, server, store, _watched(settings, results))
    _tell(text, summary(told))
    pending = archive / "index" / "pending"
    _index(store, told, pending)
    if not pending.exists():
        return
    if build:
        _build()
        pending.unlink()
    ctx.exit(NEWS)


def _tell(text: Path | None, said: str) -> None:
    click.echo(said, nl=False)
    if text is not None:
        write_whole(text, said.encode())


def _watched(settings: Config, results: Path) -> list[str]:
    """The held records that are read again, revised or not (``refresh: watch:``)."""
    if (settings.get("refresh") or {}).get("watch") == "all":
        return [record.pmid for record in _rows(results / "1_records/records.parquet", Record)]
    return [
        row.pmid for row in _rows(results / "3_screened/screened.parquet", Screened) if row.read
    ]


def _rows(table: Path, kind: type[Row]) -> list[Row]:
    return read_parquet(table, kind) if table.exists() else []


def _index(archive: Archive, told: Refresh, pending: Path) -> None:
    """Write what the archive holds now, where that is news; ``pending`` outlives a failed build.

    The two files are written together and in this order: Snakemake takes the second for made
    from the first.
    """
    folder = archive.root / "index"
    files = {
        folder / "search.json": to_json(archive.search_as_of(told.source)),
        folder / "records.json": to_json(holding(archive, told.source, "pubmed")),
    }
    if all(path.exists() and path.read_bytes() == body for path, body in files.items()):
        return
    write_whole(pending, b"")
    for path, body in files.items():
        write_whole(path, body)
    for rule in ("search", "fetch"):
        benchmark = Path(f"logs/benchmarks/{rule}.tsv")
        if benchmark.exists():  # to Snakemake an output too, which must not be the older one
            benchmark.touch()


def _build(*targets: str) -> None:
    if building.build(*targets):
        raise click.ClickException("the archive is up to date, but the review could not be built")
