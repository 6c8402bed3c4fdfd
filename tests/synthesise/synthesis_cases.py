"""Reads the case files: what stands in a case, with the fields it leaves out filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perennial.passage import Statement
from perennial.stances import Stances
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "synthesise"

STANCES = Stances(
    of={
        **dict.fromkeys(("IND", "MNT", "BLK"), "dormancy"),
        **dict.fromkeys(("REA", "SEN"), "exit"),
        **{code: code for code in ("SUR", "KIL", "EVA", "NUL")},
    },
    oppositions=(("dormancy", "exit"), ("SUR", "KIL")),
    tensions=(("SUR", "exit"),),
    no_effect="NUL",
)


def read(path: Path) -> dict[str, Any]:
    """A YAML file as plain mappings, lists and scalars."""
    return YAML(typ="safe").load(path)


def found(folder: str) -> list[Path]:
    """The case files of a folder, which must hold some, each with a note."""
    paths = sorted((DATA / folder).glob("*.yaml"))
    assert paths, f"no case files in {DATA / folder}"
    assert all(read(path).get("note") for path in paths), f"a case without a note in {folder}"
    return paths


def document(case: dict[str, Any]) -> dict[str, Any]:
    """The case's claims as they would stand in config/baseline.yaml."""
    filler = {"mechanism": "C1", "text": "A claim.", "provenance": "verified"}
    return {key: [filler | c for c in case[key]] for key in ("claims",) if key in case}


def statement(**given: Any) -> Statement:
    """A statement with the fields that matter to a case; quote and address are dummies."""
    filler: dict[str, Any] = {
        **dict.fromkeys(Statement.__dataclass_fields__, ""),
        "standing": "result",
        "start": 0,
        "end": 1,
    }
    return Statement(**(filler | given))


def statements(case: dict[str, Any]) -> list[Statement]:
    """The case's statements; ``year`` belongs to the study and is left to ``years``."""
    rows = [{k: v for k, v in row.items() if k != "year"} for row in case["statements"]]
    return [statement(**row) for row in rows]


def years(case: dict[str, Any]) -> dict[str, int]:
    """The year of each study of the case that has one."""
    return {row["pmid"]: row["year"] for row in case["statements"] if "year" in row}
