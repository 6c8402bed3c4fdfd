"""What is kept comes back as it was, or not at all; whatever fails costs time and no more."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from pathlib import Path

import pytest
from perennial.memo import Memo, key

KEY = key("a", "value")


def entry(root: Path) -> Path:
    """The one file that is kept."""
    (only,) = (path for path in root.rglob("*") if path.is_file())
    return only


def test_a_value_comes_back(tmp_path: Path) -> None:
    memo = Memo(tmp_path)
    assert memo.recall(KEY) is None
    for value in (b"", b"one", b"two"):
        memo.keep(KEY, value)
        assert Memo(tmp_path).recall(KEY) == value


def test_where_a_part_of_a_key_ends_matters() -> None:
    keys = {key("ab", "c"), key("a", "bc"), key("abc"), key("abc", ""), key("1:a", ""), key()}
    assert len(keys) == 6
    assert key("ü") == key("ü".encode())


@pytest.mark.parametrize("harm", [b"", b"x", b"y" * 40, None])
def test_a_damaged_value_is_told_and_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: bytes | None
) -> None:
    memo = Memo(tmp_path)
    memo.keep(KEY, b"value")
    path = entry(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] if harm is None else harm)
    assert memo.recall(KEY) is None
    assert "damaged" in caplog.text
    assert not path.exists()
    memo.keep(KEY, b"value")
    assert memo.recall(KEY) == b"value"


def test_a_file_is_laid_as_the_same_file(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    digest = memo.hold(b"a part")
    assert memo.lay(digest, tmp_path / "part")
    assert (tmp_path / "part").samefile(entry(tmp_path / "memo"))
    assert not memo.lay("0" * 64, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_where_there_are_no_links_a_file_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "link", refuse)
    memo = Memo(tmp_path / "memo")
    assert memo.lay(memo.hold(b"a part"), tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == b"a part"
    assert not (tmp_path / "part").samefile(entry(tmp_path / "memo"))


def test_who_edits_a_result_in_place_does_not_get_it_back(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    digest = memo.hold(b"a part")
    memo.lay(digest, tmp_path / "part")
    (tmp_path / "part").write_bytes(b"edited")
    assert memo.read(digest) is None
    assert not memo.lay(digest, tmp_path / "again")
    assert (tmp_path / "part").read_bytes() == b"edited"


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_store_that_takes_nothing_is_one_warning(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    reason: int,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(reason, os.strerror(reason))

    before = Memo(tmp_path)
    before.keep(KEY, b"kept before")
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    memo = Memo(tmp_path)
    with caplog.at_level(logging.WARNING):
        memo.keep(key("more"), b"value")
        digest = memo.hold(b"a part")
        memo.keep(key("still more"), b"value")
    assert caplog.text.count("no more is remembered") == 1
    assert memo.recall(KEY) == b"kept before"
    assert memo.recall(key("more")) is None
    assert not memo.lay(digest, tmp_path / "part")


def test_a_disk_that_fills_while_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", refuse)
    Memo(tmp_path).hold(b"a part")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_folder_may_be_a_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "memo").write_text("in the way")
    memo = Memo(tmp_path / "memo")
    memo.keep(KEY, b"value")
    assert memo.recall(KEY) is None
    assert caplog.text


def test_without_a_folder_nothing_is_remembered() -> None:
    memo = Memo()
    memo.keep(KEY, b"value")
    assert memo.recall(KEY) is None
    assert memo.read(memo.hold(b"a part")) is None


def test_it_may_be_deleted_between_any_two_calls(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    digest = memo.hold(b"a part")
    shutil.rmtree(tmp_path / "memo")
    assert memo.read(digest) is None
    memo.keep(KEY, b"value")
    assert memo.recall(KEY) == b"value"
    assert memo.lay(memo.hold(b"a part"), tmp_path / "part")
