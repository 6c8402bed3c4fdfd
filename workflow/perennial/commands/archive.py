"""``perennial archive``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.archive import Archive
from perennial.commands import _options
from perennial.errors import InputError
from perennial.verify import verify


@click.group
def command() -> None:
    """Look after the archive of answers."""


@command.command("verify")
@click.argument("folder", type=_options.folder, default=Path("archive"))
def verified(folder: Path) -> None:
    """Hash every answer in FOLDER anew; hold journal, answers and ledgers against each other."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    found = verify(Archive(folder))
    click.echo(
        f"{found.answers} answers, {found.lines} journal lines, {found.searches} searches,"
        f" {found.refreshes} refreshes; {found.torn} torn lines and {found.staged} unfinished"
        f" answers of interrupted writers; {len(found.faults)} faults"
    )
    for fault in found.faults:
        click.echo(fault, err=True)
    if found.faults:
        raise InputError(f"the archive is not whole: {len(found.faults)} faults, named above")
