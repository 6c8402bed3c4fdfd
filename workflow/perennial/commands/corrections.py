"""``perennial corrections``."""

from __future__ import annotations

from pathlib import Path

import click

from perennial.commands import _options
from perennial.config import load
from perennial.corrections.sheets import (
    Desk,
    as_csv,
    as_xlsx,
    corrected_in,
    judged_by,
    sheet_rows,
)
from perennial.corrections.table import append, load_corrections
from perennial.errors import InputError, Place
from perennial.extract import load_vocabulary
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.render.wording import counted
from perennial.spreadsheet import check_suffix, spans
from perennial.study import Study
from perennial.tables import read_parquet, write_whole

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
    desk = _desk(results, config)
    rows = load_corrections(config / FILE, desk.titles, desk.vocabulary) if reviewer else []
    done = judged_by(rows, reviewer)
    shown = sheet_rows(desk, (id_ for id_ in desk.statements if id_ not in done))
    write_whole(file, as_xlsx(desk, shown) if file.suffix.lower() == ".xlsx" else as_csv(shown))
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
    desk = _desk(results, config)
    held = load_corrections(config / FILE, desk.titles, desk.vocabulary)
    taken = corrected_in(file, desk, held, reviewer.strip(), day)
    if taken.rows:
        append(config / FILE, *taken.rows)
    click.echo(f"{counted(len(taken.rows), 'correction')} appended to {config / FILE}")
    for why, numbers in taken.told.items():
        rows = "row" if len(numbers) == 1 else "rows"
        click.echo(f"  {rows} {', '.join(spans(numbers))} of {file.name}: {why}")


def _desk(results: Path, config: Path) -> Desk:
    evidence = results / "5_evidence"
    drawn = read_parquet(_table(evidence / "drawn.parquet"), Statement)
    stand = read_parquet(_table(evidence / "statements.parquet"), Statement)
    added = [statement for statement in stand if statement.reviewed == "added"]
    studies = {study.pmid for study in read_parquet(evidence / "studies.parquet", Study)}
    texts: dict[str, dict[str, Passage]] = {pmid: {} for pmid in studies}
    for passage in read_parquet(results / "4_fulltext/passages.parquet", Passage):
        texts.get(passage.pmid, {})[passage.section] = passage
    records = read_parquet(_table(results / "1_records/records.parquet"), Record)
    return Desk(
        {statement.id: statement for statement in (*drawn, *added)},
        texts,
        {record.pmid: record.title for record in records},
        load_vocabulary(load(config / "evidence.yaml", "evidence").data),
    )


def _table(path: Path) -> Path:
    if not path.exists():
        raise InputError("there is no such file yet", Place(str(path)), "run `snakemake` first")
    return path
