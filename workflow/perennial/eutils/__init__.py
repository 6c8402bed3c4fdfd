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
from perennial.eutils.corpus import Corpus, load
from perennial.eutils.faults import responder as failing
from perennial.eutils.faults import script
from perennial.eutils.server import listening
from perennial.eutils.utilities import Respond, responder

__all__ = ["faulty", "serving"]


@contextmanager
def serving(files: Sequence[Path], *, today: str = "", faults: Path | None = None) -> Iterator[str]:
    """Serve ``files`` on the loopback interface while the context lasts; yields the base URL.

    ``files`` are PubMed XML (.xml, .xml.gz) and JATS XML (.xml, .nxml), told apart by their
    root element. ``today`` (YYYY-MM-DD) is the server's date, in its answers and in the HTTP
    ``Date`` header; "" takes the newest date of the corpus. ``faults`` is a file of faults to
    commit (see ``perennial.eutils.faults``). Raises InputError for a file with
    anything in it that cannot be served: a review over it would lack that record in silence.
    """
    corpus = load(files, today=today)
    for refused in corpus.refused:
        raise InputError(str(refused), hint="mend the record or take it out of the file")
    with listening(faulty(corpus, faults), today=corpus.today) as url:
        yield url


def faulty(corpus: Corpus, faults: Path | None) -> Respond:
    """The server's answers, with the faults of a file if one is given."""
    return failing(corpus, script(faults)) if faults else responder(corpus)
