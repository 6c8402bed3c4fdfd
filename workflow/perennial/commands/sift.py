"""``perennial sift``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.baseline.files import file_of
from perennial.baseline.questions import Questions
from perennial.baseline.sift import sift
from perennial.baseline.sifted import Sifted
from perennial.baseline.sifted_files import write_sifted
from perennial.commands import _options
from perennial.config import load

log = logging.getLogger(__name__)


@click.command
@click.argument("files", type=_options.file, nargs=-1, required=True)
@click.option(
    "--strategies",
    type=_options.file,
    default=Path("config/search.yaml"),
    show_default=True,
    help="What is sought.",
)
@_options.mesh
@_options.output
def command(files: tuple[Path, ...], strategies: Path, mesh: Path | None, output: Path) -> None:
    """Find what the search wants in FILES of the baseline (pubmed26n0001.xml.gz, ...).

    OUTPUT holds the records found, as they stand in the files, and an account of the others.
    """
    questions = Questions.of(load(strategies, "search"), mesh)
    write_sifted(output, map(_told, sift(map(file_of, files), questions)))


def _told(one: Sifted) -> Sifted:
    log.info("%s: %d of %d records found", one.name, len(one.hits), len(one.present))
    return one
