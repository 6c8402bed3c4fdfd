"""Untrusted text, numbers and dates as a reader should see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from jinja2 import Undefined
from markupsafe import Markup

from perennial import identifiers

# Characters that no HTML or XML may hold, that end a line unseen, or that turn the reading
# direction of what follows (Unicode TR36, bidirectional text spoofing).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
pubmed = identifiers.pubmed
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
# What a kind of notice (Integrity.kind) is called, the gravest first.
NOTICES = {
    "retracted": "a notice of retraction",
    "concern": "an expression of concern",
    "editor's note": "an editor's note",
    "corrected": "a correction",
    "republished": "a republication",
}
LONGEST_TITLE = 400  # code points; what is cut stands whole in the CSV tables


def visible(value: Any) -> Any:
    """Write characters that cannot be seen as ``[U+202E]``; markup and numbers pass."""
    if isinstance(value, Undefined):  # StrictUndefined speaks up when it is used
        return str(value)
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", value)


def clip(text: str, longest: int = LONGEST_TITLE) -> str:
    """Cut ``text`` to ``longest`` code points and say so."""
    if len(text) <= longest:
        return text
    return f"{text[:longest].rstrip()}… (cut here; {grouped(len(text))} characters in all)"


def grouped(number: int) -> str:
    """Digits in threes, set apart by commas: 12,345."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: no studies, 1 study, 2 studies."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{grouped(number) if number else 'no'} {noun}"


def listed(words: Iterable[str]) -> str:
    """Words in a row as English sets them: a; a and b; a, b and c."""
    *rest, last = list(words) or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def notice(kinds: Iterable[str]) -> str:
    """Kinds of notices as a reader would name them: a notice of retraction and a correction."""
    return listed(NOTICES.get(kind, f"a notice ({kind})") for kind in dict.fromkeys(kinds))


def sentence(text: str) -> str:
    """``text`` with its first letter a capital, and no other letter touched."""
    return text[:1].upper() + text[1:]


def long_date(date: str) -> str:
    """An ISO 8601 date (its time of day dropped) in words: 1 June 2026. Anything else as it is."""
    match = _DATE.match(date)
    if not match or (match[2] and not 1 <= int(match[2]) <= 12):
        return date
    year, month, day = match.groups()
    words = [str(int(day))] if day else []
    words += [_MONTHS[int(month) - 1]] if month else []
    return " ".join([*words, year])


def anchor(kind: str, name: str) -> str:
    """An element id of letters, digits, ``.``, ``_`` and ``-`` only."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9._-]', '_', name)}"


def pmc(pmcid: str) -> str:
    """The address of an article in PubMed Central, "" if ``pmcid`` is no PMCID."""
    known = re.fullmatch(r"PMC[1-9]\d{0,9}", pmcid)
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/" if known else ""


def doi(name: str) -> str:
    """The address that a DOI resolves at, "" if ``name`` is no DOI (ISO 26324)."""
    if not re.fullmatch(r"10\.\d{4,9}/\S+", name) or _UNSEEN.search(name):
        return ""
    return f"https://doi.org/{quote(name, safe='/:;()._-')}"
