"""Where messages go: short ones to the terminal, everything, tracebacks too, to a rule's log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from perennial.errors import InputError

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def logging_to(file: Path | None) -> Iterator[None]:
    """Log to stderr, and to ``file`` if there is one; a failure on its way out is logged.

    What the user can mend is logged as its message, anything else with its traceback.
    """
    root = logging.getLogger("perennial")
    root.setLevel(logging.INFO)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(logging.Formatter("perennial: %(message)s"))
    terminal.addFilter(lambda record: not (record.exc_info or hasattr(record, "told")))
    handlers: list[logging.Handler] = [terminal]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.FileHandler(file, mode="w", encoding="utf-8"))
        handlers[-1].setFormatter(logging.Formatter(_FORMAT))
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield
    except InputError as error:
        root.error("%s", error, extra={"told": True})  # the command line tells it
        raise
    except click.exceptions.Exit:  # a command ends with a status of its own
        raise
    except Exception:
        root.exception("failed")
        raise
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
