"""An embedded E-utilities server: NCBI's answers, over real HTTP, from files on disk.

It reproduces what NCBI's servers do, habits included, as far as it is documented or has
been recorded. ``corpus`` reads the files, ``utilities`` turns a request into an answer
(pure functions, one module per utility), ``server`` puts that on HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from perennial.errors import InputError
from perennial.eutils.corpus import load
from perennial.eutils.server import listening
from perennial.eutils.utilities import responder

__all__ = ["serving"]


@contextmanager
def serving(files: Sequence[Path], *, today: str = "") -> Iterator[str]:
    """Serve ``files`` on the loopback interface while the context lasts; yields the base URL.

    ``files`` are PubMed XML (.xml, .xml.gz) and JATS XML (.xml, .nxml), told apart by their
    root element. ``today`` (YYYY-MM-DD) is the server's date, in its answers and in the HTTP
    ``Date`` header; "" takes the newest date of the corpus. Raises InputError for a file with
    anything in it that cannot be served: a review over it would lack that record in silence.
    """
    corpus = load(files, today=today)
    for refused in corpus.refused:
        raise InputError(str(refused), hint="mend the record or take it out of the file")
    with listening(responder(corpus), today=corpus.today) as url:
        yield url
