"""Terms: where the names of a vocabulary stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ahocorasick

from perennial.extract.fold import HYPHENS, Folded, fold

# What a name means that in this document means something outside the vocabulary.
NOTHING = ("",)
_NO_HYPHENS = str.maketrans("", "", HYPHENS)


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for ``ids``; one shared with other ids counts only as its conditions allow.

    ``exact`` asks for the letters' case as written; ``when`` must, ``unless`` must not,
    be found in the folded sentence.
    """

    text: str
    ids: tuple[str, ...]
    exact: bool = False
    when: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """``source[start:end]`` names ``ids``."""

    start: int
    end: int
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """An automaton over folded names; its values are the aliases of that spelling.

    ``own`` is another, of what names mean in one document whatever they mean elsewhere.
    """

    automaton: Any
    own: Any = None

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """All that each id is called."""
        found: dict[str, list[str]] = {}
        for _, aliases in self.automaton.values():
            for alias in aliases:
                for name in alias.ids:
                    found.setdefault(name, []).append(alias.text)
        return found

    def called(self, text: str) -> list[Alias]:
        """The aliases of that spelling, the plural's too."""
        spellings = {key(text), key(text).removesuffix("s")}
        return [a for each in sorted(spellings) for a in self.automaton.get(each, (0, ()))[1]]


def key(text: str) -> str:
    """The spelling under which an alias is looked up."""
    return fold(text).bare.text


def build(aliases: Iterable[Alias]) -> Terms:
    """Make an automaton of ``aliases``; an empty vocabulary finds nothing."""
    spellings: dict[str, list[Alias]] = {}
    for alias in aliases:
        spellings.setdefault(key(alias.text), []).append(alias)
    automaton = ahocorasick.Automaton()
    for spelling, same in spellings.items():
        automaton.add_word(spelling, (len(spelling), tuple(same)))
    automaton.make_automaton()
    return Terms(automaton)


def ids(terms: Terms) -> list[str]:
    """Every id that a name stands for, in the order of the alphabet."""
    held = terms.automaton.values() if len(terms.automaton) else ()
    return sorted({id_ for _, same in held for alias in same for id_ in alias.ids})


def find(terms: Terms, source: str, folded: Folded) -> list[Mention]:
    """All mentions in ``source``, none overlapping, the longer preferred, in order."""
    own = list(_candidates(terms.own, source, folded))
    settled = {(mention.start, mention.end) for mention in own}
    common = _candidates(terms.automaton, source, folded)
    found = [*own, *(m for m in common if (m.start, m.end) not in settled)]
    longest = _longest(sorted(found, key=lambda m: (m.start - m.end, m.start)))
    return [mention for mention in longest if mention.ids != NOTHING]


def _candidates(automaton: Any, source: str, folded: Folded) -> Iterator[Mention]:
    if not automaton:
        return
    bare = folded.bare
    for last, (length, aliases) in automaton.iter(bare.text):
        start, end = bare.origins[last - length + 1], bare.origins[last] + 1
        end = _bounded(source, start, end)
        ids = _settle(aliases, source[start:end], folded.text) if end else ()
        if ids:
            yield Mention(start, end, ids)


def _bounded(source: str, start: int, end: int) -> int:
    """The end of the whole word, a plural s included; 0 if this is part of another word."""
    if start and source[start - 1].isalnum():
        return 0
    if not source[end : end + 1].isalnum():
        return end
    plural = source[end] == "s" and not source[end + 1 : end + 2].isalnum()
    return end + 1 if plural else 0


def _settle(aliases: tuple[Alias, ...], written: str, sentence: str) -> tuple[str, ...]:
    """The ids that the sentence allows; none if it allows two rival readings."""
    readings = {alias.ids for alias in aliases if _allowed(alias, written, sentence)}
    return readings.pop() if len(readings) == 1 else ()


def _allowed(alias: Alias, written: str, sentence: str) -> bool:
    if alias.exact and not _same_letters(alias.text, written):
        return False
    if alias.when and not alias.when.search(sentence):
        return False
    return not (alias.unless and alias.unless.search(sentence))


def _same_letters(text: str, written: str) -> bool:
    bare = written.translate(_NO_HYPHENS)
    return text.translate(_NO_HYPHENS) in (bare, bare.removesuffix("s"))


def _longest(candidates: list[Mention]) -> list[Mention]:
    taken: list[Mention] = []
    for mention in candidates:
        if all(mention.end <= other.start or other.end <= mention.start for other in taken):
            taken.append(mention)
    return sorted(taken, key=lambda m: m.start)
