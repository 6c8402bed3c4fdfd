"""``perennial crate``."""

from __future__ import annotations

from importlib.metadata import metadata as distribution
from importlib.metadata import version
from pathlib import Path

import click

from perennial import __version__
from perennial.canonical import from_json
from perennial.config import Config, load
from perennial.crate import METADATA, About, gathered, metadata, zipped
from perennial.ledger import Ledger
from perennial.tables import write_whole


@click.command
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder with the Snakefile and results/; here if left out.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A .zip to write, or a folder.",
)
def command(project: Path, output: Path) -> None:
    """Pack the review, and all that it takes to make it again, as an RO-Crate."""
    config = load(project / "config/config.yaml", "config")
    key = config["entrez"].get("api_key_file")
    files = gathered(project, [project / key] if key else [])
    crate = {METADATA: metadata(_about(project, config), files), **files}
    if output.suffix == ".zip":
        write_whole(output, zipped(crate))
    else:
        for name, content in crate.items():
            write_whole(output / name, content)
    click.echo(f"{output}: {len(crate)} files", err=True)


def _about(project: Path, config: Config) -> About:
    ledger = from_json((project / "results/1_records/ledger.json").read_bytes(), Ledger)
    review = config["review"]
    return About(
        title=review["title"],
        question=review["question"],
        version=review["version"],
        as_of=max([ledger.search.searched_at[:10], *(told.day for told in ledger.changes)]),
        maintainers=tuple(review["maintainers"]),
        licence=distribution("perennial")["License-Expression"],
        software={"perennial": __version__, "snakemake": version("snakemake")},
    )
