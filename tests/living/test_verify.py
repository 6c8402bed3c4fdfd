"""`perennial archive verify` finds what is wrong with an archive, whatever was done to it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from living_source import Memory, Paper, Review
from perennial.archive import Archive
from perennial.commands.archive import command
from perennial.errors import InputError
from perennial.verify import verify


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    memory = Memory()
    memory.put(*(Paper(pmid) for pmid in range(1, 6)))
    review = Review(tmp_path, memory)
    review.refresh("2026-02-01")
    review.refresh("2026-02-08", 1)
    return review.archive


def _raw(archive: Archive) -> Path:
    return max((archive.root / "raw").rglob("*.gz"))


def _lines(archive: Archive) -> list[bytes]:
    return archive.journal.read_bytes().splitlines(keepends=True)


def lose_an_answer(archive: Archive) -> str:
    _raw(archive).unlink()
    return "is not in the archive"


def change_an_answer(archive: Archive) -> str:
    _raw(archive).write_bytes(gzip.compress(b"<another/>"))
    return "not what was received"


def flip_a_byte(archive: Archive) -> str:
    body = bytearray(_raw(archive).read_bytes())
    body[len(body) // 2] ^= 1
    _raw(archive).write_bytes(body)
    return "archived answer"


def cut_an_answer_short(archive: Archive) -> str:
    _raw(archive).write_bytes(_raw(archive).read_bytes()[:-9])
    return "cannot be read"


def add_an_answer(archive: Archive) -> str:
    path = archive.path("a" * 64)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(b"<never asked for/>"))
    return "no line of the journal names this answer"


def add_another_file(archive: Archive) -> str:
    (archive.root / "raw" / "note.txt").write_text("mine")
    return "not a SHA-256"


def lose_a_line(archive: Archive) -> str:
    archive.journal.write_bytes(b"".join(_lines(archive)[:-1]))
    return "no line of the journal names this answer"


def spoil_a_line(archive: Archive) -> str:
    first, *rest = _lines(archive)
    archive.journal.write_bytes(first.replace(b'"source"', b'"sourc"') + b"".join(rest))
    return "requests.jsonl:1: not a line of the archive's journal"


def change_a_ledger(archive: Archive) -> str:
    path = min((archive.root / "searches").glob("*.json"))
    path.write_bytes(path.read_bytes().replace(b'"1"', b'"7"'))
    return "not what was written"


FAULTS = [
    lose_an_answer,
    change_an_answer,
    flip_a_byte,
    cut_an_answer_short,
    add_an_answer,
    add_another_file,
    lose_a_line,
    spoil_a_line,
    change_a_ledger,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named(archive: Archive, fault: Callable[[Archive], str]) -> None:
    expected = fault(archive)
    assert any(expected in told for told in verify(archive).faults), verify(archive).faults
    done = CliRunner().invoke(command, ["verify", str(archive.root)])
    assert isinstance(done.exception, InputError)
    assert expected in done.stderr


def test_a_whole_archive_is_counted(archive: Archive) -> None:
    found = verify(archive)
    assert (found.faults, found.searches, found.refreshes) == ((), 2, 2)
    assert found.lines == len(_lines(archive)) == len(list(archive.lines()))
    assert found.answers == len({json.loads(line)["answer"] for line in _lines(archive)})
    done = CliRunner().invoke(command, ["verify", str(archive.root)])
    assert (done.exit_code, f"{found.answers} answers, " in done.output) == (0, True)


def test_a_missing_folder_is_no_whole_archive(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        command.main(["verify", str(tmp_path / "none")], standalone_mode=False)
