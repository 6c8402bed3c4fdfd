"""``perennial corrections``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.commands import _options
from perennial.corrections.material import load_material
from perennial.corrections.sheets import as_csv, as_xlsx, corrected_in, judged_by, sheet_rows
from perennial.corrections.table import append, load_corrections
from perennial.render.wording import counted
from perennial.spreadsheet import check_suffix, spans
from perennial.tables import write_whole

FILE = "corrections.tsv"


@click.group
def command() -> None:
    """Statements out to spreadsheets, and what reviewers say of them back."""


@command.command("export")
@click.argument("file", type=_options.new_file)
@_options.results
@_options.config_folder
@click.option("--reviewer", default="", help="Leave out what this reviewer has judged.")
def exported(file: Path, results: Path, config: Path, reviewer: str) -> None:
    """Write the statements with their quotes to FILE, .xlsx or .csv, for somebody to fill in."""
    check_suffix(file)
    material = load_material(results, config)
    rows = load_corrections(config / FILE, material.titles, material.vocabulary) if reviewer else []
    done = judged_by(rows, reviewer)
    shown = sheet_rows(material, (id_ for id_ in material.statements if id_ not in done))
    write_whole(file, as_xlsx(material, shown) if file.suffix.lower() == ".xlsx" else as_csv(shown))
    click.echo(f"{counted(len(shown), 'statement')} in {file}")


@command.command("import")
@click.argument("file", type=_options.file)
@_options.results
@_options.config_folder
@click.option("--reviewer", required=True, help="Who filled it in.")
@_options.dated("The day of the corrections; today if left out.")
def imported(file: Path, results: Path, config: Path, reviewer: str, day: str) -> None:
    """Append what was filled into FILE to corrections.tsv; all of it, or nothing."""
    check_suffix(file)
    material = load_material(results, config)
    held = load_corrections(config / FILE, material.titles, material.vocabulary)
    taken = corrected_in(file, material, held, reviewer.strip(), day)
    if taken.rows:
        append(config / FILE, *taken.rows)
    click.echo(f"{counted(len(taken.rows), 'correction')} appended to {config / FILE}")
    for why, numbers in taken.told.items():
        rows = "row" if len(numbers) == 1 else "rows"
        click.echo(f"  {rows} {', '.join(spans(numbers))} of {file.name}: {why}")
