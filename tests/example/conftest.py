"""The example corpus and the gold set as the tests of this folder read them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "resources" / "example"
GOLD = ROOT / "tests" / "data" / "gold"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@pytest.fixture(scope="session")
def trees() -> dict[str, etree._ElementTree]:
    return {path.name: etree.parse(path, PARSER) for path in sorted(CORPUS.glob("*.xml"))}


@pytest.fixture(scope="session")
def articles(trees) -> dict[str, etree._Element]:
    """PubmedArticle elements by PMID; the last one wins if a PMID stands twice."""
    found = (element for tree in trees.values() for element in tree.getroot())
    return {element.findtext("MedlineCitation/PMID"): element for element in found}


@pytest.fixture(scope="session")
def abstracts(articles) -> dict[str, str]:
    """Text of each abstract by PMID; records without one are left out."""
    parts = {pmid: item.findall(".//Abstract/AbstractText") for pmid, item in articles.items()}
    return {
        pmid: " ".join("".join(part.itertext()) for part in texts)
        for pmid, texts in parts.items()
        if texts
    }


@pytest.fixture(scope="session")
def gold() -> list[dict[str, str]]:
    with (GOLD / "dormancy.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="session")
def texts() -> list[dict]:
    """The records that have no PMID, as the gold set keeps them."""
    lines = (GOLD / "records.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source material beside the project, which a clone does not have."""
    folder = ROOT.parent / "shared"
    if not (folder / "domain").is_dir():
        pytest.skip(
            f"NOT CHECKED: the source material the corpus was made from is not at {folder}; "
            "identifiers and wording could not be compared with it"
        )
    return folder
