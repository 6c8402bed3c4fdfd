"""What a command says before it uses a queue that is older than the protocol or the decisions."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.errors import InputError
from perennial.queue.behind import REBUILD, behind


def warn(
    what: str, results: Path, protocol: Path, decisions: Path | None = None
) -> tuple[str, ...]:
    """Say on stderr how far ``what`` (the queue, say) is behind; the lines said."""
    said = tuple(_said(what, results, protocol, decisions))
    for line in said:
        click.echo(line, err=True)
    return said


def _said(what: str, results: Path, protocol: Path, decisions: Path | None) -> list[str]:
    """A fault in what it is compared with is the command's own to refuse, if it needs that."""
    try:
        told = behind(results, protocol, decisions)
    except InputError as error:
        return [f"warning: whether {what} is up to date is not known: {error}"]
    lines = [f"warning: {what} is not up to date: {each}" for each in told]
    return [*lines, f"  hint: {REBUILD}"] if lines else []
