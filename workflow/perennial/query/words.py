"""Words: how text is folded and cut before anything is compared.

Case and diacritics are folded, Greek letters become their names (``β`` is ``beta``),
compatibility forms their plain letters (``₂`` is ``2``). A word is a run of letters
and digits; hyphens, dashes, apostrophes and all other signs end it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"[^ ]+")  # of what is folded already
_PATTERN = re.compile(r"(?:[^\W_]|\*)+")

# Latin letters with a stroke or ligature, which Unicode does not decompose.
_STROKED = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
_STROKED["ı"] = "i"


def _greek() -> dict[str, str]:
    letters = [chr(code) for code in range(ord("α"), ord("ω") + 1)]
    names = {c: unicodedata.name(c).rsplit(" ", 1)[-1].lower() for c in letters}
    return names | {"λ": "lambda"}  # Unicode spells it "lamda"


_PLAIN = _greek() | _STROKED


@cache
def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.casefold()).casefold()
    # Marks, soft hyphens and zero-width signs vanish, so that the word goes on.
    kept = (c for c in decomposed if unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf"))
    return "".join(_PLAIN.get(c, c) for c in kept)


@cache
def _fold_sign(character: str) -> str:
    """A character beyond ASCII as it stands in a folded text: what is in no word is a blank."""
    return "".join(c if c.isalnum() else " " for c in _fold_character(character))


# What each character of ASCII is in a folded text, by its code.
_ASCII = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128)).encode()
_ASCII += bytes(128)

_STRAIGHT: tuple[int, ...] = ()  # no offset falls short


@dataclass(slots=True)
class Folded:
    """A text folded: words in small plain letters, one blank for each sign between them.

    ``at`` and ``shift`` say by how much an offset into ``text`` falls short of the offset
    into the text as given, from the first to the next of ``at`` on; empty if never.
    """

    text: str
    at: Sequence[int]
    shift: Sequence[int]

    def origin(self, offset: int) -> int:
        """The offset in the text as given of the character folded to ``text[offset]``."""
        place = bisect_right(self.at, offset)
        return offset + self.shift[place - 1] if place else offset

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text as given that ``text[start:end]`` was folded from.

        Up to the next letter's origin, so that marks that fold away stay inside the word.
        """
        place = bisect_right(self.at, start)
        if place == len(self.at) or self.at[place] > end:  # as a rule nothing shifts in a word
            shift = self.shift[place - 1] if place else 0
            return start + shift, end + shift
        return self.origin(start), max(self.origin(end), self.origin(end - 1) + 1)


def fold(text: str) -> Folded:
    """Fold ``text`` character by character; as a rule most stand where they stood."""
    plain = text.encode("ascii", "replace")  # one ? for each character beyond
    folded = plain.translate(_ASCII).decode("ascii")
    if text.isascii():
        return Folded(folded, _STRAIGHT, _STRAIGHT)
    pieces: list[str] = []
    at: list[int] = []
    shift: list[int] = []
    done = behind = 0  # behind: by how much the offset in the folded text falls short
    for start in _each(b"?", plain):
        letters = _fold_sign(text[start])
        if letters == " ":
            continue
        pieces += folded[done:start], letters
        done = start + 1
        if len(letters) != 1:
            # Each further letter still stands for this character, and then comes the next.
            here, count = start - behind, len(letters)
            at += range(here + 1, here + count + 1) if letters else (here,)
            shift += range(behind - 1, behind - count, -1)
            behind += 1 - count
            shift.append(behind)
    pieces.append(folded[done:])
    return Folded("".join(pieces), at, shift)


def _each(sign: bytes, text: bytes) -> Iterator[int]:
    """Where ``sign`` stands: no regular expression finds it as fast."""
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded: ``text[starts[i]:ends[i]]`` reads as ``forms[i]``."""

    forms: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


def words(text: str) -> Words:
    """Cut ``text`` into words; offsets are those of the text as given."""
    folded = fold(text)
    spans = [match.span() for match in _WORD.finditer(folded.text)]
    given = [folded.stretch(start, end) for start, end in spans]
    return Words(
        tuple([folded.text[start:end] for start, end in spans]),
        tuple([start for start, _ in given]),
        tuple([end for _, end in given]),
    )


def forms(text: str) -> tuple[str, ...]:
    """The words of ``text``, folded."""
    return tuple(fold(text).text.split())


def patterns(text: str) -> tuple[str, ...]:
    """The words of a search term, folded as in ``words``, with their ``*`` kept."""
    return tuple(_PATTERN.findall("".join(_fold_character(character) for character in text)))


def key(text: str) -> str:
    """A whole value as it is compared: its words, folded, one blank between."""
    return " ".join(fold(text).text.split())


def matches(pattern: str, word: str) -> bool:
    """Whether a word is one of the spellings of ``pattern``, ``|`` between them, ``*`` in them.

    The first place that fits each piece is the best, so many asterisks cost no more than one.
    """
    if "|" in pattern:
        return any(matches(spelling, word) for spelling in pattern.split("|"))
    if "*" not in pattern:
        return pattern == word
    stem, *pieces = pattern.split("*")
    if not word.startswith(stem):
        return False
    at, last = len(stem), pieces.pop()
    for piece in pieces:
        found = word.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(word) - len(last) >= at and word.endswith(last)
