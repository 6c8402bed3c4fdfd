"""What the appraisal tests share: the checklist as shipped, and made-up texts."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from perennial.appraisal import Checklist, load_checklist
from perennial.config import load
from perennial.passage import Passage
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "config" / "appraisal.yaml"
SENTENCES = ROOT / "tests" / "data" / "appraisal" / "sentences.tsv"


def document() -> dict[str, Any]:
    """The file as plain values that a test may change."""
    return YAML(typ="safe").load(PATH)


@cache
def checklist() -> Checklist:
    return load_checklist(load(PATH, "appraisal").data)


def cases() -> list[dict[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows
    return rows


def passage(text: str, section: str = "methods.1") -> Passage:
    return Passage("1", section, "pmc", "", text, hashlib.sha256(text.encode()).hexdigest())
