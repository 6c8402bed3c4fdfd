"""Appending: whole rows, never one lost, whoever is killed and whoever writes at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.decisions.table import COLUMNS, Decision, append, load_decisions
from perennial.errors import InputError
from perennial.screen import Criterion

ROW = Decision("1", "title/abstract", "include", "", "Ada", "", "2026-01-01", "", "", "")
FORMER = "pmid\toutcome\tcriterion\treviewer\tdate\tnote\n"


def _read(file: Path) -> list[Decision]:
    return load_decisions(file, None, [Criterion("X1", "exclude", "", "", None, ())])


def test_a_file_is_begun_and_grows(tmp_path: Path) -> None:
    file = tmp_path / "decisions.tsv"
    append(file, ROW)
    first = file.read_bytes()
    append(file, replace(ROW, pmid="2"), replace(ROW, pmid="3"))
    assert file.read_bytes().startswith(first)
    assert [row.pmid for row in _read(file)] == ["1", "2", "3"]


def test_former_columns_become_the_present_ones_with_every_row(tmp_path: Path) -> None:
    file = tmp_path / "decisions.tsv"
    old = ["1\texclude\tX1\tAda\t2026-01-01\ta note", "1\tinclude\t\tBo\t\t", "2\thuman\t\tAda"]
    file.write_text(FORMER + "\n".join(old), "utf-8")
    before = _read(file)
    append(file, replace(ROW, pmid="3"))
    assert file.read_text("utf-8").splitlines()[0] == "\t".join(COLUMNS)
    assert _read(file) == [*before, replace(ROW, pmid="3")]
    assert len(before) == 3


def test_a_last_line_without_an_end_stays_a_row_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "decisions.tsv"
    append(file, ROW)
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    append(file, replace(ROW, pmid="2"))
    assert [row.pmid for row in _read(file)] == ["1", "2"]


@given(note=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_note_stays_one_cell(tmp_path_factory: pytest.TempPathFactory, note: str) -> None:
    file = tmp_path_factory.mktemp("notes") / "decisions.tsv"
    append(file, replace(ROW, note=note), replace(ROW, pmid="2"))
    first, second = _read(file)
    assert (
        first.note.split()
        == note.translate(dict.fromkeys([*range(32), *range(127, 160)], " ")).split()
    )
    assert second.pmid == "2"


@pytest.mark.parametrize("held", ["pmid,outcome\n", "\t".join(COLUMNS) + "\n<<<<<<< HEAD\n", ""])
def test_what_cannot_be_read_is_not_touched(tmp_path: Path, held: str) -> None:
    file = tmp_path / "decisions.tsv"
    file.write_text(held, "utf-8")
    with pytest.raises(InputError):
        append(file, ROW)
    assert file.read_text("utf-8") == held


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, file = tmp_path / "elsewhere" / "d.tsv", tmp_path / "decisions.tsv"
    append(target, ROW)
    file.symlink_to(target)
    append(file, replace(ROW, pmid="2"))
    assert file.is_symlink()
    assert len(_read(target)) == 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        append(tmp_path / "file" / "decisions.tsv", ROW)


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {here!r})
from test_append import ROW
from perennial.decisions.table import append
for number in range(int(sys.argv[3])):
    append(Path(sys.argv[1]), replace(ROW, pmid=str(number + 1), reviewer=sys.argv[2]))
    print(number + 1, flush=True)
"""


def _writer(file: Path, name: str, rows: int) -> subprocess.Popen[str]:
    code = WRITER.format(here=str(Path(__file__).parent))
    command = [sys.executable, "-c", code, str(file), name, str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path)
    })  # fmt: skip


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "decisions.tsv"
    writers = [_writer(file, name, 12) for name in ("Ada", "Bo")]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    rows = _read(file)
    for name in ("Ada", "Bo"):
        written = [row.pmid for row in rows if row.reviewer == name]
        assert written == [str(n) for n in range(1, 13)]


@pytest.mark.parametrize("after", [0.0, 0.005])
def test_a_kill_leaves_every_row_that_was_confirmed_and_no_half_one(
    tmp_path: Path, after: float
) -> None:
    file = tmp_path / "decisions.tsv"
    writer = _writer(file, "Ada", 100_000)
    assert writer.stdout
    confirmed = [int(writer.stdout.readline()) for _ in range(20)][-1]
    time.sleep(after)
    os.kill(writer.pid, signal.SIGKILL)
    confirmed = max([confirmed, *map(int, writer.stdout.read().split())])
    writer.wait(timeout=30)
    rows = _read(file)
    assert [row.pmid for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert confirmed <= len(rows) <= confirmed + 1
    append(file, replace(ROW, pmid="0"))  # the lock went with its holder
    assert _read(file)[-1].pmid == "0"
