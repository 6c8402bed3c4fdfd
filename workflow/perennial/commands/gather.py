"""``perennial gather``."""

from __future__ import annotations

import logging
from itertools import chain
from pathlib import Path

import click

from perennial.archive import Archive, holding
from perennial.baseline.fold import fold
from perennial.baseline.gather import gather
from perennial.baseline.questions import Questions
from perennial.baseline.settings import BASELINE, check_headings
from perennial.baseline.sifted_files import piles
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.query import Mesh
from perennial.tables import write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("sifted", type=_options.file, nargs=-1, required=True)
@click.option("--strategies", type=_options.file, default=Path("config/search.yaml"))
@_options.mesh
@_options.archive
@_options.output_folder
def command(
    sifted: tuple[Path, ...], strategies: Path, mesh: Path | None, archive: Path, output: Path
) -> None:
    """Join the SIFTED files of the baseline, in their order, and archive what is new in them.

    OUTPUT/search.json and OUTPUT/records.json tell what the archive holds now, as `search` and
    `fetch` write them.
    """
    store, asked = Archive(archive), load(strategies, "search")
    questions = Questions.of(asked, mesh)
    check_headings(asked, questions.mesh or Mesh({}))
    told = gather(fold(chain.from_iterable(map(piles, sifted))), asked, questions, store)
    for refused in told.refused:
        log.warning("%s", refused)
    for found in told.search.strategies:
        log.info("%s %s: %d records", found.id, found.label, found.count)
        for warning in found.warnings:
            log.warning("%s: %s", found.id, warning)
    for named in told.search.named:
        if named.status != "returned":
            log.warning("%s was asked for and not returned: %s", named.asked, named.reason)
    log.info("%d records stored, %d gone, of %s", told.stored, told.gone, told.search.database)
    write_whole(output / "search.json", to_json(store.search_as_of(BASELINE)))
    write_whole(output / "records.json", to_json(holding(store, BASELINE, "pubmed")))
