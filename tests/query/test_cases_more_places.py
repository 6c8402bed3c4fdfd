"""Every invalid query told at its line and column of screening.yaml, however YAML writes it.

A query is laid into the file in each style; where a blank can become a line break, it is also
broken there. What the place must be follows from the layout, not from the code under test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from perennial import config
from perennial.errors import InputError
from perennial.query import QueryError
from perennial.screen import load_criteria
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

CASES = Path(__file__).parent / "cases"
INVALID = YAML(typ="safe").load((CASES / "invalid.yaml").read_text(encoding="utf-8"))
TOLD = [case for case in INVALID if case["ask"].strip()]  # the schema refuses an empty one
HEAD = "criteria:\n  - id: A1\n    action: exclude\n    label: one\n    reason: one\n    query:"
LINE = HEAD.count("\n") + 1
Layout = tuple[str, int, int]  # what follows "query:", and the line and column of the fault


def breakable(text: str) -> int:
    """The offset of a blank that may become a line break, -1 if there is none."""
    found = re.search(r"(?<=[^\s:]) (?=[^\s#&*!|>%@`-])", text)
    return found.start() if found else -1


def place(text: str, at: int, line: int, column: int, indent: int, broken: int) -> tuple[int, int]:
    """Where ``at`` comes to stand if ``text`` begins at a place and is broken at a blank."""
    if 0 <= broken < at:
        return line + 1, indent + at - broken - 1
    return line, column + at


def block(text: str, at: int, style: str, broken: int = -1) -> Layout:
    whole = text if broken < 0 else f"{text[:broken]}\n      {text[broken + 1 :]}"
    return f" {style}\n      {whole}\n", *place(text, at, LINE + 1, 7, 7, broken)


def quoted(text: str, at: int, sign: str, written: str, broken: int = -1) -> Layout:
    """``sign`` is written ``written`` within quotation marks of that kind."""

    def escaped(piece: str) -> str:
        return (piece.replace("\\", "\\\\") if sign == '"' else piece).replace(sign, written)

    column = 5 + len("query: ") + len(sign)
    if broken < 0:
        return f" {sign}{escaped(text)}{sign}\n", LINE, column + len(escaped(text[:at]))
    first, second = text[:broken], text[broken + 1 :]
    laid = f" {sign}{escaped(first)}\n      {escaped(second)}{sign}\n"
    if at > broken:
        return laid, LINE + 1, 7 + len(escaped(text[broken + 1 : at]))
    return laid, LINE, column + len(escaped(text[:at]))


def plain(text: str, at: int, broken: int = -1) -> Layout:
    whole = text if broken < 0 else f"{text[:broken]}\n      {text[broken + 1 :]}"
    return f" {whole}\n", *place(text, at, LINE, 5 + len("query: "), 7, broken)


def layouts(text: str, at: int) -> Iterator[tuple[str, Layout]]:
    broken = breakable(text)
    yield "literal", block(text, at, "|")
    yield "folded", block(text, at, ">-")
    yield "commented", block(text, at, "|-  # a remark")
    yield "indented", (f" |2\n      {text}\n", LINE + 1, 7 + at)
    yield "double", quoted(text, at, '"', '\\"')
    yield "single", quoted(text, at, "'", "''")
    yield "plain", plain(text, at)
    yield "anchored", (f" &q |\n      {text}\n", LINE + 1, 7 + at)
    if broken > 0:
        yield "literal broken", block(text, at, "|", broken)
        yield "folded broken", block(text, at, ">-", broken)
        yield "double broken", quoted(text, at, '"', '\\"', broken)
        yield "single broken", quoted(text, at, "'", "''", broken)
        yield "plain broken", plain(text, at, broken)


def written(case: dict[str, Any], laid: str) -> str:
    blocks = "".join(f"  {name}: '{text}'\n" for name, text in case.get("blocks", {}).items())
    return f"{HEAD}{laid}" + (f"blocks:\n{blocks}" if blocks else "")


def says_the_same(text: str, wanted: str) -> bool:
    """Whether YAML reads the query back, white space apart: not all can be written plain."""
    try:
        read = YAML(typ="safe").load(text)["criteria"][0]["query"]
    except (YAMLError, KeyError):
        return False
    return isinstance(read, str) and " ".join(read.split()) == " ".join(wanted.split())


TRIED = [
    pytest.param(case, text, line, column, id=f"{style}:{case['ask']!r}")
    for case in TOLD
    for style, (laid, line, column) in layouts(case["ask"], case["at"])
    if says_the_same(text := written(case, laid), case["ask"])
]


def test_there_are_enough() -> None:
    assert len(INVALID) >= 75
    styles = {str(param.id).partition(":")[0] for param in TRIED}
    assert len(styles) == 13
    assert len(TRIED) >= 10 * len(TOLD)


@pytest.mark.parametrize(("case", "text", "line", "column"), TRIED)
def test_line_and_column(
    tmp_path: Path, case: dict[str, Any], text: str, line: int, column: int
) -> None:
    path = tmp_path / "screening.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_criteria(config.load(path, "screening"))
    error = caught.value
    assert error.message.startswith("criteria.0.query: ")
    assert re.search(case["says"].replace("[", r"\["), error.message), error.message
    assert str(error.place) == f"{path}:{line}:{column}"


@pytest.mark.parametrize(
    ("laid", "offset", "line", "column"),
    [
        (' "a\\u00e9\\tb\\x41 X"', 6, 0, 28),
        (' "one\\\n      two X"', 7, 1, 11),
        (' "one\\n\\n  X"', 7, 0, 22),
        (" 'it''s X'", 5, 0, 19),
        (" >\n      one\n\n\n      two X\n", 9, 4, 11),
        (" >\n      one\n        more\n      X\n", 11, 3, 7),
        (" |+\n\n      one X\n\n", 5, 2, 11),
        (" one\n\n      two\n      X\n", 8, 3, 7),
        (" “é” X\n", 4, 0, 16),
        (" >-\r\n      one\r\n      X\r\n", 4, 2, 7),
    ],
)
def test_every_way_to_write_white_space(
    tmp_path: Path, laid: str, offset: int, line: int, column: int
) -> None:
    path = tmp_path / "screening.yaml"
    path.write_bytes((HEAD + laid).encode())
    read = config.load(path, "screening")
    assert read["criteria"][0]["query"][offset] == "X"
    error = config.misread(read, QueryError("x", offset), "criteria", 0, "query")
    assert (error.place.line, error.place.column) == (LINE + line, column)


def test_a_block_and_the_end_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "screening.yaml"
    path.write_text(f"blocks:\n  a: >-\n    x[ti] OR\n    (y[ti]\n{HEAD} x[ti]\n")
    with pytest.raises(InputError) as caught:
        load_criteria(config.load(path, "screening"))
    assert str(caught.value.place) == f"{path}:4:5"
    read = config.load(path, "screening")
    end = len(read["blocks"]["a"])
    assert config.misread(read, QueryError("x", end), "blocks", "a").place.column == 11


def test_a_long_message_is_shortened(tmp_path: Path) -> None:
    path = tmp_path / "screening.yaml"
    path.write_text(f"{HEAD} abc*{'d' * 50_000}[ti]\n")
    with pytest.raises(InputError) as caught:
        load_criteria(config.load(path, "screening"))
    assert len(caught.value.message) < 1_000
    assert "fewer than 4" in caught.value.message
