"""The one module that talks to a server: Bio.Entrez over a transport of our own.

Bio.Entrez builds the requests and knows the protocol. Underneath it, the opener is replaced
in one place (``_connect``) so that requests have a time limit, transient failures are tried
again with growing pauses, and the embedded server is reached by the very path that NCBI is.
"""

from __future__ import annotations

import email.utils
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from Bio import Entrez
from lxml import etree
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from perennial.config import Config
from perennial.errors import InputError, SourceError

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"  # the literal in each Bio.Entrez function
TIMEOUT = 60  # seconds without a byte; NCBI's slowest answers start within about 30
TRIES = 6
PAUSE = wait_random_exponential(multiplier=0.5, max=30)  # seconds, with jitter
LARGEST = 500_000_000  # bytes in one answer; 200 records are about 2 MB
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


@dataclass(frozen=True, slots=True)
class Source:
    """Whom to ask. ``name`` is what the archive files answers under: example, ncbi or a URL."""

    name: str
    url: str
    email: str = ""
    api_key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of one answer and the source's own time for it (ISO 8601 UTC)."""

    body: bytes
    when: str

    @property
    def tree(self) -> etree._Element:
        """The answer as XML; the transport has made sure that it is."""
        return etree.fromstring(self.body, PARSER)


@contextmanager
def source(config: Config) -> Iterator[Source]:
    """The source that ``entrez:`` in config.yaml names, for as long as it is needed.

    For ``example`` the embedded server runs meanwhile. Raises InputError when live use is
    asked for without the e-mail address that NCBI wants.
    """
    settings = config["entrez"]
    with ExitStack() as stack:
        name = settings["server"]
        if name == "example":
            from perennial.eutils import serving  # noqa: PLC0415 - live use needs no server

            files = [Path(file) for file in settings["example"]["files"]]
            url = stack.enter_context(serving(files, today=settings["example"]["today"]))
            yield Source(name, url)
        else:
            yield _live(config, name, settings)


def _live(config: Config, name: str, settings: Mapping[str, Any]) -> Source:
    if not settings["email"]:
        raise InputError(
            "live retrieval needs your e-mail address in 'entrez.email'",
            config.place("entrez", "email"),
            "NCBI asks for it so that they can write to you before they block a busy address",
        )
    return Source(name, NCBI if name == "ncbi" else name, settings["email"], _api_key(config))


def _api_key(config: Config) -> str:
    file = config["entrez"]["api_key_file"]
    if not file:
        return os.environ.get("NCBI_API_KEY", "")
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        place = config.place("entrez", "api_key_file")
        raise InputError(f"the API key file cannot be read: {error.strerror}", place) from None


def ask(source: Source, utility: str, root: str, **params: str | Sequence[str]) -> Answer:
    """One request, answered in full by a ``<root>`` document, or SourceError.

    ``utility`` is esearch, efetch, elink or einfo. An answer that is not XML, is cut short,
    or reports an error in its own words is refused; transient failures are tried again.
    """
    call: Callable[..., Any] = getattr(Entrez, utility)
    _connect(source)
    attempts = Retrying(
        stop=stop_after_attempt(TRIES),
        wait=PAUSE,
        retry=retry_if_exception(_transient),
        reraise=True,
    )
    try:
        return attempts(lambda: _checked(_received(call(retmode="xml", **params)), root))
    except (OSError, http.client.HTTPException) as error:
        raise SourceError(f"{utility} failed: {_redacted(error, source)}") from None


def _connect(source: Source) -> None:
    def opened(request: urllib.request.Request) -> Any:
        request.full_url = source.url + request.full_url.removeprefix(NCBI)
        return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310 - http(s) by schema

    settings: Any = Entrez
    settings.urlopen = opened
    settings.max_tries = 1  # tenacity does the trying, with pauses
    settings.email, settings.tool = source.email or "nobody@example.org", "perennial"
    settings.api_key = source.api_key or None
    if source.name == "example":
        settings._open.previous = 0.0  # Bio.Entrez's pause is a courtesy to NCBI's servers


def _received(handle: Any) -> Answer:
    with handle:
        body = handle.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise SourceError(f"the answer is larger than {LARGEST:,} bytes")
        date = email.utils.parsedate_to_datetime(handle.headers["Date"])
    return Answer(body, date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


class _Unfinished(SourceError):
    """An answer of a kind that heals when it is asked for again."""


def _checked(answer: Answer, root: str) -> Answer:
    try:
        tree = answer.tree
    except etree.XMLSyntaxError as error:
        raise _Unfinished(f"the answer is not whole XML: {error}") from None
    said = next(tree.iter("ERROR"), None)
    if said is not None:
        raise _Unfinished(f"the source says: {(said.text or '').strip()}")
    if tree.tag != root:
        raise _Unfinished(f"the answer is a <{tree.tag}>, not a <{root}>")
    return answer


def _transient(error: BaseException) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code == 429 or error.code >= 500
    return isinstance(error, (_Unfinished, OSError, http.client.HTTPException))


def _redacted(error: BaseException, source: Source) -> str:
    text = str(error)
    for secret in (source.api_key, source.email):
        text = text.replace(secret, "***") if secret else text
    return text
