"""Two texts side by side, as lines that are in one, in the other or in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2  # lines shown before and after one that differs
MOST = 400  # lines of a difference that are shown


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number in either text, 0 where it does not stand.

    ``kind``: ``same``, ``theirs`` (in the first text alone), ``yours`` (in the second alone), or
    ``gap`` for lines in both that are left out.
    """

    kind: str
    theirs: int
    yours: int
    text: str


def contrast(theirs: str, yours: str) -> tuple[Line, ...]:
    """The lines that differ between two texts, with some around them; nothing if none does."""
    old, new = theirs.splitlines(), yours.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    lines = (line for group in groups for line in (*_group(group, old, new), Line("gap", 0, 0, "")))
    found = [line for line, _ in zip(lines, range(MOST), strict=False)]
    return tuple(found[:-1] if found and found[-1].kind == "gap" else found)


def _group(
    group: Sequence[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str]
) -> Iterator[Line]:
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            yield from (Line("same", i + 1, j1 + i - i1 + 1, old[i]) for i in range(i1, i2))
        else:
            yield from (Line("theirs", i + 1, 0, old[i]) for i in range(i1, i2))
            yield from (Line("yours", 0, j + 1, new[j]) for j in range(j1, j2))
