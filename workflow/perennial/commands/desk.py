"""``perennial desk``."""

from __future__ import annotations

import secrets
import signal
import socket
import webbrowser
from pathlib import Path

import click
from waitress.server import create_server

from perennial.commands import _options
from perennial.days import is_day
from perennial.desk.app import application
from perennial.desk.review import Review
from perennial.errors import InputError

LOOPBACK = "127.0.0.1"
THREADS = 6  # a browser opens as many connections to one host


@click.command
@_options.results
@_options.config_folder
@_options.archive
@click.option("--reviewer", default="", help="Who decides; asked on the first page if left out.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes any free one.")
@click.option("--date", "day", default="", help="The day of rows written; today if left out.")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
def command(
    results: Path, config: Path, archive: Path, reviewer: str, port: int, day: str, no_browser: bool
) -> None:
    """Edit criteria, decide and correct in the browser, on this machine alone.

    Serves on loopback until Ctrl-C. The link holds a token that is new at each start.
    """
    if day and not is_day(day):
        raise InputError(f"{day!r} is not a date", None, "write it as 2026-06-01")
    review = Review(results, config, archive, day)
    review.desk()  # what is wrong with the protocol is told before any page opens
    listening = _listening(port)
    token, served = secrets.token_urlsafe(24), listening.getsockname()[1]
    app = application(review, token, served, " ".join(reviewer.split()))
    link = f"http://{LOOPBACK}:{served}/?token={token}"
    click.echo(f"the desk: {link}\nCtrl-C ends it")
    if not no_browser:
        webbrowser.open(link)
    # A shell that starts it in the background would have it ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    size = app.config["MAX_CONTENT_LENGTH"]
    create_server(
        app, sockets=[listening], threads=THREADS, ident="", max_request_body_size=size
    ).run()


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        raise InputError(f"port {port} cannot be used: {error.strerror}") from None
    return listening
