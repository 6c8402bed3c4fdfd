"""``perennial init``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from perennial.commands import _options
from perennial.config import load, parsed
from perennial.errors import InputError, Place
from perennial.init import git, write
from perennial.init.answers import answers_of
from perennial.init.ask import ask

ANSWERS = "answers.yaml"


@click.command
@click.argument("folder", type=_options.folder)
@click.option("--answers", "given", type=_options.file, help="YAML, in place of the questions.")
def command(folder: Path, given: Path | None) -> None:
    """Begin a review in FOLDER, a new one: ask ten questions, write all that it needs.

    The review runs at once, over practice records; its README says what to do next.
    """
    try:
        with write.beside(folder) as made:
            read = load(given, "answers") if given else parsed(ask(git.user()), ANSWERS, "answers")
            files = write.rendered(answers_of(read))
            write.put(files, made)
            failed = git.first_commit(made, folder.absolute().parent)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", Place(str(folder))) from None
    _say(folder, len(files), failed)


def _say(folder: Path, count: int, failed: str) -> None:
    click.echo(f"{folder}: {count} files: {failed or 'committed'}")
    for does, line in (
        (f"cd {shlex.quote(str(folder))} && perennial run", "build it, over practice records"),
        ("perennial check", "after each edit of config/"),
        ("perennial desk", "edit criteria, decide and correct in the browser"),
        ("entrez: in config/config.yaml", "to go live: your address, and server: ncbi"),
        ("README.md", "all that is to be done next"),
    ):
        click.echo(f"  {does:<40}  {line}")
