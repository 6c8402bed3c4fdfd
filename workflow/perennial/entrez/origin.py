"""Whom to ask: the example's own server, NCBI, or another, as config.yaml names it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from perennial.baseline.settings import BASELINE
from perennial.config import Config
from perennial.errors import InputError, Place
from perennial.ledger import NOBODY

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"  # the literal in each Bio.Entrez function
EXAMPLE = "example"
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NOBODY = "nobody@example.org"  # the address that the example's own server is given


@dataclass(frozen=True, slots=True)
class Source:
    """Whom to ask. ``name`` is what the archive files answers under: example, ncbi or a URL."""

    name: str
    url: str
    email: str = _NOBODY
    api_key: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """Host and port, as they stand in the URL."""
        return urlsplit(self.url).netloc

    @property
    def paced(self) -> bool:
        """Whether requests keep to a rate: all do but those to the server that we start."""
        return self.name != EXAMPLE

    @property
    def here(self) -> bool:
        """Whether the source runs on this machine."""
        return _here(urlsplit(self.url).hostname or "")


@contextmanager
def source(config: Config) -> Iterator[Source]:
    """The source that ``entrez:`` in config.yaml names, for as long as it is needed.

    For ``example`` the embedded server runs meanwhile. Raises InputError when live use is
    asked for without the e-mail address that NCBI wants, or over an address that would give
    a secret away.
    """
    settings = config["entrez"]
    if settings["server"] != EXAMPLE:
        yield live(config)
        return
    from perennial.eutils import serving  # noqa: PLC0415 - live use needs no server

    files = [Path(file) for file in settings["example"]["files"]]
    with serving(files, today=settings["example"]["today"]) as url:
        yield Source(EXAMPLE, url)


def live(config: Config) -> Source:
    """The source that answers from elsewhere, not asked yet; InputError as for ``source``.

    A server on this machine needs no e-mail address: nobody has to be written to.
    """
    settings = config["entrez"]
    if settings["server"] == BASELINE:
        raise InputError(
            "the files of PubMed's baseline answer no queries",
            config.place("entrez", "server"),
            "snakemake and perennial refresh read them; to ask a server, name one here",
        )
    if settings["server"] == NOBODY:
        place = config.place("entrez", "server")
        raise InputError("there is nobody to ask", place, "to ask a server, name one here")
    url = NCBI if settings["server"] == "ncbi" else settings["server"]
    check_url(url, config.place("entrez", "server"))
    found, key = Source(settings["server"], url, settings.get("email", "")), api_key(config)
    # A config may come from anybody: NCBI's key goes to nobody else but this very machine.
    if url == NCBI or found.here:
        found = replace(found, api_key=key)
    if not found.email and not found.here:
        raise InputError(
            "live retrieval needs your e-mail address in 'entrez.email'",
            config.place("entrez", "email"),
            "NCBI asks for it so that they can write to you before they block a busy address",
        )
    return found


def check_url(url: str, place: Place) -> None:
    """Raise InputError for an address over which something could be read or put in on the way."""
    parts = urlsplit(url)
    if parts.username is not None or parts.query or parts.fragment:
        raise InputError("the server's URL holds more than host and path", place)
    if parts.scheme != "https" and not _here(parts.hostname or ""):
        raise InputError(
            "a server on another machine must be asked over https", place, f"https{url[4:]}"
        )


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def api_key(config: Config) -> str:
    """The key of NCBI_API_KEY or of the file that config.yaml names, "" for none.

    Raises InputError for a file that cannot be read, and for what is no key.
    """
    file = config["entrez"].get("api_key_file", "")
    place = config.place("entrez", "api_key_file")
    try:
        key = Path(file).read_text("utf-8") if file else os.environ.get("NCBI_API_KEY", "")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "not text"
        raise InputError(f"the API key file cannot be read: {said}", place) from None
    key = key.strip()
    if (file or key) and not _KEY.fullmatch(key):
        raise InputError("what is given as the API key is not one", place, "it is one word")
    return key
