"""Phrasing: sentence patterns written as data become regular expressions.

A pattern is a line of words over a *masked* sentence: tokens divided by one blank,
each mention of a factor a placeholder ``<F3>`` (``<L3>`` less of it, ``<G3>`` more of
it, ``<F3+>`` it in combination, ``<F3c>`` it being a cell), each recognised phrase a
placeholder such as ``<NAME>``. In a pattern,
``{name}`` stands for

* a slot that the pattern binds (the keys of its ``gives``): one or several factors,
* ``{F}``: one factor placeholder, ``{FC}``: one that is a cell, ``{FS}``: a list of them,
* a phrase list of the configuration, or a chunk's placeholder,
* ``{gap}``, ``{near}``, ``{far}``: some words in between. ``gap`` and ``near`` cross no
  punctuation, placeholder, conjunction or barrier word; ``far`` only no barrier.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perennial.errors import InputError

# A plus says that the factor acts together with another, a c that it is a cell.
ONE = r"<[FLG]\d+\+?c?>"
CELL = r"<[FLG]\d+\+?c>"
_UNIT = rf"{ONE}(?: / {ONE})*"
# "A, B and C"; a further ", or D" begins a new list, which a cue before A need not govern.
LIST = rf"{_UNIT}(?:(?: , {_UNIT})*(?: ,)? (?:and|or|nor|and/or|plus) {_UNIT})?"
MANY = rf"{LIST}(?:(?: ,)? (?:and|or) {LIST})*"
# Sizes of the three gaps in tokens, set on the acceptance abstracts: a larger gap binds
# cues to factors of the neighbouring clause.
GAP, NEAR, FAR = 6, 2, 12
_PIECE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Expansions by name: each value is a regular expression over tokens."""

    expansions: Mapping[str, str]


def phrases(
    lists: Mapping[str, Sequence[str]],
    chunks: Sequence[str],
    barriers: Sequence[str],
    conjunctions: Sequence[str],
) -> Phrases:
    """Expand ``lists`` in order; a list may use those before it. ``InputError`` if not."""
    known = {name: f"<{name}>" for name in chunks} | gaps(barriers, conjunctions)
    known |= {"F": ONE, "FC": CELL, "FS": LIST}
    for name, texts in lists.items():
        whole = [expand(text, known, f"phrases.{name}[{i}]") for i, text in enumerate(texts)]
        known[name] = f"(?:{'|'.join(whole)})"
    return Phrases(known)


def gaps(barriers: Sequence[str], conjunctions: Sequence[str]) -> dict[str, str]:
    """The three gaps; each includes the blank after every word it crosses."""
    stop = rf"(?!(?:{'|'.join(barriers)})(?!\S))"
    word = rf"(?!(?:{'|'.join([*barriers, *conjunctions])})(?!\S))[^\s<>,;:.()\[\]]+ "
    return {
        "gap": rf"(?:{word}){{0,{GAP}}}?",
        "near": rf"(?:{word}){{0,{NEAR}}}?",
        "far": rf"(?:{stop}[^\s;:.()]+ ){{0,{FAR}}}?",
    }


def expand(text: str, known: Mapping[str, str], path: str) -> str:
    """Replace each ``{name}``; a gap swallows the blank that follows it."""

    def replaced(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.isdigit():  # a repetition such as {2}
            return match.group()
        if name not in known:
            raise InputError(
                f"{path}: there is no phrase list, chunk or slot named {{{name}}}",
                hint=f"known names: {', '.join(sorted(known))}",
            )
        return known[name]

    closed = re.sub(r"(\{(?:gap|near|far)\}) ", r"\1", text)
    return _PIECE.sub(replaced, closed)


def compiled(expression: str, path: str) -> re.Pattern[str]:
    """Compile; a fault in ``expression`` is reported under its key ``path``."""
    try:
        return re.compile(expression)
    except re.error as fault:
        raise InputError(
            f"{path}: not a regular expression: {fault}", hint="write special characters as \\( "
        ) from fault


def over_tokens(
    text: str, known: Phrases, path: str, slots: Sequence[str] = (), names: str = MANY
) -> re.Pattern[str]:
    """The expression for ``text``, matching whole tokens and binding ``slots`` to ``names``."""
    bound = {slot: rf"(?P<{slot}>{names})" for slot in slots}
    inner = expand(text, {**known.expansions, **bound}, path)
    return compiled(rf"(?<!\S)(?:{inner})(?!\S)", path)


def any_of(texts: Sequence[str], known: Phrases, path: str) -> re.Pattern[str]:
    """One expression for a list, each member checked under its own index."""
    each = [over_tokens(text, known, f"{path}[{i}]").pattern for i, text in enumerate(texts)]
    return re.compile("|".join(each) or r"(?!)")
