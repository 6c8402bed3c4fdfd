"""``perennial init``."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace
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
    typed = ""
    try:
        with write.beside(folder) as made:
            typed = "" if given else ask(git.user())
            read = load(given, "answers") if given else parsed(typed, ANSWERS, "answers")
            answers = answers_of(read)
            files = write.rendered(answers)
            write.put(files, made)
            failed = git.first_commit(made, folder.absolute().parent)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", Place(str(folder))) from None
    except InputError as error:
        raise (_kept(folder, typed, error) if typed else error) from None
    _say(folder, len(files), failed)
    if stems := [word for named in answers.factors.items() for word in _stems(*named)]:
        click.echo(f"Evidence is drawn by whole names, not by beginnings: {', '.join(stems)}.")
        click.echo("Write the names that papers use into 'factors' of config/evidence.yaml.")


def _stems(name: str, words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys((name, *words)) if word.endswith("*")]


def _kept(folder: Path, typed: str, error: InputError) -> InputError:
    """The same error, of a file that holds what was answered."""
    file = folder.with_name(f"{folder.name}-{ANSWERS}")
    try:
        with file.open("x", encoding="utf-8") as kept:
            kept.write(typed)
    except OSError as failed:
        return InputError(f"{error.message}; the answers could not be kept: {failed}", error.place)
    again = f"perennial init {shlex.quote(str(folder))} --answers {shlex.quote(str(file))}"
    hint = f"{error.hint}; your answers are kept: mend that line, then `{again}`"
    return InputError(error.message, replace(error.place, file=str(file)), hint)


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
