"""``perennial diff``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.editions import shelf, told
from perennial.editions.compare import Changes, compare
from perennial.editions.edition import NOW, Edition, check_number
from perennial.errors import InputError
from perennial.identifiers import pubmed
from perennial.tables import write_whole


@click.command
@click.argument("before", metavar="V1")
@click.argument("after", metavar="V2", default=NOW)
@click.option("--results", type=_options.folder, default=Path("results"), show_default=True)
@_options.editions
@click.option("--html", type=_options.new_file, help="Write a page instead.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(
    before: str, after: str, results: Path, editions: Path, html: Path | None, as_json: bool
) -> None:
    """Show what differs from edition V1 to V2: studies, statements, conclusions, the flow.

    V1 and V2 are numbers of published editions, or `now` for what is built, as is V2 if it is
    left out.
    """
    changes = compare(*(_edition(name, results, editions) for name in (before, after)))
    if html is not None:
        write_whole(html, told.page(changes, pubmed))
    elif as_json:
        click.echo(to_json(changes).decode(), nl=False)
    else:
        _print(changes)


def _edition(name: str, results: Path, folder: Path) -> Edition:
    if name == NOW:
        edition = shelf.built(results / "review")
        return replace(edition, number=f"{edition.number} as built now")
    published = {edition.number: edition for edition in shelf.load(folder)}
    if check_number(name) in published:
        return published[name]
    known = ", ".join(published) or "none"
    raise InputError(f"no edition {name} in {folder}", hint=f"published: {known}; or write now")


def _print(changes: Changes) -> None:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    console = Console(
        color_system="auto" if coloured else None, highlight=False, markup=False, emoji=False
    )
    for line in told.lines(changes):
        console.print(line, soft_wrap=not coloured)
