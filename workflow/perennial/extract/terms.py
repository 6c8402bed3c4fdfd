"""Terms: where the names of a vocabulary stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick

from perennial.extract.fold import HYPHENS, Folded, fold, without_hyphens

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


@dataclass(frozen=True, slots=True)
class Terms:
    """An automaton over folded names; its values are the aliases of that spelling."""

    automaton: Any


def key(text: str) -> str:
    """The spelling under which an alias is looked up."""
    return without_hyphens(fold(text)).text


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


def find(terms: Terms, source: str, folded: Folded) -> list[Mention]:
    """All mentions in ``source``, none overlapping, the longer preferred, in order."""
    if not len(terms.automaton):
        return []
    found = _candidates(terms, source, folded)
    return _longest(sorted(found, key=lambda m: (m.start - m.end, m.start)))


def _candidates(terms: Terms, source: str, folded: Folded) -> Iterator[Mention]:
    bare = without_hyphens(folded)
    for last, (length, aliases) in terms.automaton.iter(bare.text):
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
