"""What the extraction tests share: the vocabulary, the abstracts and the tables of cases."""

from __future__ import annotations

import csv
import hashlib
import json
from functools import cache
from pathlib import Path

from perennial.extract import extract
from perennial.passage import Passage, Statement
from subject import vocabulary

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/data/extract"
EVIDENCE = ROOT / "config/evidence.yaml"


def table(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows, f"{name} holds no case"
    return rows


@cache
def abstracts() -> dict[str, dict[str, str]]:
    lines = (CASES / "abstracts.jsonl").read_text(encoding="utf-8").splitlines()
    found = {entry["key"]: entry for entry in map(json.loads, lines)}
    assert found, "abstracts.jsonl holds no abstract"
    return found


def passage(section: str, text: str, pmid: str = "1") -> Passage:
    return Passage(pmid, section, "pubmed", "", text, hashlib.sha256(text.encode()).hexdigest())


def passages(key: str) -> list[Passage]:
    entry = abstracts()[key]
    pmid = entry["pmid"] or key
    return [passage(s, entry[s], pmid) for s in ("title", "abstract")]


@cache
def statements(key: str) -> tuple[Statement, ...]:
    """The statements of one abstract; a review is told by its publication type, as in PubMed."""
    entry = abstracts()[key]
    kinds = ("Review",) if entry["label"] == "review" else ("Journal Article",)
    found = extract(passages(key), vocabulary(), title=entry["title"], publication_types=kinds)
    return tuple(found)


def drawn(title: str, sentence: str) -> list[Statement]:
    return extract([passage("abstract", sentence)], vocabulary(), title=title, publication_types=())
