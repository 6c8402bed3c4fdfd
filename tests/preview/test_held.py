"""What preview and explain judge is what the stage judges."""

from __future__ import annotations

from pathlib import Path

from perennial.preview.held import Held
from perennial.record import Record
from perennial.screened import Link


def test_copies_and_notices_about_others_are_not_screened() -> None:
    records = tuple(Record(pmid) for pmid in ("1", "2", "3", "4", "5"))
    kinds = {"2": "duplicate of", "3": "retraction of", "4": "erratum of", "5": "preprint of"}
    links = tuple(Link(pmid, kind, "1", "") for pmid, kind in kinds.items())
    held = Held(records, links, (), (Path(), Path(), Path()))
    assert [record.pmid for record in held.screened] == ["1", "5"]
