"""What public parsers of PubMed XML are known to lose or mix up is kept here, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial import pubmed
from pubmed_golden import expected, lean, pairs

CASES = pairs("lost_elsewhere", at_least=16)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_kept(path: Path) -> None:
    wanted, parsed = expected(path), pubmed.parse_file(path)
    found = [
        lean(record, fields)
        for record, fields in zip(parsed.records, wanted["records"], strict=True)
    ]
    assert found == wanted["records"]
    refused = [{"pmid": r.pmid, "place": r.place, "reason": r.reason} for r in parsed.refused]
    assert refused == wanted.get("refused", [])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_nothing_of_it_is_lost_on_the_way_through_the_archive(path: Path) -> None:
    xml = path.read_bytes()
    read_alone = [pubmed.article(raw) for _, raw in pubmed.raw_articles(xml)]
    assert tuple(read_alone) == pubmed.parse(xml).records
