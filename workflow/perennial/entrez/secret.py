"""What must not be said: the API key and the user's address, in any of the ways a URL puts them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from perennial.entrez.origin import Source


def redacted(text: str, source: Source) -> str:
    """``text`` on one line, without the source's secrets and without control characters."""
    for secret in (source.api_key, source.email):
        for form in _forms(secret):
            text = text.replace(form, "***")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def carries(body: bytes, source: Source) -> bool:
    """Whether an answer repeats the API key; an address may be an author's own."""
    return any(form.encode() in body for form in _forms(source.api_key))


def _forms(secret: str) -> Iterator[str]:
    if secret:
        yield from sorted({secret, quote(secret, safe=""), quote_plus(secret)}, key=len)[::-1]
