"""Decisions made in a spreadsheet: the queue goes out as a sheet, the filled sheet comes back.

A sheet carries the hashes of what it shows, so that an answer given weeks later still says on
which text it was given. Every cell is text: nothing in it runs as a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from perennial import spreadsheet
from perennial.decisions.decision import OUTCOMES, STAGES, Decision
from perennial.decisions.desk import Desk, own
from perennial.decisions.judged import text_hash
from perennial.decisions.table import COLUMNS as KEPT
from perennial.decisions.table import complaints
from perennial.errors import InputError, Place
from perennial.printable import printable
from perennial.spreadsheet import LONGEST_CELL, Line, read_sheet

COLUMNS = (
    *("pmid", "title", "year", "journal", "abstract", "rule", "rule criterion", "rule reason"),
    *("outcome", "criterion", "note", "stage", "under", "text"),
)
FILLED = ("outcome", "criterion", "note")
NEEDED = ("pmid", *FILLED, "stage", "under", "text")
MOST = 10  # mistakes that are named at once
_WIDTHS = {"title": 50, "abstract": 100, "rule reason": 30, "note": 40}


def sheet_rows(desk: Desk, pmids: Sequence[str]) -> list[tuple[str, ...]]:
    """One row for each record, in order, with the columns of ``COLUMNS``; ``FILLED`` are empty."""
    return [
        _row(desk, pmid, ruled) for pmid, ruled in zip(pmids, desk.all_ruled(pmids), strict=True)
    ]


def _row(desk: Desk, pmid: str, ruled: Any) -> tuple[str, ...]:
    record, hash_ = desk.records[pmid], desk.hashes.get(ruled.criterion, "")
    shown = (record.title, str(record.year or ""), record.journal, record.abstract)
    rule = (ruled.outcome, ruled.criterion, ruled.reason)
    under = f"{ruled.criterion}:{hash_}" if hash_ else ""
    cells = (pmid, *shown, *rule, *[""] * len(FILLED), desk.stage, under, text_hash(record))
    return tuple(printable(cell)[:LONGEST_CELL] for cell in cells)


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The sheet as CSV, with the mark at its beginning by which Excel knows UTF-8."""
    return spreadsheet.as_csv(COLUMNS, rows)


def as_xlsx(desk: Desk, rows: Sequence[Sequence[str]]) -> bytes:
    """The sheet as XLSX, with lists to choose outcomes and criteria from; same rows, same bytes."""
    known = [(c.id, printable(c.label), desk.hashes[c.id]) for c in desk.reasons]
    criteria = [("criterion", "asks", "hash"), *known]
    choices = {
        "outcome": f'"{",".join(OUTCOMES)}"',
        "criterion": f"criteria!$A$2:$A${len(known) + 1}",
    }
    grids: dict[str, spreadsheet.Rows] = {"records": [COLUMNS, *rows], "criteria": criteria}
    return spreadsheet.as_xlsx(grids, _WIDTHS, choices)


def decided_in(
    path: Path, desk: Desk, decisions: Iterable[Decision], reviewer: str, date: str
) -> list[Decision]:
    """The decisions of a filled sheet that ``reviewer`` has not written already, in its order.

    InputError names the cells whose values cannot be right; then nothing is imported.
    """
    lines, sheets = read_sheet(path, NEEDED, FILLED)
    hashes = {row[0]: row[2] for row in sheets.get("criteria", [])[1:] if len(row) > 2}
    rows = list(decisions)
    last = {stage: own(rows, stage, reviewer) for stage in STAGES}
    found: dict[tuple[str, str], Decision] = {}
    wrong: list[tuple[str, str, str]] = []
    for line in lines:
        decision = _decision(line, desk, desk.hashes | hashes, reviewer, date)
        wrong += _wrong(line, decision, desk)
        if (decision.pmid, decision.stage) in found:
            said = f"{decision.pmid} is decided twice in this sheet"
            wrong.append((line.cell("pmid"), said, "keep one of the rows"))
        found[decision.pmid, decision.stage] = decision
    if wrong:
        raise _refusal(wrong, str(path))
    return [d for d in found.values() if _said(d) != _said(last[d.stage].get(d.pmid))]


def _decision(
    line: Line, desk: Desk, hashes: Mapping[str, str], reviewer: str, date: str
) -> Decision:
    cells = {name: " ".join(printable(line.cells[name]).split()) for name in NEEDED}
    ids = {criterion.id.casefold(): criterion.id for criterion in desk.criteria}
    criterion = ids.get(cells["criterion"].casefold(), cells["criterion"])
    under = f"{criterion}:{hashes[criterion]}" if criterion in hashes else cells["under"]
    return Decision(
        cells["pmid"],
        cells["stage"] or STAGES[0],
        cells["outcome"].casefold(),
        criterion,
        reviewer,
        "",
        date,
        under,
        cells["text"],
        cells["note"],
    )


def _wrong(line: Line, decision: Decision, desk: Desk) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a row: the cell, what it is, and what to write in its place."""
    if decision.outcome not in OUTCOMES:  # nor withdrawn: imported twice, it takes back two answers
        hint = f"one of: {', '.join(OUTCOMES)}"
        yield line.cell("outcome"), f"unknown outcome {decision.outcome!r}", hint
    for column, wrong, hint in complaints(decision, desk.records, desk.criteria):
        if column != "outcome":
            yield line.cell(column), wrong, hint


def _refusal(wrong: Sequence[tuple[str, str, str]], file: str) -> InputError:
    if len(wrong) == 1:
        cell, said, hint = wrong[0]
        return InputError(said, Place(f"{file}, {cell}"), hint)
    lines = [f"{cell}: {said} ({hint})" for cell, said, hint in wrong[:MOST]]
    lines += [f"and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
    listed = "".join(f"\n  {line}" for line in lines)
    hint = "nothing was imported: mend them, then import the sheet again"
    return InputError(f"{len(wrong)} cells cannot be right:{listed}", Place(file), hint)


def _said(decision: Decision | None) -> tuple[str, ...]:
    """A decision but for who made it when."""
    if decision is None:
        return ()
    row = dict(zip(KEPT, astuple(decision), strict=True))
    return tuple(row[name] for name in KEPT if name not in ("reviewer", "date"))
