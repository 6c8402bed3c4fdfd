"""``perennial preview``."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.errors import InputError
from perennial.preview import report as preview_report
from perennial.preview.flips import Preview, Standing, Version, preview, standing
from perennial.preview.gold import load_gold, usual_gold
from perennial.preview.held import Held, load_held
from perennial.preview.remembered import remembered
from perennial.preview.revision import take
from perennial.preview.version import (
    files_otherwise,
    gold_otherwise,
    load_version,
    same,
    take_spelling,
)
from perennial.queue.behind import as_of

HARM = 3  # exit status of --check; 1 and 2 are failures
FILES = ("screening.yaml", "mesh.yaml", "decisions.tsv")


@click.command
@click.argument("folder", type=_options.folder, default=Path("config"))
@click.option("--results", type=_options.folder, default=Path("results"), show_default=True)
@click.option("--against", default="HEAD", show_default=True, help="A revision that git knows.")
@click.option("--against-file", type=_options.file, help="Another screening.yaml, in place of git.")
@click.option("--gold", type=_options.file, help="TSV with pmid and expected (include, exclude).")
@click.option(
    "--minutes",
    type=click.FloatRange(0, 1000),
    default=0.5,
    show_default=True,
    help="How long a person takes for a record.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("--check", is_flag=True, help="Exit status 3 if a gold include or a decision loses.")
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    results: Path,
    against: str,
    against_file: Path | None,
    gold: Path | None,
    minutes: float,
    form: str,
    check: bool,
) -> None:
    """Show what the screening protocol in FOLDER would change of the review, before it does.

    Compares screening.yaml, mesh.yaml and decisions.tsv with those of a revision: records that
    flip and the words that flip them, clashes with reviewers' decisions, the flow's numbers,
    recall on a gold set, and screening time.
    """
    held = load_held(results)
    until = as_of(folder / "config.yaml")
    after = load_version(folder, held, as_of=until)
    gold = gold or usual_gold()
    wanted = load_gold(gold) if gold else None
    with _former(folder, against, against_file) as (former, name):
        alike = same(folder / "mesh.yaml", former / "mesh.yaml")
        before = load_version(former, held, after if alike else None, until)
        spelling = load(folder / "screening.yaml", "screening").get("spelling")
        files = [*files_otherwise(spelling, folder, former)]
        if gold and wanted is not None and against_file is None:
            files += gold_otherwise(gold, wanted, against, former / ".gold")
    told = preview(
        held.screened,
        held.integrity,
        before,
        after,
        _stood(held, before),
        wanted,
        minutes,
        name,
        files,
    )
    click.echo(_told(told, form, str(gold or "")), nl=False)
    ctx.exit(HARM if check and told.harmful else 0)


@contextlib.contextmanager
def _former(folder: Path, against: str, file: Path | None) -> Iterator[tuple[Path, str]]:
    """A folder with the version to compare with, and its name."""
    with tempfile.TemporaryDirectory(prefix="perennial-") as made:
        former = Path(made)
        try:
            yield former, _take(folder, against, file, former)
        except InputError as error:
            raise _said_of(error, former, f"{against}:" if file is None else "") from None


def _take(folder: Path, against: str, file: Path | None, former: Path) -> str:
    if file is None:
        commit = take(against, {name: folder / name for name in FILES}, former)
        return f"{against} ({commit})"
    for name in FILES[1:]:
        if (folder / name).exists():
            shutil.copyfile(folder / name, former / name)
    shutil.copyfile(file, former / "screening.yaml")
    take_spelling(former / "screening.yaml", file.parent, folder)
    return str(file)


def _said_of(error: InputError, former: Path, against: str) -> InputError:
    """The error, told of the revision in place of the temporary copy."""
    inside = Path(error.place.file).is_relative_to(former)
    if not inside:
        return error
    file = f"{against}{Path(error.place.file).relative_to(former)}"
    return InputError(error.message, dataclasses.replace(error.place, file=file), error.hint)


def _stood(held: Held, before: Version) -> Standing:
    records = held.screened
    return remembered(held.tables, before, lambda: standing(records, held.integrity, before))


def _told(told: Preview, form: str, gold: str) -> str:
    match form:
        case "json":
            return to_json(told).decode()
        case "markdown":
            return preview_report.markdown(told, gold)
    return preview_report.text(told, gold)
