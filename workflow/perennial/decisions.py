"""Decisions: what reviewers wrote into config/decisions.tsv, which outranks every rule."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from perennial.errors import InputError, Place

COLUMNS = ("pmid", "outcome", "criterion", "reviewer", "date", "note")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
OUTCOMES = ("include", "exclude", "human")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row. The file only grows: of several rows on a record the last one counts."""

    pmid: str
    outcome: str  # include | exclude | human
    criterion: str  # needed for an exclusion
    reviewer: str
    date: str
    note: str


def load_decisions(
    path: str | Path, pmids: Iterable[str] | None, criteria: Iterable[str], as_of: str = ""
) -> dict[str, Decision]:
    """The decisions that count, by PMID.

    ``pmids`` are the records found (None: not known yet), ``criteria`` the ids of the protocol.
    With ``as_of``, a decision of a later date was not made yet; one without a date always counts.
    Raises InputError at the line of a row that cannot be right.
    """
    known, ids = None if pmids is None else set(pmids), set(criteria)
    decided: dict[str, Decision] = {}
    for place, row in _rows(path):
        if as_of and row["date"] > as_of:
            continue
        for wrong, hint in _complaints(row, known, ids):
            raise InputError(wrong, place, hint)
        decided[row["pmid"]] = Decision(**row)
    return decided


def _rows(path: str | Path) -> Iterator[tuple[Place, dict[str, str]]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(reader, ())) != COLUMNS:
            hint = f"the first line, with tabs: {' '.join(COLUMNS)}"
            raise InputError("the columns are not as expected", Place(str(path), 1), hint)
        for cells in reader:
            if any(cells):
                place = Place(str(path), reader.line_num)
                yield place, _row(cells, place)


def _row(cells: list[str], place: Place) -> dict[str, str]:
    if len(cells) > len(COLUMNS):
        wrong = f"{len(cells)} cells in a row of {len(COLUMNS)} columns"
        raise InputError(wrong, place, "is there a stray tab in the note?")
    padded = [cell.strip() for cell in cells] + [""] * (len(COLUMNS) - len(cells))
    return dict(zip(COLUMNS, padded, strict=True))


def _complaints(
    row: Mapping[str, str], known: set[str] | None, ids: set[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with a row, and what to write in its place."""
    one_of_ids = f"one of: {', '.join(sorted(ids))}"
    if known is not None and row["pmid"] not in known:
        hint = "only records that were found can be decided; name it under 'ids' in search.yaml"
        yield f"decision on unknown record {row['pmid']!r}", hint
    if row["outcome"] not in OUTCOMES:
        yield f"unknown outcome {row['outcome']!r}", f"one of: {', '.join(OUTCOMES)}"
    if row["criterion"] and row["criterion"] not in ids:
        yield f"unknown criterion {row['criterion']!r}", one_of_ids
    if row["outcome"] == "exclude" and not row["criterion"]:
        yield "an exclusion needs its criterion", one_of_ids
    if not row["reviewer"]:
        yield "the decision has no reviewer", "say who decided"
    if row["date"] and not _DATE.fullmatch(row["date"]):
        yield f"{row['date']!r} is not a date", "write it as 2026-06-01, or leave it out"
