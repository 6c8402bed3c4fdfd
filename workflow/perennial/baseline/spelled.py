r"""How a word may stand in the bytes of a file: plainly, or spelled so that no search finds it.

A query folds what it compares, so ``dor<i>m</i>ant``, ``dor&#109;ant`` and ``dórmant`` all hold
the letters of one word. Let a *sign* be what stands in a word and is not one plain letter or
digit: inline markup, a character reference, a character beyond ASCII that folds to letters or
to nothing. A word sought either has no sign in it, or

* it has a reference (``REFERENCE``) or markup between letters (``markup_within``), or two
  characters beyond ASCII (``behind``): rare enough to look at any record that has one;
* or it has one character beyond ASCII, which stands for some letters in a row. Then its first
  half is plain (``one_sign``), or its last half (``behind``), or the character stands for
  several letters across the middle (``one_sign``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from perennial.query.words import fold
from perennial.text import clean

INLINE = rb"</?(?:i|b|u|su[bp])\s*/?>"  # what NLM's DTD of 2026 allows inside text, but MathML
_PLAIN = rb"[0-9A-Za-z]"

# Characters that end no word, in UTF-8: all beyond ASCII but signs and spaces that queries read
# as a blank; and DEL, which is dropped. Too many do no harm, one too few would.
BEYOND = (
    rb"(?:\x7f|\xc2[\x80-\x9f\xa8\xaa\xad\xaf\xb2-\xb5\xb8-\xba\xbc-\xbe]|[\xc3-\xdf][\x80-\xbf]"
    rb"|\xe2(?:\x80[\x8b-\x8f\xaa-\xae]|\x81[\xa0-\xbf]|[\x82-\x87\x8c-\xbf][\x80-\xbf])"
    rb"|[\xe0\xe1\xe3-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
)

REFERENCE = rb"&#"
MATHEMATICS = rb"[:<]math[\s>/]"  # white space between its letters is layout
UNREAD = rb"<(?:annotation|graphic|inline-graphic|media|object-id)"  # as text.plain leaves out


def markup_within(digits: bool) -> bytes:
    """Inline markup inside a word; with ``digits`` inside CO2 too."""
    letter = rb"[0-9A-Za-z\x7f-\xff]" if digits else rb"[A-Za-z\x7f-\xff]"
    return letter + rb"(?:" + INLINE + rb")+" + letter


def one_sign(letters: str) -> tuple[bytes, ...]:
    """Patterns for a word with one character beyond ASCII behind its first half, or across it.

    Where that character comes before, the word's ``rest`` is plain, and ``behind`` finds it.
    """
    half = len(letters) - len(rest(letters))
    across = [
        letters[:start] + "{}" + letters[end:]
        for start in range(half)
        for end in range(half + 1, len(letters) + 1)
        if letters[start:end] in _pieces()
    ]
    first = letters[:half].encode() + _beginnings(letters[half:-1]) + BEYOND
    return first, *(BEYOND.join(map(str.encode, one.split("{}"))) for one in across)


def _beginnings(letters: str) -> bytes:
    """Matches any of the beginnings of ``letters``, the empty one too."""
    return b"".join(b"(?:" + letter.encode() for letter in letters) + b")?" * len(letters)


def rest(letters: str) -> str:
    """The last half of a word."""
    return letters[(len(letters) + 1) // 2 :]


def behind(ends: Iterable[str]) -> bytes:
    """A character beyond ASCII, and in the same word another or any of ``ends``."""
    ways = [BEYOND, *map(str.encode, sorted(set(ends)))]
    return BEYOND + _PLAIN + rb"*(?:" + rb"|".join(ways) + rb")"


@cache
def _pieces() -> frozenset[str]:
    """What single characters may put into a word at once: fi, ae, beta, and parts of them."""
    folded = {fold(clean(chr(code))).text for code in range(0x80, 0x20000) if _is_known(code)}
    words = {word for text in folded for word in text.split() if word.isascii()}
    return frozenset(
        word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 2, len(word) + 1)
    )


def _is_known(code: int) -> bool:
    """Whether a character may fold to several letters: past these planes none does."""
    character = chr(code)
    named = code < 0x400  # Greek, and Latin letters with a stroke
    return named or len(character.casefold()) > 1 or bool(unicodedata.decomposition(character))
