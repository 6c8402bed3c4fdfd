"""Words: how text is folded and cut before anything is compared.

Case and diacritics are folded, Greek letters become their names (``β`` is ``beta``),
compatibility forms their plain letters (``₂`` is ``2``). A word is a run of letters
and digits; hyphens, dashes, apostrophes and all other signs end it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"[^\W_]+")
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


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded: ``text[starts[i]:ends[i]]`` reads as ``forms[i]``."""

    forms: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


def words(text: str) -> Words:
    """Cut ``text`` into words; offsets are those of the text as given."""
    if text.isascii():
        lowered = text.lower()
        spans = [match.span() for match in _WORD.finditer(lowered)]
        forms = tuple([lowered[start:end] for start, end in spans])
        return Words(forms, tuple([s for s, _ in spans]), tuple([e for _, e in spans]))
    return _words_beyond_ascii(text)


def _words_beyond_ascii(text: str) -> Words:
    folded = [_fold_character(character) for character in text]
    origin = [i for i, letters in enumerate(folded) for _ in letters] + [len(text)]
    whole = "".join(folded)
    spans = [match.span() for match in _WORD.finditer(whole)]
    return Words(
        tuple([whole[start:end] for start, end in spans]),
        tuple([origin[start] for start, _ in spans]),
        # Up to the next letter's origin, so that marks that fold away stay inside the word.
        tuple([max(origin[end], origin[end - 1] + 1) for _, end in spans]),
    )


def patterns(text: str) -> tuple[str, ...]:
    """The words of a search term, folded as in ``words``, with their ``*`` kept."""
    return tuple(_PATTERN.findall("".join(_fold_character(character) for character in text)))


def key(text: str) -> str:
    """A whole value as it is compared: its words, folded, one blank between."""
    return " ".join(words(text).forms)
