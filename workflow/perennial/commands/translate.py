"""``perennial translate``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from perennial.commands import _options
from perennial.config import load
from perennial.query.elsewhere import DATABASES, Translation, translate
from perennial.strategy import Strategy, strategies_of


@click.command
@click.argument("search", type=_options.file, default=Path("config/search.yaml"))
@click.option(
    "--to",
    "targets",
    type=click.Choice(list(DATABASES)),
    multiple=True,
    help="A database; may be given several times. All of them if left out.",
)
def command(search: Path, targets: tuple[str, ...]) -> None:
    """Print the strategies of SEARCH for other databases, and what is lost on the way."""
    strategies = strategies_of(load(search, "search"))
    said = [
        (strategy, to, translate(strategy.sent, to))
        for strategy in strategies
        for to in targets or DATABASES
    ]
    click.echo("\n".join(line for each in said for line in _section(*each)))
    if not any(translation.text for _, _, translation in said):
        click.echo("nothing could be translated", err=True)
        sys.exit(1)


def _section(strategy: Strategy, to: str, translation: Translation) -> Iterator[str]:
    yield f"## {strategy.id} {strategy.label}: {DATABASES[to].name}"
    yield ""
    yield translation.text or "Nothing of it can be translated."
    yield from _list("Lost", translation.lost)
    yield from _list("Mind", translation.notes)
    yield ""


def _list(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"\n{title}:"
        yield from (f"- {line}" for line in lines)
