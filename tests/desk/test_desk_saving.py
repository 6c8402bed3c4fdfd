"""A file is replaced if it is what it was; whoever else saves at that moment loses nothing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from perennial import swap
from perennial.desk.saving import Changed, replace_if
from perennial.errors import InputError
from perennial.growing import Table, append
from perennial.swap import digest_of

TIMES = 5_000 if os.environ.get("PERENNIAL_LONG") else 150
ONE_COLUMN = Table(
    (("o",),), lambda cells: cells["o"], lambda row: (row,), lambda _: (), lambda text, _: text
)
OLD, NEW, THEIRS = b"as it was\n", b"what we save\n", b"what somebody else saved\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "screening.yaml").write_bytes(OLD)
    return tmp_path / "screening.yaml"


def _in_place(file: Path, text: bytes = THEIRS) -> None:
    file.write_bytes(text)


def _by_rename(file: Path, text: bytes = THEIRS) -> None:
    other = file.with_name("theirs~")
    other.write_bytes(text)
    other.replace(file)


def _left(file: Path) -> set[str]:
    return {path.name for path in file.parent.iterdir()}


def test_it_is_replaced_whole_with_its_mode_and_nothing_else_is_left(file: Path) -> None:
    file.chmod(0o640)
    assert replace_if(file, digest_of(OLD), NEW) == digest_of(NEW)
    assert file.read_bytes() == NEW
    assert file.stat().st_mode & 0o777 == 0o640
    assert _left(file) == {"screening.yaml", ".screening.yaml.lock"}


def test_what_was_changed_is_given_back_and_stays(file: Path) -> None:
    file.write_bytes(THEIRS)
    with pytest.raises(Changed) as refused:
        replace_if(file, digest_of(OLD), NEW)
    assert refused.value.present == file.read_bytes() == THEIRS


def test_a_missing_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with pytest.raises(Changed) as refused:
        replace_if(file, digest_of(OLD), NEW)
    assert refused.value.present == b""
    assert not file.exists()
    replace_if(file, digest_of(b""), NEW)
    assert file.read_bytes() == NEW


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file.name)
    replace_if(link, digest_of(OLD), NEW)
    assert link.is_symlink()
    assert file.read_bytes() == NEW


@pytest.mark.parametrize("save", [_in_place, _by_rename])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_save_in_the_same_moment_stands_and_ours_is_not_acknowledged(
    file: Path, save: Callable[[Path], None], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the two files change places; or, after that, into the file that came out."""
    exchange, times = swap._exchange, []

    def interrupted(one: Path, other: Path) -> bool:
        times.append(1)
        if len(times) == 1 and when == "before":
            save(other)
        done = exchange(one, other)
        if len(times) == 1 and when == "after" and save is _in_place:
            save(one)  # it had been opened under its name
        return done

    monkeypatch.setattr(swap, "_exchange", interrupted)
    if when == "after" and save is _by_rename:
        replace_if(file, digest_of(OLD), NEW)
        save(file)  # after ours: nothing to be refused, theirs stands
    else:
        with pytest.raises(Changed) as refused:
            replace_if(file, digest_of(OLD), NEW)
        assert refused.value.present == THEIRS
    assert file.read_bytes() == THEIRS
    assert not [name for name in _left(file) if name.endswith(("aside", "before"))]


def test_what_is_put_back_does_not_push_out_what_is_newer(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange, saves = swap._exchange, [b"first", b"second", b"third"]

    def interrupted(one: Path, other: Path) -> bool:
        if saves:
            other.unlink()
            other.write_bytes(saves.pop(0))
        return exchange(one, other)

    monkeypatch.setattr(swap, "_exchange", interrupted)
    with pytest.raises(Changed):
        replace_if(file, digest_of(OLD), NEW)
    assert file.read_bytes() == b"third"


@pytest.mark.skipif(sys.platform != "linux", reason="NOT TRIED: only Linux tells who writes a file")
def test_who_has_opened_the_file_and_not_written_yet_is_waited_for(file: Path) -> None:
    with file.open("r+b") as theirs:
        late = threading.Timer(0.3, lambda: (theirs.write(THEIRS), theirs.close()))
        late.start()
        with pytest.raises(Changed) as refused:
            replace_if(file, digest_of(OLD), NEW)
        late.join()
    assert refused.value.present == file.read_bytes() == THEIRS
    with file.open("rb"):  # a reader is no hindrance
        replace_if(file, digest_of(THEIRS), NEW)


@pytest.mark.parametrize("save", [None, _in_place])
def test_where_files_cannot_change_places_they_are_renamed(
    file: Path, save: Callable[[Path], None] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda one, other: save and save(other))
    if save is None:
        replace_if(file, digest_of(OLD), NEW)
        assert file.read_bytes() == NEW
    else:
        with pytest.raises(Changed):
            replace_if(file, digest_of(OLD), NEW)
        assert file.read_bytes() == THEIRS
    assert _left(file) == {"screening.yaml", ".screening.yaml.lock"}


def test_a_full_disk_leaves_all_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(swap.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device; what was changed is not kept"):
        replace_if(file, digest_of(OLD), NEW)
    table = file.with_name("rows.tsv")
    with pytest.raises(InputError, match="No space left on device; the last answer is not kept"):
        append(table, ONE_COLUMN, "1")
    assert file.read_bytes() == OLD
    assert not table.exists()
    assert not [name for name in _left(file) if name.endswith("aside")]


SAVES = """
import sys
from pathlib import Path
from perennial.desk.saving import replace_if
from perennial.swap import digest_of
file = Path(sys.argv[1])
print("ready", flush=True)
for n in range(10**6):
    held = file.read_bytes()
    replace_if(file, digest_of(held), str(n).encode() * 1000)
"""


@pytest.mark.parametrize("after", [0.011, 0.023, 0.037, 0.049])
def test_whoever_is_killed_leaves_a_whole_file_and_the_next_one_clears_up(
    file: Path, after: float
) -> None:
    process = subprocess.Popen([sys.executable, "-c", SAVES, str(file)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    held = file.read_bytes()
    written = held[: len(held) // 1000]
    assert held == OLD or (written.isdigit() and held == str(int(written)).encode() * 1000)
    replace_if(file, digest_of(held), NEW)
    assert file.read_bytes() == NEW
    assert _left(file) == {"screening.yaml", ".screening.yaml.lock"}


def _replace(file: Path, row: str) -> bool:
    held = file.read_bytes()
    try:
        replace_if(file, digest_of(held), held + f"{row}\n".encode())
    except Changed:
        return False
    return True


def _append(file: Path, row: str) -> bool:
    try:
        append(file, ONE_COLUMN, row)
    except InputError:  # somebody who saves a thousand times a second got in between each time
        return False
    return True


@pytest.mark.parametrize("ours", [_replace, _append])
@pytest.mark.parametrize("by", [_in_place, _by_rename])
def test_of_many_saves_of_two_writers_none_is_lost(
    file: Path, by: Callable, ours: Callable[[Path, str], bool]
) -> None:
    """An editor without a lock saves a text of its own, we add lines to what is there."""
    file.write_bytes(b"")
    ended, begun, acknowledged = threading.Event(), list[str](), list[str]()

    def desk() -> None:
        while not ended.is_set():
            begun.append(f"ours {len(begun)}")
            acknowledged.extend(begun[-1:] if ours(file, begun[-1]) else [])

    thread = threading.Thread(target=desk)
    thread.start()
    try:
        for number in range(TIMES):
            text = f"{number}\n".encode()
            by(file, text)
            time.sleep(0.001)
            until = time.monotonic() + 5  # it may be out of its place until it is put back
            while not (stands := file.read_bytes().startswith(text)) and time.monotonic() < until:
                time.sleep(0.001)
            assert stands, "whatever we add to it"
        last = set(begun)  # these may have been added before the last save
        while len(set(acknowledged) - last) < 5 and time.monotonic() < until + 25:
            time.sleep(0.001)
    finally:
        ended.set()
        thread.join()
    first, *lines = file.read_text().splitlines()
    since = [row for row in acknowledged if row not in last]
    assert first == str(TIMES - 1)
    assert len(since) >= 5
    assert [row for row in lines if row not in last] == since
    assert set(lines) <= set(acknowledged)
