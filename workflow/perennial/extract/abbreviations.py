"""Abbreviations: what the short forms of a text stand for, as the text itself says.

"Long form (SF)" and "SF (long form)" are found by the algorithm of Schwartz and Hearst (A
simple algorithm for identifying abbreviation definitions in biomedical text, Pacific Symposium
on Biocomputing 2003, 451-462): from its last letter to its first, each letter or digit of the
short form is sought backwards in the words before the bracket, and the first must begin a
word. Letters are compared folded, so that ``β`` may stand for ``beta``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from perennial.extract.fold import fold

# Sizes of the paper: a short form has two to ten characters in at most two words; the long form
# is sought in min(n + 5, 2 n) words, n being the characters of the short form.
SHORTEST, LONGEST, WORDS = 2, 10, 2
_BRACKETS = re.compile(r"\(([^()\[\]]+)\)|\[([^()\[\]]+)\]")
_ASIDE = re.compile(r"[;,] ")
# A long form does not go on from one sentence, or part of one, to the next.
_STOP = re.compile(r"[.?!;:]\s")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Definition:
    """``short`` stands for ``long``, which is ``text[start : start + len(long)]``."""

    short: str
    long: str
    start: int


def definitions(text: str) -> Iterator[Definition]:
    """The definitions in ``text``, in order."""
    for bracket in _BRACKETS.finditer(text):
        inside = bracket.start() + 1
        said = _ASIDE.split(text[inside : bracket.end() - 1])[0].strip()
        before = text[: bracket.start()].rstrip()
        if _is_short(said):
            found = _definition(said, text, 0, len(before))
        else:
            word = before.rpartition(" ")[2]
            whole = bracket.end() - 1
            found = _definition(word, text, inside, whole) if _is_short(word) else None
        if found:
            yield found


def _is_short(text: str) -> bool:
    fits = SHORTEST <= len(text) <= LONGEST and len(text.split()) <= WORDS
    return fits and text[0].isalnum() and any(c.isupper() for c in text)


def _definition(short: str, text: str, opening: int, end: int) -> Definition | None:
    """The long form of ``short`` that ends at ``end`` and begins at ``opening`` or later."""
    words = list(_WORD.finditer(text, opening, end))[-min(len(short) + 5, 2 * len(short)) :]
    if not words:
        return None
    start = _begin(short, text[words[0].start() : end])
    if start < 0:
        return None
    start += words[0].start()
    long = text[start:end]
    if len(long) <= len(short) or short in re.findall(r"[\w-]+", long) or _STOP.search(long):
        return None
    return Definition(short, long, start)


def abbreviates(short: str, long: str) -> bool:
    """``short`` may stand for the whole of ``long``, the words of which it does not repeat."""
    repeated = fold(long).bare.text.startswith(fold(short).bare.text)
    return len(short) < len(long) and not repeated and _begin(short, long) == 0


def _begin(short: str, before: str) -> int:
    """Where in ``before`` the long form begins that ends with it; -1 if there is none."""
    folded = fold(before)
    sought = [letter for letter in fold(short).text if letter.isalnum()]
    at = len(folded.text)
    for i, letter in reversed(list(enumerate(sought))):
        at = folded.text.rfind(letter, 0, at)
        while i == 0 and at > 0 and folded.text[at - 1].isalnum():
            at = folded.text.rfind(letter, 0, at)
        if at < 0:
            return -1
    return folded.origins[at]
