"""Spelling: British and American forms that a query looks for as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

from perennial.errors import InputError, Place
from perennial.query.words import forms

_HEADER = "british\tamerican"
_SHORTEST_FORM = 3  # letters of a pair: “ae” and “e” would meet in every other word
# Letters of a spelling, up to its first asterisk: as PubMed has it for truncation. With it “haem”
# does not become “hem”, nor “four” “for”; nor does “haem*” find the hemisphere.
_SHORTEST_WORD = 4
_MOST = 16  # spellings of one word; four places that differ, more than any real word has


class Spelling:
    """Pairs of spellings, each a word or a part of words; both are looked for where one stands."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)

    @classmethod
    def load(cls, path: str | Path) -> Spelling:
        """Read a table of two columns, ``british`` and ``american``, with tabs between them.

        InputError with file and line for anything else, for a form that is not letters
        alone, is shorter than three or stands in another row, and for twins.
        """
        lines = _lines(Path(path))
        if not lines or lines[0] != _HEADER:
            place = Place(str(path), 1)
            raise InputError("the header is missing", place, "british, a tab, american")
        seen: dict[str, int] = {}
        rows = [(number, line) for number, line in enumerate(lines[1:], 2) if line.strip()]
        return cls([_pair(line, Place(str(path), number), seen) for number, line in rows])

    def of(self, word: str) -> str:
        """The spellings of a word of a query, folded, its ``*`` kept: ``|`` between them.

        ValueError if there are more than 16.
        """
        found = [word]
        for british, american in self._pairs:
            if british in word or american in word:
                found = list(dict.fromkeys(_both(found, british, american)))
        return "|".join(sorted(one for one in found if one == word or _is_long(one, word)))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", Place(str(path))) from None


def _pair(line: str, place: Place, seen: dict[str, int]) -> tuple[str, str]:
    cells = line.split("\t")
    if len(cells) != 2:
        raise InputError(f"{len(cells)} cells in place of two", place, "british, a tab, american")
    british, american = (_form(cell, place) for cell in cells)
    if british == american:
        raise InputError(f"{british!r} is both spellings of the pair", place, "drop the row")
    for form in (british, american):
        if seen.setdefault(form, place.line) != place.line:
            raise InputError(f"{form!r} stands in line {seen[form]} too", place, "once is enough")
    return british, american


def _form(cell: str, place: Place) -> str:
    words = forms(cell)
    if len(words) != 1 or not cell.strip().isalpha() or len(words[0]) < _SHORTEST_FORM:
        hint = f"letters alone, {_SHORTEST_FORM} or more: a word, or a part of words"
        raise InputError(f"{cell!r} is no spelling", place, hint)
    return words[0]


def _both(words: Sequence[str], british: str, american: str) -> Iterable[str]:
    """Each of ``words`` with either form wherever one of the two stands."""
    # The longer first, since the shorter may be a part of it.
    longer, shorter = sorted((british, american), key=len, reverse=True)
    either = re.compile(f"{longer}|{shorter}")
    for word in words:
        kept = either.split(word)
        if len(words) * 2 ** (len(kept) - 1) > _MOST:
            raise ValueError(word)
        for chosen in product((british, american), repeat=len(kept) - 1):
            yield "".join(a + b for a, b in zip(kept, (*chosen, ""), strict=True))


def _is_long(spelling: str, word: str) -> bool:
    return min(len(one.partition("*")[0]) for one in (spelling, word)) >= _SHORTEST_WORD
