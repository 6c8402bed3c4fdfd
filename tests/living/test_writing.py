"""Writing to an archive: one at a time, and told if it cannot be done."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from perennial.archive import Archive, Entry
from perennial.errors import InputError
from perennial.verify import verify

NOBODY = 65534


def entry(number: int) -> Entry:
    params = {"db": "pubmed", "id": str(number)}
    return Entry("2026-02-01T00:00:00Z", "example", "efetch", params, (str(number),))


def held(archive: Archive) -> list[str]:
    return [id_ for one in archive.entries("example", "efetch", "pubmed") for id_ in one.holds]


def test_a_second_writer_is_told_who_holds_the_archive(tmp_path: Path) -> None:
    first, second = Archive(tmp_path), Archive(tmp_path, patience=0.2)
    with first.writing(), pytest.raises(InputError) as refusal:
        second.file(entry(1), b"<a/>")
    assert f"process {os.getpid()} on " in str(refusal.value)
    second.file(entry(1), b"<a/>")
    assert held(second) == ["1"]


def test_a_second_writer_waits(tmp_path: Path) -> None:
    first, second = Archive(tmp_path), Archive(tmp_path)
    with first.writing():
        writing = threading.Thread(target=second.file, args=(entry(2), b"<b/>"))
        writing.start()
        first.file(entry(1), b"<a/>")
    writing.join(30)
    assert held(first) == ["1", "2"]


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    code = (
        "import os, sys; from perennial.archive import Archive\n"
        "with Archive(sys.argv[1]).writing(): os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    assert (tmp_path / ".lock").read_text().startswith("process ")
    Archive(tmp_path, patience=0).file(entry(1), b"<a/>")


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(first: int) -> None:
        archive = Archive(tmp_path)
        for number in range(first, first + 10):
            archive.file(entry(number), f"<a>{number}</a>".encode())

    writers = [threading.Thread(target=write, args=(n * 10,)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    archive = Archive(tmp_path)
    assert sorted(map(int, held(archive))) == list(range(40))
    assert (verify(archive).answers, verify(archive).faults) == (40, ())


@pytest.mark.parametrize("step", ["_stage", "_append", "_publish"])
def test_a_full_disk_is_told_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    archive = Archive(tmp_path)
    archive.file(entry(1), b"<a/>")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "raw"))

    with monkeypatch.context() as patch:
        patch.setattr(archive, step, full)
        with pytest.raises(InputError, match="cannot be written: No space left on device"):
            archive.file(entry(2), b"<b/>")
    archive.file(entry(3), b"<c/>")
    assert (verify(archive).faults, verify(archive).staged) == ((), 0)
    assert set(held(archive)) >= {"1", "3"}


def test_a_disk_that_fills_up_within_a_line_costs_that_line(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the journal's line is cut short."""
    archive = Archive(tmp_path)
    for number in range(20):
        archive.file(entry(number), b"<a/>")
    size = archive.journal.stat().st_size
    code = (
        "import resource, signal, sys; from perennial.archive import Archive, Entry\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 50}, {size + 50}))\n"
        "Archive(sys.argv[1]).file(Entry('2026-02-01T00:00:00Z', 'example', 'efetch',"
        " {'db': 'pubmed', 'id': '77'}, ('77',)), b'<b/>')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "InputError" in done.stderr.splitlines()[-2], done.stderr
    assert archive.journal.stat().st_size == size + 50
    archive.file(entry(99), b"<c/>")
    assert held(archive) == [*map(str, range(20)), "99"]
    found = verify(archive)
    assert (found.faults, found.torn, found.staged) == ((), 1, 0)


@pytest.fixture
def unwritable() -> Iterator[Path]:
    """An archive of another user, who lets everybody read it."""
    if os.geteuid() != 0:
        pytest.skip("NOT CHECKED: only root can become another user to be refused")
    folder = Path(tempfile.mkdtemp(prefix="perennial-"))
    Archive(folder).file(entry(1), b"<a/>")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.seteuid(NOBODY)
    yield folder
    os.seteuid(0)
    shutil.rmtree(folder)


def test_a_read_only_archive_is_read_and_not_written(unwritable: Path) -> None:
    archive = Archive(unwritable)
    assert held(archive) == ["1"]
    assert verify(archive).faults == ()
    with pytest.raises(InputError, match="the archive cannot be written: Permission denied"):
        archive.file(entry(2), b"<b/>")
    assert held(archive) == ["1"]


def test_reading_takes_no_lock(tmp_path: Path) -> None:
    writer, reader = Archive(tmp_path), Archive(tmp_path, patience=0)
    with writer.writing():
        writer.file(entry(1), b"<a/>")
        assert held(reader) == ["1"]
        assert reader.answer(next(reader.lines()).answer) == b"<a/>"
