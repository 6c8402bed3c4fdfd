"""Which utility answers a request; each is (corpus, history, request) → (answer, history)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from perennial.eutils.answer import (
    EFETCH,
    EINFO,
    ELINK,
    EPOST,
    ESEARCH,
    Answer,
    Envelope,
    Refusal,
    Request,
    page,
    refused,
)
from perennial.eutils.corpus import Corpus
from perennial.eutils.efetch import efetch
from perennial.eutils.einfo import einfo
from perennial.eutils.elink import elink
from perennial.eutils.epost import epost
from perennial.eutils.esearch import esearch
from perennial.eutils.history import History

Utility = Callable[[Corpus, History, Request], tuple[Answer, History]]
Respond = Callable[[Request], Answer]

_UTILITIES: Mapping[str, tuple[Envelope, Utility]] = {
    "esearch": (ESEARCH, esearch),
    "epost": (EPOST, epost),
    "efetch": (EFETCH, efetch),
    "elink": (ELINK, elink),
    "einfo": (EINFO, einfo),
}


def answer(corpus: Corpus, history: History, request: Request) -> tuple[Answer, History]:
    """Answer one request; a refusal leaves the history as it was."""
    if request.utility not in _UTILITIES:
        return page(404, "Not Found"), history
    envelope, utility = _UTILITIES[request.utility]
    try:
        return utility(corpus, history, request)
    except Refusal as refusal:
        return refused(envelope, refusal), history


def responder(corpus: Corpus) -> Respond:
    """One server's memory: a function that answers requests one after another.

    It may be called from several threads.
    """
    history, lock = History(), threading.Lock()

    def respond(request: Request) -> Answer:
        nonlocal history
        with lock:
            result, history = answer(corpus, history, request)
        return result

    return respond
