"""``perennial mirror``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from perennial.baseline.files import listed
from perennial.baseline.settings import BASELINE, Mirror, settings
from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import Config, load
from perennial.errors import InputError
from perennial.tables import write_whole

log = logging.getLogger(__name__)


@click.command
@_options.config
@_options.archive
@_options.output
def command(config: Path, archive: Path, output: Path) -> None:
    """List the files of PubMed's baseline in their order, copied from their server if need be.

    Names, order and sidecars are checked; the files themselves are when they are sifted.
    """
    found = mirrored(load(config, "config"), archive)
    log.info("%d files, to %s", len(found.files), found.files[-1].name)
    write_whole(output, to_json(found))


def mirrored(config: Config, archive: Path) -> Mirror:
    """The files that ``entrez.baseline`` names, all of them at hand and in order."""
    said = settings(config)
    place = config.place("entrez", "server")
    if said is None:
        raise InputError("the source is not the baseline", place, f"server: {BASELINE}")
    place = config.place("entrez", "baseline", "files")
    if not said.remote:
        return Mirror(listed(said.files, place))
    from perennial.entrez.mirror import mirror  # noqa: PLC0415 - a folder needs no network

    return Mirror(listed(mirror(said.files, archive / "mirror", place), place))
