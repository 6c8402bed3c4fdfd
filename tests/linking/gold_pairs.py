"""Reading the pairs made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perennial.record import Author, Notice, Record
from ruamel.yaml import YAML

FILE = Path(__file__).parents[1] / "data/linking/pairs.yaml"


def pairs() -> list[dict[str, Any]]:
    """Each pair with its two records."""
    content = YAML(typ="safe").load(FILE.read_text("utf-8"))
    told = []
    for pair in content["pairs"]:
        first = content["base"] | pair.get("a", {})
        second = first | {"pmid": "x2"} | pair.get("b", {})
        if "notices" not in pair.get("b", {}):
            second.pop("notices", None)
        told.append(pair | {"records": [record(first), record(second)]})
    return told


def record(fields: dict[str, Any]) -> Record:
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    authors = (name.rpartition(" ") for name in fields.get("authors", ()))
    values["authors"] = tuple(Author(family, initials=initials) for family, _, initials in authors)
    values["notices"] = tuple(Notice(**notice) for notice in fields.get("notices", ()))
    return Record(**values)
