"""Each made-up file gives the records, refusals and deletions that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial import pubmed
from perennial.errors import InputError
from pubmed_golden import expected, lean, pairs


@pytest.mark.parametrize("path", pairs("valid", at_least=15), ids=lambda path: path.stem)
def test_valid(path: Path) -> None:
    wanted, parsed = expected(path), pubmed.parse_file(path)
    found = [
        lean(record, fields)
        for record, fields in zip(parsed.records, wanted["records"], strict=True)
    ]
    assert found == wanted["records"]
    refused = [{"pmid": r.pmid, "place": r.place, "reason": r.reason} for r in parsed.refused]
    assert refused == wanted.get("refused", [])
    assert list(parsed.deleted) == wanted.get("deleted", [])


@pytest.mark.parametrize("path", pairs("invalid", at_least=10), ids=lambda path: path.stem)
def test_invalid(path: Path) -> None:
    wanted = expected(path)
    with pytest.raises(InputError) as caught:
        pubmed.parse(path.read_bytes(), file=path.name)
    assert wanted["message"] in caught.value.message
    assert caught.value.place.file == path.name
    if wanted["line"]:
        assert caught.value.place.line == wanted["line"]
