"""The expression that finds words lets through all that is sought, and of the rest little."""

from __future__ import annotations

import random

import pytest
from perennial.query.beginnings import beginning

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789αβ"


def word(chance: random.Random, most: int) -> str:
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, most)))


# So many that 16, 4 and 2 letters of each are compared, and at last none.
@pytest.mark.parametrize("count", [1, 30, 900, 1_500, 30_000])
@pytest.mark.parametrize("shared", ["", "abcd", "a" * 40])
def test_what_is_sought_is_found(count: int, shared: str) -> None:
    chance = random.Random(count)
    words = [shared + word(chance, 6) for _ in range(count)]
    stems = [shared + word(chance, 20) for _ in range(count // 2)]
    within = beginning(words, stems)
    row = [*words, *(stem + "s" for stem in stems), *stems]
    chance.shuffle(row)
    text = "".join(" " * chance.randint(1, 3) + one for one in row) + " "
    assert [match[0][1:] for match in within(text)] == row
    assert all(text[match.start()] == " " == text[match.end()] for match in within(text))


def test_little_else_is_found() -> None:
    within = beginning(["cell", "ab"], ["fibr"])
    found = [match[0] for match in within(" cells cell abc ab ce fibr fibres fib afibres ")]
    assert found == [" cell", " ab", " fibr", " fibres"]
