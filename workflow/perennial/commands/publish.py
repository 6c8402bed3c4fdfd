"""``perennial publish``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from perennial.commands import _options
from perennial.commands.render import gathered
from perennial.editions import shelf
from perennial.editions.compare import compare
from perennial.editions.edition import Edition
from perennial.editions.told import sentence
from perennial.errors import InputError, Place
from perennial.render.state import state

_BUILD = "run snakemake, look at the review, then publish it"


@click.command
@click.argument("results", type=_options.folder, default=Path("results"))
@click.option("--config", type=_options.folder, default=Path("config"), show_default=True)
@_options.archive
@_options.editions
@click.option("--note", default="", help="What readers should know of this edition.")
def command(results: Path, config: Path, archive: Path, editions: Path, note: str) -> None:
    """Keep the review that RESULTS hold as an edition, under review.version of config.yaml.

    An edition is never rewritten: to publish something else, raise the version.
    """
    page, edition = _built(results / "review")
    _current(edition, state(gathered(results, config, archive, editions)), results)
    before = shelf.load(editions)
    if not shelf.publish(editions, replace(edition, note=note), page):
        click.echo(f"edition {edition.number} is published as it is: nothing to do")
        return
    click.echo(f"edition {edition.number} of {edition.day}{_since(before, edition)}")


def _since(before: Sequence[Edition], edition: Edition) -> str:
    if not before:
        return ": the first"
    return f"; since edition {before[-1].number}: {sentence(compare(before[-1], edition))}"


def _built(folder: Path) -> tuple[bytes, Edition]:
    """The page, and the edition that was written with it."""
    path = folder / "review.html"
    if not path.is_file():
        raise InputError("there is no such page", Place(str(path)), _BUILD)
    page, edition = path.read_bytes(), shelf.built(folder)
    if hashlib.sha256(page).hexdigest() != edition.page:
        raise InputError("not the page that was built", Place(str(path)), _BUILD)
    return page, edition


def _current(edition: Edition, now: Edition, results: Path) -> None:
    """InputError unless the page shows what results and config hold now."""
    if shelf.same_state(edition, now):
        return
    others = compare(edition, now).made_otherwise
    why = f" ({', '.join(others)} changed since)" if others else ""
    place = Place(str(results / "review" / "review.html"))
    raise InputError(f"the page is older than what it shows{why}", place, _BUILD)
