"""What can go wrong with an answer, whether it heals, and how long the server asks to wait."""

from __future__ import annotations

import email.utils
import http.client
import json
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from urllib.error import URLError

from lxml import etree

# Seconds. A server that asks for a longer pause is not waited for: the run stops and says so.
LONGEST_WAIT = 300
_SAID = 300  # characters of a server's own words that are worth repeating
_BUSY = frozenset({408, 425, 429})
# NCBI's front server has been seen to pass on a proxy's failure inside a 400.
_PROXY = re.compile(r"\b50[234]\b|bad gateway|proxy error|gateway time-?out", re.IGNORECASE)
# Answers that asking again cannot change.
_FINAL = re.compile(
    r"cannot be larger than|unable to obtain (query|the history)|empty (term|id list)"
    r"|id list is empty|api key invalid",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"rate limit exceeded|too many requests", re.IGNORECASE)
_ERROR_TEXT = re.compile(r"<ERROR>([^<]*)</ERROR>")


class Fault(Exception):
    """An answer that cannot be used. ``wait`` is how many seconds the server asks for."""

    def __init__(self, message: str, *, final: bool = False, wait: float = 0) -> None:
        super().__init__(message)
        self.message, self.final, self.wait = message, final, wait


def heals(error: BaseException) -> bool:
    """Whether asking again may help: connections break and servers recover, refusals stay."""
    if isinstance(error, Fault):
        return not error.final
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, (ssl.SSLCertVerificationError, http.client.InvalidURL)):
        return False
    return isinstance(error, (OSError, http.client.HTTPException))


def retry_after(error: BaseException | None) -> float:
    """How many seconds the server asked for, 0 if it did not."""
    return error.wait if isinstance(error, Fault) else 0.0


def refused(status: int, headers: Message, body: bytes) -> Fault:
    """The fault that a status other than 200 stands for."""
    said = words(body)
    told = f"HTTP {status}" + (f": {said}" if said else "")
    proxy = status == 400 and not _FINAL.search(said) and _PROXY.search(_text(body))
    final = not (status in _BUSY or status >= 500 or proxy)
    return _asking_to_wait(told, final, headers)


def said(message: str, headers: Message) -> Fault:
    """The fault that a server reports in its own words inside a 200."""
    return _asking_to_wait(f"the source says: {message}", bool(_FINAL.search(message)), headers)


def unfit(message: str, headers: Message, body: bytes) -> Fault:
    """The fault that an answer of another kind than the one asked for stands for."""
    told = words(body)
    told = f"{message}; it says: {told}" if told else message
    return _asking_to_wait(told, bool(_FINAL.search(told)), headers)


def words(body: bytes) -> str:
    """What a server says of its failure, as far as it says it in a form that is known; or ""."""
    text = _text(body)
    try:
        known = json.loads(text, strict=False)  # NCBI puts raw newlines into JSON
    except (ValueError, RecursionError):
        known = None
    if isinstance(known, Mapping):
        return str(known.get("error", ""))[:_SAID]
    if found := _ERROR_TEXT.search(text):
        return found[1].strip()[:_SAID]
    return _title(body)


def _title(body: bytes) -> str:
    """The title of a web server's own page."""
    if b"<title" not in body.lower():
        return ""
    try:
        page = etree.fromstring(body, etree.HTMLParser(no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return ""
    return (page.findtext(".//title") or "").strip()[:_SAID] if page is not None else ""


def _text(body: bytes) -> str:
    return body[:65_536].decode("utf-8", "replace")  # a refusal in its own words is far shorter


def _asking_to_wait(message: str, final: bool, headers: Message) -> Fault:
    wait = _seconds(headers)
    if wait > LONGEST_WAIT and not final:
        told = f"{message}; the source asks to come back in {wait:,.0f} seconds"
        return Fault(told, final=True)
    if _LIMIT.search(message):
        wait = max(wait, 1.0)  # the limit is so many a second
    return Fault(message, final=final, wait=wait)


def _seconds(headers: Message) -> float:
    """Retry-After (RFC 9110), in seconds or as a date by the server's own clock; 0 if unusable."""
    asked = (headers.get("Retry-After") or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:12])
    until = _date(asked)
    if until is None:
        return 0.0
    now = _date(headers.get("Date") or "") or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
