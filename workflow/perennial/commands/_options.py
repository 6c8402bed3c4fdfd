"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from perennial.days import is_day
from perennial.errors import InputError

Command = TypeVar("Command", bound=Callable[..., Any])

file = click.Path(exists=True, dir_okay=False, path_type=Path)
folder = click.Path(file_okay=False, path_type=Path)
table = click.Path(exists=True, path_type=Path)  # a file, or a folder of parts
new_file = click.Path(dir_okay=False, path_type=Path)

config = click.option("--config", type=file, default=Path("config/config.yaml"), show_default=True)
archive = click.option("--archive", type=folder, default=Path("archive"), show_default=True)
editions = click.option(
    "--editions",
    type=folder,
    default=Path("editions"),
    show_default=True,
    help="What is published.",
)
output = click.option("-o", "--output", type=new_file, required=True, help="File to write.")
output_folder = click.option("-o", "--output", type=folder, required=True, help="Folder to write.")
criteria = click.option("--criteria", type=file, required=True, help="screening.yaml")
decisions = click.option("--decisions", type=file, required=True, help="decisions.tsv")
mesh = click.option("--mesh", type=file, help="MeSH branches, for explosion.")
as_of = click.option("--as-of", default="", help="Count only decisions made up to this day.")
memo = click.option(
    "--memo",
    type=folder,
    envvar="PERENNIAL_MEMO",
    help="Folder for what was worked out before; may be deleted at any time.",
)
in_parts = click.option(
    "--parts", "in_parts", is_flag=True, help="Lay large tables out as folders of parts."
)
results = click.option("--results", type=folder, default=Path("results"), show_default=True)
config_folder = click.option(
    "--config", type=folder, default=Path("config"), show_default=True, help="Folder of the config."
)


def judging(command: Command) -> Command:
    """What every stage takes that judges by the protocol and by people's decisions."""
    return criteria(decisions(mesh(as_of(command))))


def dated(help_: str) -> Callable[[Command], Command]:
    """An option ``--date``, given as ``day``: checked, and the day on which it is run if left out.

    Raises InputError for what is not a day.
    """
    return click.option("--date", "day", default="", callback=_day_or_today, help=help_)


def _day_or_today(context: click.Context, option: click.Parameter, day: str) -> str:
    return checked_day(context, option, day) or date.today().isoformat()


def checked_day(_context: click.Context, _option: click.Parameter, day: str) -> str:
    """A day as it was given, "" for none; InputError for what is not a day."""
    if day and not is_day(day):
        raise InputError(f"{day!r} is not a date", None, "write it as 2026-06-01")
    return day
