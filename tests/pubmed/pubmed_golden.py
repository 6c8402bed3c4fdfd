"""Finds the golden pairs of a folder: what goes in, and what is to come out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from perennial.record import Record

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "pubmed"


def pairs(folder: str, at_least: int) -> list[Path]:
    """The XML files of a folder, each with its JSON and a note, and not fewer than expected."""
    paths = sorted((DATA / folder).glob("*.xml"))
    assert len(paths) >= at_least, f"only {len(paths)} cases in {DATA / folder}"
    assert all(expected(path)["note"] for path in paths)
    return paths


def expected(path: Path) -> dict[str, Any]:
    """What is to come out of an XML file."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def lean(record: Record, names: Iterable[str]) -> dict[str, Any]:
    """The named fields as JSON has them, sections by their text, nested empty fields left out."""
    fields = asdict(record) | {"sections": [_section(record, part) for part in record.sections]}
    return {name: _plain(fields[name]) for name in names}


def _section(record: Record, part: Any) -> dict[str, str]:
    return {"label": part.label, "text": record.abstract[part.start : part.end]}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner}
    return value
