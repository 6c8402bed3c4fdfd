"""Reviewers' decisions: every row is read in order, bad ones are told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.decisions.judged import under
from perennial.decisions.table import COLUMNS, Decision, load_decisions
from perennial.errors import InputError
from perennial.screen import Criterion

HEAD = "\t".join(COLUMNS)
FORMER = "pmid\toutcome\tcriterion\treviewer\tdate\tnote"
TA = "title/abstract"
HASH = "0123456789ab"
CRITERIA = (
    Criterion("X1", "exclude", "", "", None, ()),
    Criterion("X2", "exclude", "", "", None, (), stage="full text"),
    Criterion("I1", "require", "", "", None, ()),
    Criterion("T1", "tag", "", "", None, ()),
)


def _load(folder: Path, *rows: str, head: str = HEAD, as_of: str = "") -> list[Decision]:
    file = folder / "decisions.tsv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return load_decisions(file, ["1", "2"], CRITERIA, as_of)


def test_every_row_in_order(tmp_path: Path) -> None:
    rows = [
        f"1\t{TA}\texclude\tX1\tAda\t\t2026-01-01\tX1:{HASH}\t{HASH}\tseen",
        "2\tfull text\thuman\t\tBo\tadjudicator\t\t\t\t",
        f"1\t{TA}\tinclude\t\tAda\t\t\t\t\t",
    ]
    assert _load(tmp_path, *rows) == [
        Decision("1", TA, "exclude", "X1", "Ada", "", "2026-01-01", f"X1:{HASH}", HASH, "seen"),
        Decision("2", "full text", "human", "", "Bo", "adjudicator", "", "", "", ""),
        Decision("1", TA, "include", "", "Ada", "", "", "", "", ""),
    ]


def test_the_six_former_columns_are_about_titles_and_abstracts(tmp_path: Path) -> None:
    rows = ["1\texclude\tX1\tAda\t2026-01-01\tseen", "2\tinclude\t\tBo"]
    assert _load(tmp_path, *rows, head=FORMER) == [
        Decision("1", TA, "exclude", "X1", "Ada", "", "2026-01-01", "", "", "seen"),
        Decision("2", TA, "include", "", "Bo", "", "", "", "", ""),
    ]


def test_short_rows_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    (row,) = _load(tmp_path, "", "1\t\tinclude\t\tAda", head="\ufeff" + HEAD)
    assert (row.stage, row.reviewer) == (TA, "Ada")


def test_lines_of_windows(tmp_path: Path) -> None:
    (row,) = _load(tmp_path, "1\t\tinclude\t\tAda\r", head=HEAD + "\r")
    assert row.reviewer == "Ada"


def test_a_decision_of_a_later_date_was_not_made_yet(tmp_path: Path) -> None:
    rows = ["1\tinclude\t\tAda\t2026-01-01\t", "1\thuman\t\tBo\t2026-03-01\t"]
    rows += ["2\tinclude\t\tAda\t\t", "99\tinclude\t\tAda\t2026-03-01\t"]
    found = _load(tmp_path, *rows, head=FORMER, as_of="2026-02-01")
    assert [(row.pmid, row.outcome) for row in found] == [("1", "include"), ("2", "include")]


def test_a_criterion_that_left_the_protocol_is_known_by_its_hash(tmp_path: Path) -> None:
    (row,) = _load(tmp_path, f"1\t{TA}\texclude\tX9\tAda\t\t\tX9:{HASH}")
    assert row.criterion == "X9"


def test_what_can_exclude_at_a_stage(tmp_path: Path) -> None:
    full = [f"1\tfull text\texclude\t{id_}\tAda" for id_ in ("X1", "X2", "I1")]
    rows = [*full, f"1\t{TA}\texclude\tI1\tAda", f"1\t{TA}\tinclude\tT1\tAda"]
    found = _load(tmp_path, *rows)
    assert [row.criterion for row in found] == ["X1", "X2", "I1", "I1", "T1"]


def test_a_criterion_that_became_a_tag_keeps_the_exclusions_of_its_time(tmp_path: Path) -> None:
    (row,) = _load(tmp_path, f"1\t{TA}\texclude\tT1\tAda\t\t\tT1:{HASH}")
    assert row.criterion == "T1"
    with pytest.raises(InputError, match="T1 is a tag"):
        _load(tmp_path, f"1\t{TA}\texclude\tT1\tAda\t\t\t{under(CRITERIA[3])}")


def test_the_hint_lists_what_can_be_used(tmp_path: Path) -> None:
    hints = {
        f"1\t{TA}\texclude\tT1\tAda": "one of: X1, I1",
        f"1\t{TA}\texclude\tX9\tAda": "one of: X1, I1",
        "1\tfull text\texclude\t\tAda": "one of: X1, X2, I1",
        f"1\t{TA}\tinclude\tX9\tAda": "one of: X1, X2, I1, T1",
    }
    for row, hint in hints.items():
        with pytest.raises(InputError) as refusal:
            _load(tmp_path, row)
        assert refusal.value.hint == hint


BAD = {
    f"1\t{TA}\tinclude\t\tAda\t\tyesterday": ":2: 'yesterday' is not a date",
    f"1\t{TA}\tinclude\t\tAda\t\t2026-02-30": ":2: '2026-02-30' is not a date",
    f"1\t{TA}\tinclude\t\tAda\t\t20260201": ":2: '20260201' is not a date",
    f"99\t{TA}\tinclude\t\tAda": ":2: decision on unknown record '99'",
    f"1\t{TA}\tmaybe\t\tAda": ":2: unknown outcome 'maybe'",
    "1\tabstract\tinclude\t\tAda": ":2: unknown stage 'abstract'",
    f"1\t{TA}\tinclude\t\tAda\tboss": ":2: unknown role 'boss'",
    f"1\t{TA}\texclude\tX9\tAda": ":2: unknown criterion 'X9'",
    f"1\t{TA}\texclude\tX9\tAda\t\t\tX1:{HASH}": ":2: unknown criterion 'X9'",
    f"1\t{TA}\texclude\tT1\tAda": ":2: T1 is a tag, which excludes nothing",
    "1\tfull text\texclude\tT1\tAda": ":2: T1 is a tag",
    f"1\t{TA}\texclude\tX2\tAda": ":2: X2 excludes at full text, not at title/abstract",
    f"1\t{TA}\texclude\t\tAda": ":2: an exclusion needs its criterion",
    f"1\t{TA}\tinclude\t\t": ":2: the decision has no reviewer",
    f"1\t{TA}\tinclude\t\tAda\t\t\tX1:abc": ":2: under: 'X1:abc' is not a criterion and its hash",
    f"1\t{TA}\tinclude\t\tAda\t\t\t\tABCDEF012345": ":2: text: 'ABCDEF012345' is not a hash",
    f"1\t{TA}\tinclude\t\tAda\t\t\t\t\tnote\tmore": ":2: 11 cells in a row of 10 columns",
    "<<<<<<< HEAD": ":2: '<<<<<<<': git left two versions of the file in one",
    "=======": ":2: '=======': git left two versions of the file in one",
}


@pytest.mark.parametrize("row", BAD)
def test_a_row_that_cannot_be_right(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError) as refusal:
        _load(tmp_path, row)
    assert BAD[row] in str(refusal.value)
    assert "hint: " in str(refusal.value)


def test_the_line_is_that_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"decisions\.tsv:4: unknown outcome"):
        _load(tmp_path, f"1\t{TA}\tinclude\t\tAda", "", f"1\t{TA}\tso\t\tAda")


@pytest.mark.parametrize("head", ["pmid,outcome", "", FORMER + "\tmore"])
def test_the_wrong_columns(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match=r"decisions\.tsv:1: the columns are not as expected"):
        _load(tmp_path, head=head)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "decisions.tsv"
    with pytest.raises(InputError, match="cannot be read"):
        load_decisions(file, None, [])
    file.write_bytes(HEAD.encode() + b"\n1\t\tinclude\t\tJos\xe9\n")
    with pytest.raises(InputError, match=r":2: not UTF-8 text"):
        load_decisions(file, None, [])
