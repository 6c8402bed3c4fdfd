"""Where a quote stands now: at its offsets, elsewhere in the study, or in words almost its own.

A text may be typeset anew, or a misprint mended. Then the words of the text are the new quote. What
counts as the same words is narrow, since one letter can turn a finding round: white space, dashes,
quotation marks and letter forms do not matter, and in a long quote two long words may differ by
one letter each, which is neither their first nor a capital or a digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from perennial.corrections.correction import Correction
from perennial.passage import Passage

LETTERS = 2  # words that may differ by a letter
LONG = 8  # words of a quote that may have such a word: one in four is another sentence
TELLING = 4  # words of a quote that is looked for elsewhere: fewer stand in many places
WORD = 5  # letters of a word that may be misprinted: of a shorter one, a letter makes another word

_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens, zero widths
_PLAIN = str.maketrans('‐‑‒–—―−‘’‚‛“”„‟"', "-" * 7 + "'" * 9)

Span = tuple[int, int]
Look = Callable[[str, str], Iterator[Span]]


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of a passage."""

    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """Its words."""
        return self.passage.text[self.start : self.end]


def anchor(row: Correction, passages: Mapping[str, Passage]) -> Spot | None:
    """Where the quote of a correction stands among the ``passages`` of its study, by section.

    First at its own offsets, then word for word, then nearly so; its own passage comes before the
    others, the place nearest to where it stood before those further off. None if it is nowhere, or
    if the row has no quote and its text has changed.
    """
    own = passages.get(row.section)
    if own and row.span and same_text(row, own) and _stands(row, own.text):
        return Spot(own, *row.span)
    words = len(re.findall(r"\w+", row.quote))
    others = [p for p in passages.values() if p is not own] if words >= TELLING else []
    for look in (exactly, nearly):
        for passage in [own, *others] if own else others:
            if spans := list(look(row.quote, passage.text)):
                return Spot(passage, *_nearest(spans, row.span))
    return None


def same_text(row: Correction, passage: Passage) -> bool:
    """Whether a passage reads as the reviewer had it before them, as far as the row tells."""
    return passage.sha256.startswith(row.text)


def exactly(quote: str, text: str) -> Iterator[Span]:
    """Where ``text`` has the quote, as whole words."""
    if quote:
        before = r"(?<!\w)" if quote[0].isalnum() else ""
        after = r"(?!\w)" if quote[-1].isalnum() else ""
        for match in re.finditer(before + re.escape(quote) + after, text):
            yield match.span()


def nearly(quote: str, text: str) -> Iterator[Span]:
    """Where ``text`` has the words of the quote; if it can, without a letter's difference."""
    sought, found = [token for token, _ in _tokens(quote)], _tokens(text)
    n = len(sought)
    allowed = LETTERS if n >= LONG else 0
    spans: dict[int, list[Span]] = {}
    for at in range(len(found) - n + 1 if n else 0):
        here = found[at : at + n]
        differing = _differing(sought, [token for token, _ in here], allowed)
        if differing <= allowed:
            spans.setdefault(differing, []).append((here[0][1][0], here[-1][1][1]))
    yield from spans[min(spans)] if spans else ()


def _tokens(text: str) -> list[tuple[str, Span]]:
    """Words and signs with their offsets; a hyphen between letters parts words as a blank does."""
    shown = _UNSEEN.sub("\x00", text)  # keeps every offset
    joined = re.compile(r"(?:\w|(?<=\w)\x00(?=\w))+|[^\w\s\x00]")
    tokens = [(_plain(match[0]), match.span()) for match in joined.finditer(shown)]
    return [pair for pair in tokens if pair[0] != "-" or not _between_letters(text, pair[1][0])]


def _plain(token: str) -> str:
    return unicodedata.normalize("NFKC", token.replace("\x00", "")).translate(_PLAIN)


def _between_letters(text: str, at: int) -> bool:
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and around.isalpha()


def _differing(sought: list[str], here: list[str], allowed: int) -> int:
    """How many words differ by a letter; more than ``allowed`` if they differ in another way."""
    count = 0
    for one, two in zip(sought, here, strict=True):
        if one != two:
            count += 1 if _misprint(one, two) else allowed + 1
            if count > allowed:
                break
    return count


def _misprint(one: str, two: str) -> bool:
    """Whether two long words, spelled out in small letters, differ by one letter inside."""
    if min(len(one), len(two)) < WORD or not (one[1:] + two[1:]).isalpha() or one[0] != two[0]:
        return False
    if not (one[1:].islower() and two[1:].islower()):
        return False
    short, long = sorted((one, two), key=len)
    pairs = enumerate(zip(short, long, strict=False))
    same = next((i for i, (a, b) in pairs if a != b), len(short))
    return long[same + 1 :] == short[same + (len(short) == len(long)) :]


def _stands(row: Correction, text: str) -> bool:
    start, end = row.span or (0, 0)
    inside = end <= len(text)
    return inside and (not row.quote or row.quote.split() == text[start:end].split())


def _nearest(spans: list[Span], before: Span | None) -> Span:
    return min(spans, key=lambda span: (abs(span[0] - before[0]) if before else 0, span))
