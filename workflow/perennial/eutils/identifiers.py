"""Reading the ``id`` parameter as NCBI does: each identifier is the number that it spells."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Separators seen to work on the live servers: commas, blanks, line breaks.
_SEPARATORS = re.compile(r"[,\s]+")
_NUMBER = re.compile(r"0*([1-9][0-9]{0,18})")  # 19 digits fit NCBI's 64-bit identifiers
_PMCID = re.compile(r"(?:PMC)?0*([1-9][0-9]{0,18})", re.IGNORECASE)


def split(values: Iterable[str]) -> tuple[str, ...]:
    """All identifiers of one or more ``id`` values as written, without empty ones."""
    return tuple(piece for value in values for piece in _SEPARATORS.split(value) if piece)


def number(database: str, written: str) -> str:
    """The normal form of one identifier, "" if it is malformed; in PMC the prefix may stand."""
    form = _PMCID if database == "pmc" else _NUMBER
    match = form.fullmatch(written)
    return match[1] if match else ""


def numbers(database: str, values: Iterable[str]) -> tuple[str, ...]:
    """The well-formed identifiers in the order given, duplicates collapsed."""
    found = (number(database, written) for written in split(values))
    return tuple(dict.fromkeys(found_one for found_one in found if found_one))
