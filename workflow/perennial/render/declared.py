"""What those who make the review declare of it, as PRISMA 2020 asks (items 24 to 27)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Declared(NamedTuple):
    """Each in the makers' own words; "" is not stated."""

    registration: str = ""  # where, and under what number
    protocol: str = ""  # where it can be read
    funding: str = ""
    interests: str = ""
    availability: str = ""  # of data, code and archive
    doi: str = ""  # the review's own


UNDECLARED = Declared()


def declared(about: Mapping[str, Any]) -> Declared:
    """From ``review`` of config.yaml."""
    return Declared(**{key: str(about.get(key, "")).strip() for key in Declared._fields})
