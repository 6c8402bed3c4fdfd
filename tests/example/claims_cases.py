"""What the claims of the ledger should yield, and the paraphrases that should yield it."""

from __future__ import annotations

import csv
import hashlib
import json
from functools import cache
from pathlib import Path

from perennial import pubmed
from perennial.extract import extract
from perennial.passage import Passage, Statement
from subject import vocabulary

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / "claims" / name).open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert found, f"{name} is empty"
    return found


@cache
def texts() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Title, abstract and publication types by PMID (corpus), or by key (no PMID is known)."""
    lines = (DATA / "extract" / "abstracts.jsonl").read_text("utf-8").splitlines()
    bare = [entry for entry in map(json.loads, lines) if not entry["pmid"]]
    found = {entry["key"]: (entry["title"], entry["abstract"], ()) for entry in bare}
    files = sorted((ROOT / "resources" / "example").glob("*.xml"))
    assert files
    for record in (r for file in files for r in pubmed.parse_file(file).records):
        found[record.pmid] = (record.title, record.abstract, record.publication_types)
    return found


@cache
def made() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """The texts that were made for oppositions, as ``texts``; their ids are small numbers."""
    lines = (DATA / "claims" / "made.jsonl").read_text("utf-8").splitlines()
    found = {e["id"]: (e["title"], e["abstract"], ()) for e in map(json.loads, lines)}
    assert len(found) == len(lines) > 0
    return found


@cache
def statements(name: str) -> tuple[Statement, ...]:
    title, abstract, kinds = (texts() | made())[name]
    cut = [_passage(name, *part) for part in (("title", title), ("abstract", abstract))]
    return tuple(extract(cut, vocabulary(), title=title, publication_types=kinds))


def _passage(name: str, section: str, text: str) -> Passage:
    return Passage(name, section, "pubmed", "", text, hashlib.sha256(text.encode()).hexdigest())
