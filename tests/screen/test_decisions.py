"""Reviewers' decisions: good rows count, the last one wins, bad ones are told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.decisions import COLUMNS, load_decisions
from perennial.errors import InputError

HEAD = "\t".join(COLUMNS)


def _load(folder: Path, *rows: str, head: str = HEAD) -> dict:
    file = folder / "decisions.tsv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return load_decisions(file, ["1", "2"], ["X1", "I1"])


def test_the_last_row_on_a_record_counts(tmp_path: Path) -> None:
    rows = ["1\texclude\tX1\tAda\t2026-01-01\t", "2\tinclude\t\tBo\t\t", "1\tinclude\t\tBo\t\tseen"]
    decided = _load(tmp_path, *rows)
    assert {pmid: (d.outcome, d.reviewer) for pmid, d in decided.items()} == {
        "1": ("include", "Bo"),
        "2": ("include", "Bo"),
    }


def test_short_rows_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    assert set(_load(tmp_path, "", "1\tinclude\t\tAda", head="﻿" + HEAD)) == {"1"}


def test_a_decision_of_a_later_date_was_not_made_yet(tmp_path: Path) -> None:
    file = tmp_path / "decisions.tsv"
    rows = ["1\tinclude\t\tAda\t2026-01-01\t", "1\thuman\t\tBo\t2026-03-01\t"]
    rows.append("2\tinclude\t\tAda\t\t")
    file.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    decided = load_decisions(file, ["1", "2"], ["X1"], as_of="2026-02-01")
    assert {pmid: d.outcome for pmid, d in decided.items()} == {"1": "include", "2": "include"}


BAD = {
    "1\tinclude\t\tAda\tyesterday\t": ":2: 'yesterday' is not a date",
    "99\tinclude\t\tAda\t\t": ":2: decision on unknown record '99'",
    "1\tmaybe\t\tAda\t\t": ":2: unknown outcome 'maybe'",
    "1\texclude\tX9\tAda\t\t": ":2: unknown criterion 'X9'",
    "1\texclude\t\tAda\t\t": ":2: an exclusion needs its criterion",
    "1\tinclude\t\t\t\t": ":2: the decision has no reviewer",
    "1\tinclude\t\tAda\t\tnote\tmore": ":2: 7 cells in a row of 6 columns",
}


@pytest.mark.parametrize("row", BAD)
def test_a_row_that_cannot_be_right(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError) as refusal:
        _load(tmp_path, row)
    assert BAD[row] in str(refusal.value)
    assert "hint: " in str(refusal.value)


def test_the_wrong_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"decisions\.tsv:1: the columns are not as expected"):
        _load(tmp_path, head="pmid,outcome")
