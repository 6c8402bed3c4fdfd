"""``perennial run``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.building import build
from perennial.commands.check import checked
from perennial.errors import InputError, Place

REVIEW = Path("results/review/review.html")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def command(ctx: click.Context, options: tuple[str, ...]) -> None:
    """Check the configuration, and build the review that lies in this folder.

    OPTIONS are Snakemake's, such as -n to see what would be done, or the name of a file to make.
    """
    if not Path("config").is_dir():
        hint = "`perennial init FOLDER` begins a review; run this within its folder"
        raise InputError("no review lies here", Place("config"), hint)
    click.echo(checked(Path("config")))
    if status := build(*options):
        ctx.exit(status)
    if REVIEW.exists() and not options:  # with some, Snakemake tells what it did
        click.echo(f"The review: {REVIEW.resolve()}")
