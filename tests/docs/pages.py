"""The pages that people read, and the blocks and tables in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "config").rglob("*.md")), *DOCS]


class Block(NamedTuple):
    """A fenced block; ``line`` is that of its first line, from 1."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    """The fenced blocks of a page in these languages."""
    text = page.read_text("utf-8")
    found = re.finditer(r"^```([^\s`]+)[^\n]*\n(.*?)^```$", text, re.M | re.S)
    return [
        Block(page, text.count("\n", 0, match.start(2)) + 1, match[1], match[2])
        for match in found
        if match[1] in languages
    ]


def sections(text: str) -> dict[str, str]:
    """What stands under each heading of the second level."""
    parts = re.split(r"^## (.+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> Iterator[dict[str, str]]:
    """The rows of the tables in ``text``, by the heads of their columns."""
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        head, _, *lines = [[c.strip() for c in t[1:-1].split("|")] for t in table.splitlines()]
        yield from (dict(zip(head, line, strict=True)) for line in lines)
