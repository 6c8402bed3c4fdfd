"""Extraction study by study: what was drawn from a text is not drawn from it again.

Only what the built-in extractor draws is remembered: another may follow a model or a server,
of which nobody here can say whether it is still the same.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from perennial.canonical import typed
from perennial.extract import Extractor, Thrown, Unread, Vocabulary, gate
from perennial.memo import Memo, key
from perennial.passage import Passage, Statement
from perennial.sources import made_by


@dataclass(frozen=True, slots=True)
class Yield:
    """What one study gave: statements, those thrown out, and what was not drawn."""

    kept: tuple[Statement, ...]
    thrown: tuple[Thrown, ...]
    unread: tuple[Unread, ...]


class Drawing:
    """An extractor with its vocabulary. ``said`` is the vocabulary as text, "" to forget all.

    ``words`` compiles it, which takes seconds, and is called for a text that is not remembered.
    """

    def __init__(
        self, draw: Extractor, words: Callable[[], Vocabulary], said: str, memo: Memo
    ) -> None:
        self._draw, self._words = draw, words
        self._memo = memo if said else Memo()
        ours = made_by("perennial.extract", "nupunkt", "pyahocorasick") if said else ""
        self._made_of = key("drawn", ours, made_by("perennial.parted.studies"), said)

    def study(self, texts: Sequence[Passage], title: str, kinds: Sequence[str]) -> Yield:
        """Draw from the passages of one study, given its title and publication types."""
        here = key(self._made_of, title, repr(tuple(kinds)), repr(tuple(texts)))
        kept = self._memo.recall(here)
        if kept is not None:
            told: Yield = typed(json.loads(kept), Yield)
            return told
        words = self._words()
        drawn = self._draw(texts, words, title=title, publication_types=kinds)
        passed, out = gate(drawn.statements, texts, words)
        found = Yield(tuple(passed), tuple(out), drawn.unread)
        self._memo.keep(here, json.dumps(dataclasses.asdict(found)).encode())
        return found
