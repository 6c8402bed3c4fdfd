"""The archive never rewrites, and survives being cut off in the middle of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.archive import Archive, Entry
from perennial.errors import InputError
from perennial.ledger import Database, Search


def entry(when: str, holds: tuple[str, ...] = ()) -> Entry:
    params = {"db": "pubmed", "id": "1,2", "api_key": "SECRET", "email": "a@b.example"}
    return Entry(when, "example", "efetch", params, holds)


def test_an_answer_is_kept_once_and_found_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first, second = archive.keep(b"<a/>"), archive.keep(b"<a/>")
    assert first == second
    assert archive.answer(first) == b"<a/>"
    assert len(list(tmp_path.rglob("*.gz"))) == 1


def test_a_changed_answer_is_refused(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first, second = archive.keep(b"<a/>"), archive.keep(b"<b/>")
    path = {p.stem: p for p in tmp_path.rglob("*.gz")}
    path[first].write_bytes(path[second].read_bytes())
    with pytest.raises(InputError, match="not what was received"):
        archive.answer(first)
    path[first].write_bytes(b"no gzip")
    with pytest.raises(InputError, match="cannot be read"):
        archive.answer(first)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_no_path_is_built_from_an_unchecked_digest(tmp_path: Path, digest: str) -> None:
    with pytest.raises(InputError, match="not a SHA-256"):
        Archive(tmp_path).answer(digest)


def test_secrets_are_not_written_down(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.file(entry("2026-01-01T00:00:00Z"), b"<a/>")
    written = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"SECRET" not in written
    assert b"a@b.example" not in written


def test_the_journal_only_grows_and_is_read_by_date(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.file(entry("2026-01-01T00:00:00Z", ("1",)), b"<a/>")
    before = archive.journal.read_bytes()
    archive.file(entry("2026-02-01T00:00:00Z", ("2",)), b"<b/>")
    assert archive.journal.read_bytes().startswith(before)
    held = [e.holds for e in archive.entries("example", "efetch", "pubmed", "2026-01-31")]
    assert held == [("1",)]
    assert not list(archive.entries("ncbi", "efetch", "pubmed"))


def test_a_line_cut_short_anywhere_loses_only_itself(tmp_path: Path) -> None:
    whole = Archive(tmp_path / "whole")
    whole.file(entry("2026-01-01T00:00:00Z", ("1",)), b"<a/>")
    line = whole.journal.read_bytes()
    for cut in range(1, len(line) - 1):
        archive = Archive(tmp_path / str(cut))
        archive.root.mkdir()
        archive.journal.write_bytes(line + line[:cut])
        archive.file(entry("2026-03-01T00:00:00Z", ("3",)), b"<c/>")
        held = [e.holds for e in archive.entries("example", "efetch", "pubmed")]
        assert held == [("1",), ("3",)], cut


def test_the_newest_search_on_or_before_a_day(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    runs = [
        Search("example", f"2026-0{month}-01T00:00:00Z", Database("", "", "", ""), (), ())
        for month in (1, 3, 2)
    ]
    for run in runs:
        archive.keep_search(run)
    assert archive.latest_search("example") == runs[1]
    assert archive.latest_search("example", "2026-02-28") == runs[2]
    with pytest.raises(InputError, match="on or before 2025-12-31"):
        archive.latest_search("example", "2025-12-31")
