"""``perennial explain``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from perennial.canonical import from_json
from perennial.commands import _options
from perennial.errors import InputError
from perennial.explain.path import Explanation, explain
from perennial.explain.report import colours, lines, page
from perennial.ledger import Absence, Ledger
from perennial.preview.held import Held, load_held, stored_outcomes
from perennial.preview.version import load_version
from perennial.queue.behind import as_of
from perennial.tables import write_whole


@click.command
@click.argument("pmids", nargs=-1, required=True)
@click.option("--config", "folder", type=_options.folder, default=Path("config"), show_default=True)
@click.option("--results", type=_options.folder, default=Path("results"), show_default=True)
@click.option("--html", type=_options.new_file, help="Write a page instead.")
@click.option("--text", is_flag=True, help="Without colours, one line to a paragraph.")
def command(
    pmids: tuple[str, ...], folder: Path, results: Path, html: Path | None, text: bool
) -> None:
    """Show how the criteria in the config folder judge each of PMIDS, and by which words."""
    held = load_held(results)
    asked = [re.sub("^pmid:", "", pmid.strip(), flags=re.I).strip() for pmid in pmids]
    for pmid in asked:
        _check(pmid, held, results)
    version = load_version(folder, held, as_of=as_of(folder / "config.yaml"))
    told = explain(asked, held, version, stored_outcomes(results))
    if html is not None:
        write_whole(html, page(told))
        return
    _print(told, text)


def _print(told: Sequence[Explanation], text: bool) -> None:
    coloured = sys.stdout.isatty() and not text and not os.environ.get("NO_COLOR")
    console = Console(
        color_system="auto" if coloured else None, highlight=False, markup=False, emoji=False
    )
    colour = colours(told)
    for at, each in enumerate(told):
        for line in [Text()] * bool(at) + list(lines(each, colour)):
            console.print(line, soft_wrap=not coloured)


def _check(pmid: str, held: Held, results: Path) -> None:
    """InputError, with what the ledger knows, unless the record is held."""
    if any(record.pmid == pmid for record in held.records):
        return
    path = results / "1_records" / "ledger.json"
    ledger = from_json(path.read_bytes(), Ledger, str(path)) if path.exists() else None
    why = _fate(pmid, ledger) if ledger else "and there is no ledger that could say why"
    hint = "records.csv in results/1_records lists the records held"
    raise InputError(f"no record {pmid!r} is held: {why}", hint=hint)


def _fate(pmid: str, ledger: Ledger) -> str:
    kinds: tuple[tuple[str, Sequence[Absence]], ...] = (
        ("the source did not return it", ledger.missing),
        ("it could not be read", ledger.refused),
        ("the source has let go of it", ledger.withdrawn),
    )
    for what, absences in kinds:
        for absence in absences:
            if absence.pmid == pmid:
                return f"{what} ({absence.reason})"
    for named in ledger.search.named:
        if pmid.upper() in (named.pmid, named.asked.upper()):
            return f"named one by one as {named.asked}: {named.status}"
    if pmid in ledger.search.pmids:
        return "it was found, but no answer of the source has it"
    return "no strategy found it, and nobody named it"
