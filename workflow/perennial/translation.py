"""Translation: whether what the source made of a query still holds every term of it.

PubMed answers with the query as it read it. It may map a term to others and so add some; a
term that it leaves out makes it search for something else, in silence. Terms are compared by
their words and fields, so that case, quotation marks, hyphens and the spelling of tags do not
matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from perennial.query.dates import first_day, last_day
from perennial.query.syntax import Token, tagged, tokens
from perennial.query.tags import DATE, FILTER, TAGS, VALUE, Tag, normal
from perennial.query.words import patterns

_TAG = r"\[([^\[\]]*)\]"
_RANGE = re.compile(rf'"?([\d/-]+)"?\s*(?:{_TAG})?\s*:\s*"?([\d/-]+)"?\s*{_TAG}')
_TERM = re.compile(rf'("[^"]*"|[^\s"()\[\]][^"()\[\]]*?)\s*{_TAG}')
_OPERATOR = re.compile(r"^.*\b(?:AND|OR|NOT)\s+", re.S)  # what stands before an unquoted term


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a query: its text as written, its words folded, and its field's short name.

    ``field`` is "" for none; ``near`` is the distance of a proximity search. A date or a range
    has its first and its last day, or PMID, for words.
    """

    text: str
    words: tuple[str, ...]
    field: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What the source says that it made of a query.

    ``mapped`` are the terms that it names as replaced by others (TranslationSet), ``unfound``
    those that stand in no record, or were sought word by word (PhraseNotFound,
    QuotedPhraseNotFound), ``unknown_fields`` the tags that it does not know.
    """

    translation: str
    mapped: tuple[str, ...] = ()
    unfound: tuple[str, ...] = ()
    unknown_fields: tuple[str, ...] = ()


def dropped(sent: str, read: Read) -> tuple[Term, ...]:
    """The terms of ``sent`` that were left out and whose loss changes what is searched for.

    A term that stands in no record may go where that changes nothing: beside others in OR,
    or after NOT. ``sent`` must be a query that can be read.
    """
    kept = _Kept(read)
    lost = {term for term in _terms(_tree(sent)) if not kept.holds(term)}
    harmless = {term for term in lost if term.words in kept.unfound}
    needed = [*_needed(_tree(sent), harmless)]
    return tuple(dict.fromkeys(term for term in needed if term in lost))


class _Kept:
    """The terms of a translation, looked up in several ways."""

    def __init__(self, read: Read) -> None:
        self.terms = set(_translated(read.translation))
        self.mapped = {patterns(_untagged(text)) for text in read.mapped}
        self.unfound = {patterns(_untagged(text)) for text in read.unfound}
        self.words = {word for term in self.terms for word in term.words}
        self.written = "".join(patterns(read.translation))

    def holds(self, term: Term) -> bool:
        """Whether a term is still there, as it was, as other terms, or word by word."""
        if Term("", term.words, term.field, term.near) in self.terms or term.words in self.mapped:
            return True
        if term.near or _is_dated(term.field):
            return False
        if term.text.startswith('"') and term.words not in self.unfound:
            return not term.field and any(term.words == one.words for one in self.terms)
        if not term.field:
            return self.words.issuperset(term.words)
        if TAGS[term.field].kind == FILTER:  # PubMed's own abbreviations of longer searches
            return "".join(term.words) in self.written
        return all(Term("", (word,), term.field) in self.terms for word in term.words)


_Tree = Term | tuple[str, list["_Tree"]]


def _tree(sent: str) -> _Tree:
    """A query as nested (operator, operands), read from left to right as PubMed does."""
    found, _ = tokens(sent)
    return _sequence(iter(_paired(found)))


def _paired(found: Sequence[Token]) -> Iterator[Term | str]:
    """Brackets and operators as text, a term together with the tag that follows it."""
    for token, tag in tagged(found):
        if token.kind == "term":
            yield _term(token.text, tag, f"{token.text}{tag}")
        elif token.kind == "range":
            yield next(_ranges(token.text, token.text))
        else:
            yield token.kind


def _sequence(parts: Iterator[Term | str]) -> _Tree:
    node = _operand(next(parts), parts)
    for part in parts:
        if part == ")":
            break
        operand = _operand(next(parts), parts)
        if isinstance(node, tuple) and node[0] == part:
            node[1].append(operand)
        else:
            node = (str(part), [node, operand])
    # A bracket is closed to what follows it: "(a NOT b) NOT c" is the same, but "(a) OR b" is two.
    return node if isinstance(node, Term) else ("(", [node])


def _operand(part: Term | str, parts: Iterator[Term | str]) -> _Tree:
    return part if isinstance(part, Term) else _sequence(parts)


def _terms(tree: _Tree) -> Iterator[Term]:
    if isinstance(tree, Term):
        yield tree
    else:
        for part in tree[1]:
            yield from _terms(part)


def _needed(tree: _Tree, empty: set[Term]) -> Iterator[Term]:
    """The terms that must not go, if those in ``empty`` stand in no record and may."""
    if isinstance(tree, Term):
        yield tree
        return
    operator, operands = tree
    for at, part in enumerate(operands):
        spared = operator == "OR" or (operator == "NOT" and at > 0)
        if spared and _is_empty(part, empty):
            if operator == "OR" and all(_is_empty(one, empty) for one in operands):
                yield from _terms(part)
        else:
            yield from _needed(part, empty)


def _is_empty(tree: _Tree, empty: set[Term]) -> bool:
    return all(term in empty for term in _terms(tree))


def _translated(translation: str) -> Iterator[Term]:
    yield from _ranges(translation)
    for match in _TERM.finditer(_RANGE.sub(" ", translation)):
        text = match[1] if match[1].startswith('"') else _OPERATOR.sub("", match[1])
        yield _term(text, f"[{match[2]}]")


def _term(text: str, tag: str, written: str = "") -> Term:
    field, near = _field(tag)
    if _is_dated(field) and (span := _span(field, text.strip('" '), text.strip('" '))):
        return Term(written, span, field)
    return Term(written, patterns(text), field, near)


def _ranges(text: str, written: str = "") -> Iterator[Term]:
    for first, _, last, tag in _RANGE.findall(text):
        field, _ = _field(f"[{tag}]")
        if span := _span(field, first, last):
            yield Term(written, span, field)


def _field(tag: str) -> tuple[str, str]:
    """The short name of a tag's field ("" for none) and the distance of a proximity search."""
    name, _, near = normal(tag[1:-1]).partition(":~")
    known: Tag | None = TAGS.get(name) or TAGS.get(name.partition(":__")[0])
    return ("" if known is None or known.name == "all" else known.name), near


def _is_dated(field: str) -> bool:
    tag = TAGS.get(field)
    return tag is not None and (tag.kind == DATE or (tag.kind == VALUE and field == "pmid"))


def _span(field: str, first: str, last: str) -> tuple[str, ...]:
    if field == "pmid":
        return (first.lstrip("0"), last.lstrip("0")) if f"{first}{last}".isdigit() else ()
    try:
        return first_day(first), last_day(last)
    except ValueError:
        return ()


def _untagged(text: str) -> str:
    return re.sub(_TAG, " ", text)


def named(term: Term, allowed: Iterable[str]) -> bool:
    """Whether a term is one of ``allowed``, written with its tag or without."""
    return any(
        patterns(_untagged(one)) == term.words or one.strip() == term.text for one in allowed
    )
