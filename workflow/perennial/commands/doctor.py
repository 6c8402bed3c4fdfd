"""``perennial doctor``."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import click

from perennial import __version__
from perennial.archive import Archive
from perennial.commands import _options
from perennial.commands.check import checked
from perennial.config import load
from perennial.days import duration
from perennial.entrez.origin import api_key
from perennial.errors import InputError
from perennial.foreseen import scenarios
from perennial.places import WORKFLOW
from perennial.render.wording import counted
from perennial.strategy import strategies_of

PUBMED = "ncbi"  # as config.yaml and the archive name it
ROOM = 2_000_000_000  # bytes: an archive of 100,000 records and its tables take half of that
PARTS = ("Snakefile", "rules", "schemas", "templates")
_UNASKED = {
    "none": "not asked: records come from imported files alone ('entrez.server: none')",
    "baseline": "not asked: its files are gone through ('entrez.server: baseline')",
}
Finding = tuple[bool, str]  # whether it is well, and what was found


@click.command
@click.argument("folder", type=_options.folder, default=Path("config"))
@_options.archive
@click.pass_context
def command(ctx: click.Context, folder: Path, archive: Path) -> None:
    """Check this installation and a config FOLDER; tell what asking PubMed would take.

    Nothing is sent anywhere. Exit status 1 if something is not well.
    """
    well = _told("Installation", installation())
    right = _told("Configuration", _configuration(folder))
    if right:
        well &= _told("Asking PubMed (nothing was sent)", asking(folder, archive))
    else:
        click.echo("Asking PubMed: foreseen once the configuration is right")
    ctx.exit(0 if well and right else 1)


def installation() -> Iterator[Finding]:
    """What the software needs and finds here."""
    yield True, f"Perennial {__version__} on Python {platform.python_version()}"
    missing = sorted(name for name in _needed() if not _version(name))
    found = f"Snakemake {_version('snakemake')}; {len(_needed())} packages"
    yield not missing, found + (f", not installed: {', '.join(missing)}" if missing else "")
    lacking = [part for part in PARTS if not (WORKFLOW / part).exists()]
    yield not lacking, f"workflow lacks {', '.join(lacking)}" if lacking else "workflow is whole"
    git = shutil.which("git")
    yield bool(git), "git is there" if git else "git is not there: it keeps who decided what, when"
    free = shutil.disk_usage(Path()).free
    room = f"{free / 1e9:,.0f} GB free here"
    yield free > ROOM, room if free > ROOM else f"{room}: a review may need {ROOM / 1e9:.0f} GB"
    writes = os.access(Path(), os.W_OK)
    yield writes, "this folder can be written" if writes else "this folder cannot be written"


def _needed() -> list[str]:
    """The packages that every installation has, without those for tests."""
    every = [line for line in requires("perennial") or () if "extra ==" not in line]
    return [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in every]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _configuration(folder: Path) -> Iterator[Finding]:
    yield True, checked(folder)


def asking(folder: Path, archive: Path) -> Iterator[Finding]:
    """What asking the source would take, if it is a server that counts requests."""
    config, search = load(folder / "config.yaml", "config"), load(folder / "search.yaml", "search")
    if unasked := _UNASKED.get(config["entrez"]["server"]):
        yield True, unasked
        return
    key, known = bool(api_key(config)), _known(Archive(archive))
    strategies, named = len(strategies_of(search)), len(search.get("ids") or ())
    limit = (
        "10 requests a second, with your API key" if key else "3 requests a second, without a key"
    )
    sought = counted(strategies, "strategy", "strategies")
    yield True, f"{sought} and {counted(named, 'named record')}, at {limit}"
    for each in scenarios(strategies, named, known):
        sure = "as last time" if known is not None else "if they find"
        took = duration(each.seconds(key))
        yield True, f"{sure} {each.records:,} records: {each.requests:,} requests, {took}"
    if config["entrez"].get("email"):
        yield True, "your e-mail address goes with each of them"
    else:
        yield True, "before that, NCBI wants your address: set 'entrez.email' in config.yaml"


def _known(archive: Archive) -> int | None:
    """How many records PubMed gave when it was last asked; None if it never was."""
    return len(archive.search_as_of(PUBMED).pmids) if archive.runs(PUBMED) else None


def _told(title: str, findings: Iterator[Finding]) -> bool:
    """Print the findings under a title; whether all is well. What stops them is one of them."""
    click.echo(title)
    well = True
    try:
        for fine, said in findings:
            click.echo(f"  {'ok ' if fine else 'NO '} {said}")
            well &= fine
    except InputError as error:
        click.echo(f"  NO  {error}")
        return False
    return well
