"""``perennial desk``."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import webbrowser
from pathlib import Path
from zlib import crc32

import click
from flask import Flask
from waitress.server import create_server

from perennial.commands import _options
from perennial.decisions.sitting import plain
from perennial.desk.app import application
from perennial.desk.review import Review
from perennial.errors import InputError
from perennial.preview.gold import usual_gold

LOOPBACK = "127.0.0.1"
DYNAMIC = range(49152, 60999)  # ports that nobody registers (RFC 6335), as Linux hands them out
THREADS = 6  # a browser opens as many connections to one host


@click.command
@_options.results
@_options.config_folder
@_options.archive
@click.option("--reviewer", default="", help="Who decides; asked on the first page if left out.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="0 takes any free one; the project's own, if it is free, if left out.",
)
@click.option(
    "--date",
    "day",
    default="",
    callback=_options.checked_day,
    help="The day of rows written; today if left out.",
)
@click.option("--gold", type=_options.file, help="TSV with pmid and expected (include, exclude).")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
def command(
    results: Path,
    config: Path,
    archive: Path,
    reviewer: str,
    port: int | None,
    day: str,
    gold: Path | None,
    no_browser: bool,
) -> None:
    """Edit criteria, decide and correct in the browser, on this machine alone.

    Serves on loopback until Ctrl-C. The link holds a token that is new at each start.
    """
    review = Review(results, config, archive, day, gold or usual_gold())
    review.desk()  # what is wrong with the protocol is told before any page opens
    listening = _own(config) if port is None else _listening(port)
    token, served = secrets.token_urlsafe(24), listening.getsockname()[1]
    once = "" if no_browser else secrets.token_urlsafe(24)
    app = application(review, token, served, plain(reviewer), once)
    link = f"http://{LOOPBACK}:{served}/?token="
    review.watch()
    click.echo(f"the desk: {link}{token}\nCtrl-C ends it")
    _serve(app, listening, once and link + once)
    click.echo("the desk is closed; all that it kept stands in the files")


def _serve(app: Flask, listening: socket.socket, link: str) -> None:
    """Answer until Ctrl-C or a request to end; what is being written is written first."""
    size = app.config["MAX_CONTENT_LENGTH"]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits is nothing
    # waitress reads a request whole before a thread takes it up: who sends slowly holds up nobody
    server = create_server(
        app, sockets=[listening], threads=THREADS, ident="", max_request_body_size=size
    )
    # A shell that starts it in the background would have it ignore Ctrl-C.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        if link:
            webbrowser.open(link)
        server.run()
    except KeyboardInterrupt:  # before it ran
        pass


def _own(config: Path) -> socket.socket:
    """Listen at the port that belongs to a folder, or at any if that is taken.

    Browsers keep unsaved text by host and port: it is found again at the next start.
    """
    try:
        return _listening(DYNAMIC.start + crc32(bytes(config.resolve())) % len(DYNAMIC))
    except InputError:
        return _listening(0)


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()  # another desk at this port is refused from now on
    except OSError as error:
        listening.close()
        raise InputError(f"port {port} cannot be used: {error.strerror}") from None
    return listening
