"""From one term and its tag to the node that looks for it."""

from __future__ import annotations

import re

from perennial.query import dates, tags
from perennial.query.error import QueryError
from perennial.query.filters import FILTERS
from perennial.query.languages import CODES, code
from perennial.query.nodes import (
    And,
    Between,
    Filter,
    Name,
    Near,
    Node,
    Or,
    Phrase,
    Subject,
    Value,
)
from perennial.query.spelling import Spelling
from perennial.query.syntax import Token
from perennial.query.words import key, patterns

# PubMed since June 2024 (NLM Technical Bulletin 458): four characters before the first asterisk.
_SHORTEST_STEM = 4
# Words of a phrase, or bound by proximity: longer than any abstract, and a bound to what a text
# that repeats itself can cost, since a phrase is compared wherever its first word stands.
_MOST_WORDS = 5_000
# PMIDs have eight digits in 2026; a range may end far beyond them.
_LARGEST_PMID = 15

_ENDS = re.compile(r'"?\s*([\d/-]+)\s*"?\s*(\[[^\[\]]*\])?')
# PubMed does map such a term, so that this holds of criteria and not of what PubMed is asked.
UNMAPPED = "looked for in all fields, without term mapping"


def leaf(term: Token, tag: Token | None, spelling: Spelling | None = None) -> tuple[Node, str]:
    """The node for a term, and a remark or ``""``. QueryError if it makes no sense.

    With ``spelling`` the words of text are looked for in each of their spellings.
    """
    _check_term(term)
    node, note = _asked(term, tag)
    return (node if spelling is None else _respelled(node, spelling, term)), note


def _asked(term: Token, tag: Token | None) -> tuple[Node, str]:
    if tag is None:
        return _untagged(term)
    name, _, distance = tags.normal(tag.text[1:-1]).partition(":~")
    meant = tags.TAGS[name]
    if ":~" in tags.normal(tag.text):
        return _near(term, tag, meant, distance), ""
    note = f"{tag.text} is no tag of PubMed's: there the term would be searched in all fields"
    return _READERS[meant.kind](term, meant), note if name in tags.OURS_ALONE else ""


def _respelled(node: Node, spelling: Spelling, term: Token) -> Node:
    match node:
        case Phrase(words, fields):
            return Phrase(tuple(_spelled(word, spelling, term) for word in words), fields)
        case Near(parts, distance):
            words = tuple(_spelled(part.words[0], spelling, term) for part in parts)
            return _all_near(words, distance, parts[0].fields)
        case And(parts):  # untagged words
            return And(tuple(_respelled(part, spelling, term) for part in parts))
    return node


def _spelled(word: str, spelling: Spelling, term: Token) -> str:
    try:
        return spelling.of(word)
    except ValueError:
        raise QueryError(
            f"{word!r} has too many spellings",
            term.start,
            term.end,
            hint="let the pairs of spellings apply in fewer places of a word",
        ) from None


def between(token: Token) -> Node:
    """The node for a range of dates or PMIDs."""
    (first, first_tag), (last, last_tag) = (
        (match[1], match[2]) for match in _ENDS.finditer(token.text)
    )
    meant = tags.TAGS[tags.normal(last_tag[1:-1])]
    if first_tag and tags.TAGS[tags.normal(first_tag[1:-1])] != meant:
        raise QueryError("the two ends of a range have different tags", token.start, token.end)
    return _between(meant, first, last, token)


def _bare(term: Token) -> str:
    return term.text.strip().strip('"')


def _quoted(term: Token) -> bool:
    return term.text.startswith('"')


def _check_term(term: Token) -> None:
    text = term.text
    if '"' in text and not (text.count('"') == 2 and text[0] == text[-1] == '"'):
        raise QueryError(
            f"an operator is missing in {text!r}", term.start, term.end, hint="AND, OR or NOT"
        )
    _check_stem(_bare(term), term)
    if not any(part.strip("*") for part in patterns(_bare(term))):
        raise QueryError(f"{text!r} holds no word to look for", term.start, term.end)


def _check_stem(text: str, term: Token) -> None:
    stem, asterisk, _ = text.partition("*")
    if asterisk and len(stem.strip()) < _SHORTEST_STEM:
        raise QueryError(
            f"{text!r}: fewer than {_SHORTEST_STEM} characters stand before the asterisk",
            term.start,
            term.end,
            hint="PubMed wants at least four; write the words out",
        )


def _words(term: Token) -> tuple[str, ...]:
    found = patterns(_bare(term))
    if any(word.startswith("*") for word in found):
        raise QueryError(
            "an asterisk stands at the end of a word or inside it", term.start, term.end
        )
    if len(found) > _MOST_WORDS:
        raise QueryError(
            f"a phrase of {len(found):,} words is too long",
            term.start,
            term.end,
            hint=f"at most {_MOST_WORDS}; an operator may be missing",
        )
    return found


def _text(term: Token, tag: tags.Tag) -> Node:
    return Phrase(_words(term), frozenset(tag.fields))


def _untagged(term: Token) -> tuple[Node, str]:
    if key(term.text) == "hasabstract":
        return Filter("hasabstract"), ""
    fields = frozenset(tags.NO_TAG.fields)
    note = f"{term.text!r} has no field tag: {UNMAPPED}"
    if _quoted(term):
        return Phrase(_words(term), fields), note
    pieces = _bare(term).split()
    for piece in pieces:
        _check_stem(piece, term)
    parts = tuple(Phrase(words, fields) for words in map(patterns, pieces) if words)
    return (parts[0] if len(parts) == 1 else And(parts)), note


def _near(term: Token, tag: Token, meant: tags.Tag, distance: str) -> Node:
    words = _words(term)
    if meant.name not in tags.PROXIMITY_TAGS:
        raise QueryError(
            f"{tag.text}: proximity is for titles and abstracts",
            tag.start,
            tag.end,
            hint="[ti:~n] or [tiab:~n]",
        )
    if not re.fullmatch(r"[0-9]{1,4}", distance):
        raise QueryError(
            f"{tag.text}: the distance is no whole number",
            tag.start,
            tag.end,
            hint="for example [tiab:~3]",
        )
    if not _quoted(term) or len(words) < 2:
        raise QueryError(
            "proximity is for two or more words in quotation marks",
            term.start,
            term.end,
            hint='for example "one other"[tiab:~3]; PubMed drops anything else unsaid',
        )
    if "*" in term.text:
        raise QueryError(
            "proximity takes no asterisk",
            term.start,
            term.end,
            hint="PubMed ignores one of the two; write the words out, or bind blocks by NEAR/n",
        )
    return _all_near(words, int(distance), frozenset(meant.fields))


def _all_near(words: tuple[str, ...], distance: int, fields: frozenset[str]) -> Near:
    # A word given several times is one part several times: it is sought once.
    parts = {word: Phrase((word,), fields) for word in words}
    return Near(tuple(parts[word] for word in words), distance)


def _wanted(text: str) -> str:
    return " ".join(patterns(text))


def _value(term: Token, tag: tags.Tag) -> Node:
    text = _bare(term)
    if tag.name == "pmid":
        numbers = text.replace(",", " ").split()
        if not all(number.isdecimal() for number in numbers):
            raise QueryError(f"{term.text!r} is no PMID", term.start, term.end)
        return _any(tuple(Value(number, tag.fields) for number in numbers))
    if tag.name == "la":
        text = code(text)
    return Value(_wanted(text), tag.fields, explode=tag.name == "pt")


def _any(parts: tuple[Node, ...]) -> Node:
    return parts[0] if len(parts) == 1 else Or(parts)


def _subject(term: Token, tag: tags.Tag) -> Node:
    name, _, qualifier = _bare(term).partition("/")
    if not _wanted(name):
        raise QueryError(
            f"{term.text!r} names no heading", term.start, term.end, hint='"Heading/qualifier"[mh]'
        )
    return Subject(
        _wanted(name),
        key(qualifier),
        major=tag.name.startswith("majr"),
        explode=not tag.name.endswith(":noexp"),
    )


def _name(term: Token, tag: tags.Tag) -> Node:
    return Name(_words(term), _quoted(term), tag.fields[0])


def _date(term: Token, tag: tags.Tag) -> Node:
    first, colon, last = _bare(term).partition(":")
    return _between(tag, first, last if colon else first, term)


def _between(tag: tags.Tag, first: str, last: str, token: Token) -> Node:
    if tag.name == "pmid":
        return _between_pmids(first, last, token)
    try:
        span = dates.first_day(first.strip()), dates.last_day(last.strip())
    except ValueError:
        raise QueryError(
            f"{token.text!r} is no date",
            token.start,
            token.end,
            hint="YYYY, YYYY/MM or YYYY/MM/DD, or two with a colon: 2016/01/01:3000[dp]",
        ) from None
    return _ordered(tag.fields[0], *span, token)


def _ordered(field: str, first: str, last: str, token: Token) -> Between:
    if last < first:
        raise QueryError(f"{token.text!r} ends before it begins", token.start, token.end)
    return Between(field, first, last)


def _between_pmids(first: str, last: str, token: Token) -> Node:
    if not (first.isdecimal() and last.isdecimal() and max(len(first), len(last)) <= _LARGEST_PMID):
        raise QueryError(f"{token.text!r} is no range of PMIDs", token.start, token.end)
    return _ordered("pmid", first.zfill(_LARGEST_PMID), last.zfill(_LARGEST_PMID), token)


def _filter(term: Token, tag: tags.Tag) -> Node:
    asked = key(_bare(term))
    if asked in CODES:
        return Value(CODES[asked], ("languages",))
    if asked in ("humans", "animals"):
        return Subject(asked, "", major=False, explode=True)
    name = asked.replace(" ", "")
    if name not in FILTERS:
        raise QueryError(
            f"the filter {term.text!r} cannot be answered from a record",
            term.start,
            term.end,
            hint=f"known: {', '.join(FILTERS)}, humans, animals, and languages",
        )
    return Filter(name)


_READERS = {
    tags.TEXT: _text,
    tags.VALUE: _value,
    tags.SUBJECT: _subject,
    tags.NAME: _name,
    tags.DATE: _date,
    tags.FILTER: _filter,
}
