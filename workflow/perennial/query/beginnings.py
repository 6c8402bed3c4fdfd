"""One regular expression for the words that begin with any of many stems.

Of the words of a text few are sought. What passes here is looked up by whoever asks, so this
need not be exact: it must let everything sought through, and little else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

# Letters of a stem that are compared, the most first; and stems beyond which fewer letters must
# do: what a text costs and what compiling costs both grow with the branches.
_LETTERS = (16, 4, 2)
_MOST = 1_000
_END = ""  # in a trie: a whole word may end here
_MORE = "*"  # in a trie: anything may follow

Trie = dict[str, Any]


def beginning(
    words: Iterable[str], stems: Iterable[str]
) -> Callable[[str], Iterator[re.Match[str]]]:
    """What finds the words of a folded text, a blank before and behind it, that may be sought.

    ``words`` are sought as they are and ``stems`` with anything behind. A match is of a blank and
    a whole word.
    """
    asked = [(word, _END) for word in words] + [(stem, _MORE) for stem in stems]
    for most in _LETTERS:
        cut = {(one[:most], _MORE if len(one) > most else end) for one, end in asked}
        if len(cut) <= _MOST:
            return re.compile(f" {_pattern(_trie(sorted(cut)))}[^ ]*").finditer
    return re.compile(" [^ ]+").finditer


def _trie(asked: Iterable[tuple[str, str]]) -> Trie:
    root: Trie = {}
    for word, end in asked:
        at = root
        for letter in word:
            at = at.setdefault(letter, {})
        at[end] = {}
    return root


def _pattern(trie: Trie) -> str:
    if _MORE in trie:
        return ""
    ways = [re.escape(letter) + _pattern(below) for letter, below in trie.items() if letter]
    ways += ["(?= )"] if _END in trie else []
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
