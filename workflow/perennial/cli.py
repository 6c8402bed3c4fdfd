"""The command line: one sub-command for each stage, named as a method section names it."""

from __future__ import annotations

import errno
import importlib
import sys
from pathlib import Path
from typing import NoReturn

import click

from perennial import __version__
from perennial.errors import InputError, Place
from perennial.logs import logging_to

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # a disk that takes nothing more

# In the order in which a review is made. Each command is loaded only when it is called.
STAGES = {
    "check": "Check the whole configuration, queries included.",
    "search": "Ask the source for every strategy and every named record.",
    "fetch": "Fetch the records found that the archive does not hold yet.",
    "mirror": "List PubMed's baseline files in order; copy what is new of them.",
    "sift": "Go through files of the baseline for what the strategies find.",
    "gather": "Join the sifted files, and archive what is new in them.",
    "records": "Read the archive, as of a date, into one tidy table.",
    "link": "Link duplicates, and mark retractions, concerns and corrections.",
    "screen": "Judge each record by the criteria and by the reviewers' decisions.",
    "prioritise": "Queue what waits for a person; say how far screening has come.",
    "fetch-fulltext": "Fetch the full text of included records where PMC gives it.",
    "passages": "Cut what can be read of each study into addressable passages.",
    "assess": "Judge the studies by the criteria and decisions on full texts.",
    "extract": "Draw statements from the passages, each with its quote.",
    "correct": "Apply reviewers' corrections to the statements drawn.",
    "appraise": "Describe each study: design, tier, and what its text reports.",
    "synthesise": "Audit the baseline review's claims against the statements.",
    "flow": "Count the PRISMA flow; fail if it does not add up.",
    "render": "Write the review: HTML, DOCX, PDF and its tables.",
}
TOOLS = {
    "init": "Begin a review of your own: a few questions, and it runs.",
    "doctor": "Check this installation; tell what asking PubMed would take.",
    "run": "Build the review in this folder: all of the above, by Snakemake.",
    "refresh": "Fetch what is new or revised; rebuild the review if something is.",
    "preview": "Show what an edited protocol would change, before it does.",
    "explain": "Show which words of a record met which criterion.",
    "dry-run": "Ask the strategies of the records held; show what they would miss.",
    "mesh": "Take the MeSH branches that the protocol asks for from NLM's file.",
    "translate": "Write the strategies out for other databases.",
    "desk": "Edit criteria, decide and correct in the browser.",
    "decide": "Walk through what waits for a reviewer, one key an answer.",
    "decisions": "Decisions to spreadsheets and back; how far reviewers agree.",
    "corrections": "Statements to spreadsheets for review, and corrections back.",
    "labels": "Add what reviewers decided in another tool to the decisions.",
    "publish": "Keep what is built as an edition, under its number, for good.",
    "diff": "Show what differs between two editions, or from one to now.",
    "export": "Write records with their outcome as other tools read them.",
    "crate": "Pack the review, and all it was made from, as an RO-Crate.",
    "archive": "Look after the archive: `perennial archive verify`.",
    "serve": "Serve PubMed XML files as NCBI's E-utilities would.",
}


class _Stages(click.Group):
    """Sub-commands that import what they need, and no more."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*STAGES, *TOOLS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in (*STAGES, *TOOLS):
            return None
        module = importlib.import_module(f"perennial.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in (("Stages", STAGES), ("Around them", TOOLS)):
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


@click.group(cls=_Stages, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="perennial")
@click.option(
    "--log", type=click.Path(path_type=Path), help="Also write the log, with tracebacks, here."
)
@click.pass_context
def cli(ctx: click.Context, log: Path | None) -> None:
    """Perennial: a living systematic review, stage by stage."""
    ctx.with_resource(logging_to(log))


def main() -> None:
    """Run; what the user can mend is one message and exit status 2, anything else is status 1."""
    try:
        cli()
    except InputError as error:
        _end(error)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        place, hint = Place(str(error.filename or "")), "make room, then run again"
        _end(InputError(f"cannot be written: {error.strerror}", place, hint))


def _end(error: InputError) -> NoReturn:
    click.echo(f"perennial: {error}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
