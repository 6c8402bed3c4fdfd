"""Reading what a build may be replacing at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from perennial.building import building
from perennial.errors import InputError
from perennial.queue.behind import COMMAND


@contextmanager
def whole(results: Path) -> Iterator[None]:
    """Within, a table that is missing or cut off, or that another version wrote, is InputError.

    For reading alone: around more than that it would take faults of the desk for such tables.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise unreadable(results, missing(error)) from error
    except (KeyError, TypeError) as error:
        raise unreadable(results, f"a table has other columns than are read: {error}") from error


def missing(error: Exception) -> str:
    """What an OSError or an error of Arrow's tells, as a sentence."""
    file = getattr(error, "filename", None)
    return f"{file} is not there, or cannot be read" if file else f"a table is cut off: {error}"


def unreadable(results: Path, what: str) -> InputError:
    """That what was built cannot be shown: since it is being built, or since it should be."""
    if building(results.parent):
        wrong = f"the review is being built: {what}"
        return InputError(wrong, None, "wait until Snakemake is done")
    ask = f"ask whoever maintains the review to build it anew (`{COMMAND}`)"
    return InputError(what, None, ask)
