"""``perennial decisions``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from perennial.commands import _behind, _options
from perennial.decisions.agreement import Figures, agreement, told
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import Desk, load_desk, screened_pmids, waiting_for
from perennial.decisions.grown import grown
from perennial.decisions.sheets import FILLED, NEEDED, as_csv, as_xlsx, decided_in, sheet_rows
from perennial.decisions.table import append
from perennial.queue.behind import as_of
from perennial.render.wording import counted
from perennial.spreadsheet import check_suffix, read_sheet
from perennial.tables import write_whole

_stage = click.option("--stage", type=click.Choice(STAGES), default=STAGES[0], show_default=True)


@click.group
def command() -> None:
    """Decisions out to spreadsheets and back, and how far reviewers agree."""


@command.command("export")
@click.argument("file", type=_options.new_file)
@_options.results
@_options.config_folder
@_stage
@click.option("--reviewer", default="", help="Leave out what this reviewer has answered.")
@click.option("--all", "every", is_flag=True, help="Every screened record, not only the queue.")
def exported(
    file: Path, results: Path, config: Path, stage: str, reviewer: str, every: bool
) -> None:
    """Write the queue to FILE, .xlsx or .csv, for somebody to fill in."""
    check_suffix(file)
    _behind.warn("the queue", results, config / "screening.yaml", config / "decisions.tsv")
    desk = load_desk(results, config, stage)
    pmids = _pmids(desk, results, config, reviewer, every)
    rows = sheet_rows(desk, pmids)
    write_whole(file, as_xlsx(desk, rows) if file.suffix.lower() == ".xlsx" else as_csv(rows))
    click.echo(f"{counted(len(rows), 'record')} in {file}")


def _pmids(desk: Desk, results: Path, config: Path, reviewer: str, every: bool) -> list[str]:
    if every:
        return screened_pmids(results)
    if not reviewer:
        return [waiting.pmid for waiting in desk.queue]
    decisions = _made(desk, config)
    return [waiting.pmid for waiting in waiting_for(desk, decisions, reviewer)]


def _made(desk: Desk, config: Path) -> Sequence[Decision]:
    """Those on the records that are held on the day that config.yaml sets, if it does."""
    return grown(config / "decisions.tsv", desk, as_of=as_of(config / "config.yaml")).counted


@command.command("import")
@click.argument("file", type=_options.file)
@_options.results
@_options.config_folder
@click.option("--reviewer", required=True, help="Who filled it in.")
@_options.dated("The day of the decisions; today if left out.")
def imported(file: Path, results: Path, config: Path, reviewer: str, day: str) -> None:
    """Append what was filled into FILE to decisions.tsv; all of it, or nothing."""
    check_suffix(file)
    desk = load_desk(results, config, STAGES[0])
    decisions = _made(desk, config)
    new = decided_in(file, desk, decisions, reviewer.strip(), day)
    if new:
        append(config / "decisions.tsv", *new)
        click.echo(f"{counted(len(new), 'decision')} appended to {config / 'decisions.tsv'}")
    else:
        click.echo(f"nothing appended: {_why_nothing(file)}")


def _why_nothing(file: Path) -> str:
    filled, _ = read_sheet(file, NEEDED, FILLED)
    if not filled:
        return f"no row of {file} is filled in"
    return f"{counted(len(filled), 'decision')} of {file} known already"


@command.command("agreement")
@_options.results
@_options.config_folder
@_stage
def agreed(results: Path, config: Path, stage: str) -> None:
    """Print how far reviewers agree on the records that they both judged."""
    desk = load_desk(results, config, stage)
    found = agreement(_made(desk, config), stage)
    for pair in found.pairs:
        click.echo(f"{' and '.join(pair.reviewers)}: {_line(pair.figures)}")
    click.echo(f"all: {_line(found.overall)}")
    for conflict in found.conflicts:
        said = zip(conflict.reviewers, conflict.said, strict=True)
        click.echo(f"{conflict.pmid}: {'; '.join(f'{who}: {what}' for who, what in said)}")


def _line(figures: Figures) -> str:
    return (
        f"{figures.n} compared, {figures.unsure} unsure; raw agreement {told(figures.raw)};"
        f" kappa {told(figures.kappa)}; PABAK {told(figures.pabak)}"
    )
