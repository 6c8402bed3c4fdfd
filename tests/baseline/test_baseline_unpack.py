"""Unpacking: all of a file in blocks of whole records, and nothing of a file that is damaged."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from baseline_files import HEAD, TAIL, article, document, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from perennial.baseline import unpack
from perennial.baseline.files import File, file_of
from perennial.baseline.unpack import blocks
from perennial.errors import InputError

NAME = "pubmed26n0001.xml.gz"
TEXT = document([article(pmid, f"Title {pmid} " * 40) for pmid in range(1, 60)], [(7, 1)])
PACKED = gzip.compress(TEXT, mtime=0)


def _file(folder: Path, packed: bytes, md5: str = "") -> File:
    file = file_of(put(folder / NAME, packed))
    return File(file.number, file.name, file.path, md5 or file.md5)


@pytest.mark.parametrize("size", [600, 1_000, 4_096, 65_536, 2**22])
def test_blocks_are_the_text_and_hold_whole_records(tmp_path: Path, size: int) -> None:
    found = list(blocks(_file(tmp_path, PACKED), size))
    assert b"".join(found) == TEXT
    assert all(block.endswith(b"</PubmedArticle>") for block in found[:-1])
    assert found[0].startswith(HEAD)
    assert found[-1].endswith(TAIL)
    assert (len(found) > 20) == (size <= 1_000)


def test_a_book_article_ends_a_block_as_well(tmp_path: Path) -> None:
    book = b"<PubmedBookArticle><BookDocument><PMID>5</PMID></BookDocument></PubmedBookArticle>"
    file = _file(tmp_path, gzip.compress(HEAD + book * 100 + TAIL))
    found = list(blocks(file, 500))
    assert len(found) > 10
    assert all(block.endswith(b"</PubmedBookArticle>") for block in found[:-1])


def _refused(file: File) -> InputError:
    with pytest.raises(InputError) as told:
        list(blocks(file, 2_000))
    assert NAME in str(told.value)
    return told.value


@pytest.mark.parametrize("kept", [0, 1, 9, 10, 18, 100, len(PACKED) // 2, -9, -8, -5, -4, -1])
def test_a_file_that_is_cut_short(tmp_path: Path, kept: int) -> None:
    whole = hashlib.md5(PACKED).hexdigest()
    assert _refused(_file(tmp_path, PACKED[:kept], whole)).hint
    _refused(_file(tmp_path, PACKED[:kept]))  # even where the sidecar was made of the piece


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(st.integers(0, len(PACKED) - 1), st.integers(0, 7))
def test_a_flipped_bit_anywhere(tmp_path: Path, at: int, bit: int) -> None:
    damaged = bytearray(PACKED)
    damaged[at] ^= 1 << bit
    _refused(_file(tmp_path, bytes(damaged), hashlib.md5(PACKED).hexdigest()))


@pytest.mark.parametrize("more", [b"x", b"\0" * 5, PACKED, b"\x1f\x8b"])
def test_what_goes_on_behind_its_end(tmp_path: Path, more: bytes) -> None:
    _refused(_file(tmp_path, PACKED + more, hashlib.md5(PACKED).hexdigest()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + article(1, "One"), "does not end with"),
        (HEAD + article(1, "One") + b"</PubmedArt", "does not end with"),
        (b"", ""),
        (HEAD.replace(b"utf-8", b"iso-8859-1") + TAIL, "iso-8859-1"),
        ((HEAD + TAIL).decode().encode("utf-16"), ""),
    ],
    ids=["no end", "half an end", "nothing", "latin-1", "utf-16"],
)
def test_a_text_that_is_not_a_whole_set(tmp_path: Path, text: bytes, said: str) -> None:
    assert said in _refused(_file(tmp_path, gzip.compress(text))).message


def test_another_files_md5(tmp_path: Path) -> None:
    assert "its sidecar says" in _refused(_file(tmp_path, PACKED, "0" * 32)).message


def test_what_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "LARGEST", len(TEXT) - 1)
    assert "unpacks to more" in _refused(_file(tmp_path, PACKED)).message


def test_a_record_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "LONGEST", 5_000)
    endless = HEAD + b"<PubmedArticle>" + b"a" * 20_000 + b"</PubmedArticle>" + TAIL
    assert "a record of more" in _refused(_file(tmp_path, gzip.compress(endless))).message
