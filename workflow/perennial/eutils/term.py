"""A search term as PubMed takes it: unknown tags drop out, and what was made of it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perennial.eutils.answer import Refusal
from perennial.query import Document, Query, QueryError, evaluate, parse
from perennial.query.tags import DATE, FILTER, TAGS, UNANSWERABLE, normal

_TOKENS = re.compile(r'"[^"]*"|\[[^\]]*\]|[()]|[^\s"()\[\]]+|["\[\]]')
_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&": "AND", "|": "OR", "(": "(", ")": ")"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One searched phrase as written, its tag apart; an operator or bracket has no tag either."""

    text: str
    tag: str = ""  # "[tiab]"

    @property
    def quoted(self) -> bool:
        """Whether it asks for these very words."""
        return self.text.startswith('"')

    def __str__(self) -> str:
        """As it is written in a query."""
        return f"{self.text}{self.tag}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What PubMed makes of a term. ``fields_not_found`` were written as tags but are none."""

    query: Query
    phrases: tuple[Phrase, ...]
    fields_not_found: tuple[str, ...]
    translation: str


def read(term: str) -> Reading:
    """Read ``term`` as PubMed does: what it does not know as a field tag is dropped, and so
    is, without a word, a tag after a bracket.

    Raises Refusal, in the words PubMed has for a failed search, for a term that the query
    language does not admit.
    """
    tokens = _TOKENS.findall(term)
    unknown = tuple(dict.fromkeys(token[1:-1] for token in tokens if _is_unknown(token)))
    phrases = tuple(_phrases(token for token in tokens if not _is_unknown(token)))
    query = searchable(_joined(map(str, phrases)))
    return Reading(query, phrases, unknown, _joined(map(_translated, phrases)))


def searchable(text: str) -> Query:
    """The query, or a Refusal that says why it cannot be run."""
    try:
        return parse(text)
    except QueryError as error:
        raise Refusal(f"Search Backend failed: {error.message}") from None


def holds(query: Query, document: Document) -> bool:
    """Whether ``document`` satisfies ``query``."""
    return evaluate(query, document).holds


def not_found(reading: Reading, documents: Iterable[Document]) -> tuple[Phrase, ...]:
    """The phrases, dates and filters aside, that stand in none of ``documents``."""
    held = tuple(documents)
    searched = (phrase for phrase in dict.fromkeys(reading.phrases) if _names_words(phrase))
    return tuple(phrase for phrase in searched if not _found(phrase, held))


def _is_unknown(token: str) -> bool:
    if not (token.startswith("[") and token.endswith("]")):
        return False
    name = normal(token[1:-1])
    return not any(known in TAGS or known in UNANSWERABLE for known in (name, name.split(":~")[0]))


def _phrases(tokens: Iterable[str]) -> Iterator[Phrase]:
    words: list[str] = []
    for token in tokens:
        if operator := _OPERATORS.get(token.upper()):
            yield from (Phrase(part) for part in (" ".join(words), operator) if part)
        elif token.startswith("["):
            yield from (Phrase(" ".join(words), token) for _ in words[:1])
        else:
            words.append(token)
            continue
        words = []
    if words:
        yield Phrase(" ".join(words))


def _joined(parts: Iterable[str]) -> str:
    return " ".join(parts).replace("( ", "(").replace(" )", ")")


def _translated(phrase: Phrase) -> str:
    if phrase.tag or phrase.text in _OPERATORS:
        return str(phrase)
    pieces = re.findall(r'"[^"]*"|\S+', phrase.text)  # untagged words are sought one by one
    return " AND ".join(f"{piece}[All Fields]" for piece in pieces)


def _names_words(phrase: Phrase) -> bool:
    tag = TAGS.get(normal(phrase.tag[1:-1]))
    return phrase.text not in _OPERATORS and (tag is None or tag.kind not in (DATE, FILTER))


def _found(phrase: Phrase, documents: tuple[Document, ...]) -> bool:
    try:
        query = parse(str(phrase))
    except QueryError:
        return True  # half of a range, say: readable only in its place
    return any(holds(query, document) for document in documents)
