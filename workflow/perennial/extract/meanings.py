"""Meanings: what names mean in one document, by the abbreviations that it defines.

A short form whose long form the vocabulary knows means the same in that document. One that
the document defines as something else does not mean there what it means in the vocabulary:
if its long form is another term, or one of the ``namesakes`` of the vocabulary, or if it has no
word in common with the names that the short form is short for. A long form that is merely
unknown changes nothing: full names of factors are often spelled in ways of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from perennial.extract.abbreviations import Definition, abbreviates, definitions
from perennial.extract.fold import fold
from perennial.extract.masked import tokens
from perennial.extract.terms import NOTHING, Alias, Terms, build, find
from perennial.extract.vocabulary import Vocabulary

Ids = tuple[str, ...]
# Enough letters to tell one word from another and not its spellings apart.
STEM = 4


def within(vocabulary: Vocabulary, texts: Iterable[str]) -> Vocabulary:
    """``vocabulary`` as the document of the passages ``texts`` uses it."""
    said = sorted(
        {(d.short, d.long): d for text in texts for d in definitions(text)}.values(),
        key=lambda d: (d.short, d.long),
    )
    if not said:
        return vocabulary
    every = [vocabulary.terms, *vocabulary.contexts.values()]
    known = [any(_exactly(d.long, terms) for terms in every) for d in said]

    def local(terms: Terms) -> Terms:
        meant = zip(said, known, strict=True)
        return _local(terms, [(d, _meaning(d, terms, k, vocabulary)) for d, k in meant])

    contexts = {name: local(terms) for name, terms in vocabulary.contexts.items()}
    return replace(vocabulary, terms=local(vocabulary.terms), contexts=contexts)


def _meaning(said: Definition, terms: Terms, known: bool, vocabulary: Vocabulary) -> Ids:
    """What the short form means among ``terms``; empty where it means what it always does."""
    if ids := _exactly(said.long, terms):
        return ids
    aliases = terms.called(said.short)
    if not aliases:
        return ()
    other = known or vocabulary.namesakes.search(tokens(said.long))
    return NOTHING if other or _unlike(said, aliases, terms) else ()


def _exactly(long: str, terms: Terms) -> Ids:
    found = find(terms, long, fold(long))
    return found[0].ids if found and (found[0].start, found[0].end) == (0, len(long)) else ()


def _unlike(said: Definition, aliases: Sequence[Alias], terms: Terms) -> bool:
    """What the vocabulary has the short form stand for shares no word with the long form."""
    names = {name for alias in aliases for id_ in alias.ids for name in terms.names[id_]}
    long_forms = [name for name in names if abbreviates(_singular(said.short), name)]
    return bool(long_forms) and not any(_words(said.long) & _words(name) for name in names)


def _singular(short: str) -> str:
    return re.sub(r"(?<=[A-Z0-9])s$", "", short)


def _words(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"[a-z]{3,}", fold(text).text)}


def _local(terms: Terms, meanings: Iterable[tuple[Definition, Ids]]) -> Terms:
    """``terms`` with the meanings that a document gives; none to a name it gives two."""
    given: dict[str, set[Ids]] = {}
    for said, ids in meanings:
        if ids:
            given.setdefault(_singular(said.short), set()).add(ids)
    own = [Alias(short, ids.pop(), exact=True) for short, ids in given.items() if len(ids) == 1]
    return replace(terms, own=build(own).automaton) if own else terms
