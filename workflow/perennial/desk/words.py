"""What can be written at a place of screening.yaml, for an editor that completes words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from perennial.places import SCHEMAS
from perennial.query import Mesh
from perennial.query.tags import TAGS
from perennial.query.words import key

FIRST = "tiab"  # the tag that nine terms of ten carry
MOST = 40  # headings told at once; who has not found theirs among them types on
OPERATORS = {
    "AND": "both",
    "OR": "either",
    "NOT": "the first without the second",
    "NEAR/5": "two blocks in one sentence, at most five words between them",
}


@cache
def words() -> dict[str, Any]:
    """Keys and values by the section in which they stand, field tags, and operators.

    Sections are ``""`` for the file itself, and ``conduct`` and ``criteria``.
    """
    schema = json.loads((SCHEMAS / "screening.schema.json").read_text("utf-8"))
    top = schema["properties"]
    sections = {
        "": top,
        "conduct": top["conduct"]["properties"],
        "criteria": top["criteria"]["items"]["properties"],
    }
    keys = {name: _keys(properties) for name, properties in sections.items()}
    return {"keys": keys, "tags": _tags(), "operators": OPERATORS}


def headings(mesh: Mesh | None, begun: str) -> list[str]:
    """The headings of the hierarchy that begin as ``begun`` does, in the order of the alphabet."""
    if mesh is None or not begun.strip():
        return []
    folded = key(begun)
    return sorted(name for name in mesh.headings if key(name).startswith(folded))[:MOST]


def _keys(properties: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {"is": rule.get("description", ""), "values": _values(rule)}
        for name, rule in properties.items()
    }


def _values(rule: Mapping[str, Any]) -> list[str]:
    if rule.get("type") == "boolean":
        return ["true", "false"]
    listed: Iterable[Any] = rule.get("enum") or rule.get("items", {}).get("enum", ())
    return [str(value) for value in listed]


def _tags() -> list[tuple[str, str]]:
    """The short form of each field tag with its long names, the commonest first."""
    long: dict[str, list[str]] = {FIRST: []}
    for alias, tag in TAGS.items():
        long.setdefault(tag.name, []).extend([alias] if alias != tag.name else [])
    return [(name, ", ".join(names)) for name, names in long.items()]
