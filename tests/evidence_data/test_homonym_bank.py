"""Abstracts that use the review's words of other things: not one statement is drawn."""

from __future__ import annotations

import csv

from perennial.extract import extract
from perennial.extract.fold import fold
from perennial.extract.terms import find
from subject import vocabulary
from third_party import HOMONYMS, needs, passage

pytestmark = needs(HOMONYMS)


def bank() -> list[dict[str, str]]:
    with HOMONYMS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_no_statement_is_drawn_from_homonyms() -> None:
    drawn = [
        f"{row['pmid']} {found.factor} {found.direction} ({found.rule}): {found.quote}"
        for row in bank()
        for found in extract(
            [passage(row["pmid"], part, row[part]) for part in ("title", "abstract")],
            vocabulary(),
            title=row["title"],
            publication_types=[],
        )
    ]
    assert not drawn, "\n".join(drawn)


def test_the_bank_is_not_silent_for_want_of_names() -> None:
    """Half of it names a factor, so it is the reading that holds back."""
    named = [
        row for row in bank() if find(vocabulary().terms, row["abstract"], fold(row["abstract"]))
    ]
    assert len(bank()) >= 100
    assert len(named) >= 30
