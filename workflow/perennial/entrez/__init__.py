"""The one package that talks to a server: Bio.Entrez over a transport of our own.

Bio.Entrez knows the protocol and builds every request; its opener is replaced in one place
(``_request``), so that nothing of it paces, tries or sends. ``transport`` sends, at the
``pace`` that all processes of this machine share; ``checked`` refuses an answer that is not
whole; ``faults`` says what heals when it is asked for again; ``secret`` keeps the API key out
of what is said; ``origin`` knows whom to ask.
"""

from __future__ import annotations

import http.client
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.request import Request

from Bio import Entrez
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity import wait_random_exponential as growing

from perennial.entrez import pace
from perennial.entrez.checked import PARSER, Answer, checked
from perennial.entrez.faults import Fault, heals, retry_after
from perennial.entrez.origin import NCBI, Source, source
from perennial.entrez.secret import carries, redacted
from perennial.entrez.transport import exchange
from perennial.errors import SourceError

__all__ = ["NCBI", "PARSER", "PAUSE", "TRIES", "Answer", "Source", "ask", "persistently", "source"]

# Eight tries with these pauses (seconds, with jitter) last a minute on average and four at
# most: the transient failures that others recorded at NCBI heal within that.
TRIES = 8
PAUSE = growing(multiplier=1, max=60)

log = logging.getLogger(__name__)
_swapped = threading.Lock()
Params = Mapping[str, str | Sequence[str]]
Got = TypeVar("Got")


def ask(source: Source, utility: str, root: str, **params: str | Sequence[str]) -> Answer:
    """One request, answered in full by a ``<root>`` document, or SourceError.

    ``utility`` is esearch, efetch, elink or einfo. An answer that is not XML, is cut short,
    or reports an error in its own words is refused; transient failures are tried again, after
    as long as the server asks for. No message holds the API key or the address.
    """
    return persistently(lambda: _attempt(source, utility, root, params), source, utility)


def persistently(attempt: Callable[[], Got], source: Source, what: str) -> Got:
    """What ``attempt`` returns, tried again where that may heal; SourceError if it does not."""
    attempts = Retrying(
        stop=stop_after_attempt(TRIES),
        wait=_pause,
        retry=retry_if_exception(heals),
        before_sleep=lambda state: _tell(state, source, what),
        reraise=True,
    )
    try:
        return attempts(attempt)
    except Fault as fault:
        raise SourceError(f"{what} failed: {redacted(fault.message, source)}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        said = redacted(f"{error or type(error).__name__}", source)
        raise SourceError(f"{what} failed: {said}") from None


def _attempt(source: Source, utility: str, root: str, params: Params) -> Answer:
    request = _request(source, utility, params)
    try:
        answer = checked(exchange(request, source), root, _ids(params))
    except Fault as fault:
        if source.paced and fault.wait:
            pace.hold(source.host, fault.wait)
        raise
    if carries(answer.body, source):
        raise Fault("the answer repeats the API key, so it was not kept", final=True)
    return answer


def _ids(params: Params) -> list[str]:
    given = params.get("id", ())
    return given.split(",") if isinstance(given, str) else list(given)


def _request(source: Source, utility: str, params: Params) -> Request:
    """The request as Bio.Entrez builds it (POST if long), to the source's address."""
    said = {"email": source.email, "tool": "perennial", "api_key": source.api_key or None}
    module: Any = Entrez
    call: Callable[..., Request] = getattr(Entrez, utility)
    with _swapped:
        opener, module._open = module._open, lambda request: request
        try:
            request = call(**{"retmode": "xml", **params, **said})
        finally:
            module._open = opener
    request.full_url = source.url + request.full_url.removeprefix(NCBI)
    return request


def _pause(state: RetryCallState) -> float:
    return max(PAUSE(state), retry_after(_error(state)))


def _tell(state: RetryCallState, source: Source, what: str) -> None:
    error = _error(state)
    said = redacted(f"{error or type(error).__name__}", source)
    log.info("%s, try %d of %d: %s", what, state.attempt_number, TRIES, said)


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
