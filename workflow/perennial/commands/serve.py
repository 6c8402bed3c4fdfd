"""serve: run the embedded E-utilities server by itself."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from perennial.errors import InputError
from perennial.eutils import faulty
from perennial.eutils.corpus import Corpus, load
from perennial.eutils.server import listening
from perennial.eutils.utilities import Respond


@click.command("serve")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--today", default="", metavar="DATE", help="The server's date, YYYY-MM-DD.")
@click.option(
    "--faults",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of rules (YAML): what goes wrong, when, and for how long.",
)
@click.option("--verbose", is_flag=True, help="Log every request to stderr.")
def command(
    files: tuple[Path, ...], port: int, today: str, faults: Path | None, verbose: bool
) -> None:
    """Serve FILES as NCBI's E-utilities would, on this machine only, until Ctrl-C.

    FILES are PubMed XML (.xml, .xml.gz) and JATS XML (.xml, .nxml). The first line printed
    is the base URL.
    """
    corpus = load(files, today=today)
    for refusal in corpus.refused:
        click.echo(f"not served: {refusal}", err=True)
    respond = faulty(corpus, faults)
    try:
        _serve(corpus, respond, port, verbose)
    except OSError as error:
        raise InputError(f"Port {port} cannot be used: {error.strerror}") from error


def _serve(corpus: Corpus, respond: Respond, port: int, verbose: bool) -> None:
    with listening(respond, today=corpus.today, port=port, verbose=verbose) as url:
        click.echo(url)
        click.echo(f"{len(corpus.records)} records, {len(corpus.articles)} full texts")
        # A shell that starts it in the background would have it ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
