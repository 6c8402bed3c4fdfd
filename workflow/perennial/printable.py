"""Text that nobody vouches for, made fit for a terminal, a sheet, or Markdown.

A title may hold an escape sequence that moves the cursor, or marks that turn the direction of
what follows; neither reaches a screen.
"""

from __future__ import annotations

import re
import unicodedata

# Controls, invisible formats, surrogates, private use, line and paragraph separators.
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_NO_SIGNS = "\ufffe\uffff"  # no XML text, and so no sheet, can hold them


def printable(text: str) -> str:
    """The text with a blank for every character that acts instead of showing; offsets stay."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    acts = unicodedata.category(sign) in _UNPRINTED or sign in _NO_SIGNS
    return " " if acts else sign


# Control characters, which move a terminal's cursor or colour it; line ends; characters that
# turn the reading direction (Unicode TR36) or take no room; halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"[\s\x0b\x0c\x85\u2028\u2029]")


def plain(text: str) -> str:
    """One line in which each character that cannot be seen is written ``[U+202E]``."""
    return _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", _BLANKS.sub(" ", text))


def clip(text: str, longest: int) -> str:
    """``text``, cut to so many characters with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def code(text: str, longest: int = 160) -> str:
    """A Markdown code span: in it nothing is a tag, a link, a mention or an emphasis.

    Grave accents become apostrophes, and a bar is escaped, so that it also holds in a table.
    """
    shown = clip(plain(text).strip(), longest).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`" if shown else "(nothing)"
