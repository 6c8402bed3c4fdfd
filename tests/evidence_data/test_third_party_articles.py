"""Articles of many publishers: each parses, or is refused for what is true of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial import jats
from perennial.errors import InputError
from perennial.text import plain
from third_party import JATS, needs, stated_pmid, tree

pytestmark = needs(JATS)
FILES = sorted(JATS.rglob("*xml"))


def test_there_are_articles() -> None:
    assert len(FILES) >= 15
    assert len({path.parent.name for path in FILES}) >= 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_parsed_or_refused_for_a_true_reason(path: Path) -> None:
    xml = path.read_bytes()
    root = tree(xml)
    if not stated_pmid(root):
        with pytest.raises(InputError, match="names no PMID"):
            jats.parse(xml, file=path.name)
    (full,) = jats.parse(xml, stated_pmid(root) or "1", path.name)
    body = root.find("body")
    has_text = body is not None and any(plain(p) for p in body.iter("p", "td"))
    assert (full.status == "full text") == has_text
    if not has_text:
        assert full.status == "front matter only"
        assert full.reason
        assert ("no body" in full.reason) == (body is None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_another_record_gets_no_text(path: Path) -> None:
    xml = path.read_bytes()
    if stated := stated_pmid(tree(xml)):
        (full,) = jats.parse(xml, f"{stated}0", path.name)
        assert (full.status, full.passages) == ("not available", ())
        assert stated in full.reason
    else:
        assert jats.parse(xml, "1", path.name)[0].pmid == "1"
