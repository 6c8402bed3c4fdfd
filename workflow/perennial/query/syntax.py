"""From the text of a query to its tokens, each with its place.

Tokens and complaints come from the ``search-query`` library. What it does not know
(blocks, NEAR, ranges, some of PubMed's tags) is hidden from it behind stand-ins of the
same length, so that every offset stays true to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from search_query.pubmed.linter import PubmedQueryStringLinter
from search_query.pubmed.parser import PubmedParser

from perennial.query.error import QueryError
from perennial.query.tags import DATE, TAGS, UNANSWERABLE, normal

LONGEST = 100_000  # characters; the longest published strategies have about a tenth of that
DEEPEST = 200  # brackets, or blocks within blocks

# The quotation marks that word processors put in; each is replaced by one sign.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))

_BLOCK = r"#\w+(?:-\w+)*"
_TAG = r"\[[^\[\]]*\]"
_END = r'(?:"\s*[\d/-]+\s*"|[\d/]+)'
_SPECIAL = re.compile(
    rf"""(?P<range>(?<![^\s(]){_END}\s*(?:{_TAG})?\s*:\s*{_END}\s*{_TAG})
       | (?P<quoted>"[^"]*")
       | (?P<near>(?<![\w\#]){_BLOCK}\s+NEAR/\d{{1,4}}\s+{_BLOCK})
       | (?P<block>(?<![\w\#]){_BLOCK})
       | (?P<lone>(?<!\w)\#(?!\w))
       | (?P<stray>(?<![\w/-])NEAR/\w*)
       | (?P<tag>{_TAG})""".replace("#\\w", "\\#\\w"),
    re.VERBOSE | re.IGNORECASE,
)
_ANY_TAG = re.compile(_TAG)
NAME = re.compile(_BLOCK)

_KINDS = {"FIELD": "tag", "TERM": "term", "PARENTHESIS_OPEN": "(", "PARENTHESIS_CLOSED": ")"}
_OPERATORS = {"&": "AND", "|": "OR"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: ``text`` stands in it from ``start`` to ``end``.

    ``kind`` is ``(``, ``)``, ``AND``, ``OR``, ``NOT``, ``term``, ``tag``, ``range``,
    ``block`` or ``near``.
    """

    kind: str
    start: int
    end: int
    text: str


def tokens(text: str) -> tuple[list[Token], list[str]]:
    """Cut a query into tokens in an order that can be read, and say what is odd about it.

    QueryError for whatever cannot be read, at the first place where it cannot.
    """
    plain = _plain(text)
    _check_size(plain)
    _check_quotes(plain)
    _check_depth(plain)
    hidden = list(_specials(plain))
    found, notes = _read(_mask(plain, hidden), plain)
    by_start = {special.start: special for special in hidden}
    starts = sorted(special.start for special in hidden if special.kind != "tag")
    return [_own(token, plain, by_start, starts) for token in found], notes


def tagged(found: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each token but the tags, with the tag that follows it, brackets included; "" for none."""
    for at, token in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if token.kind != "tag":
            yield token, following.text if following and following.kind == "tag" else ""


def block_names(text: str) -> dict[str, tuple[int, int]]:
    """The blocks a text names, without ``#``, in order, each with its first place."""
    names: dict[str, tuple[int, int]] = {}
    for match in _SPECIAL.finditer(_plain(text)):
        if match["near"] or match["block"]:
            for name in NAME.finditer(text, *match.span()):
                names.setdefault(name[0][1:], name.span())
    return names


def is_dated(tag: str) -> bool:
    """Whether a tag, in brackets, is one that ranges are written for: dates and PMIDs."""
    found = TAGS.get(normal(tag[1:-1]))
    return found is not None and (found.kind == DATE or found.name == "pmid")


def _plain(text: str) -> str:
    return text.translate(_QUOTES)


def _check_size(text: str) -> None:
    if len(text) > LONGEST:
        raise QueryError(
            f"a query of {len(text):,} characters is too long",
            LONGEST,
            len(text),
            hint=f"at most {LONGEST:,}; cut it into blocks",
        )
    if not text.strip():
        raise QueryError("the query is empty", 0, len(text))


def _check_quotes(text: str) -> None:
    if text.count('"') % 2:
        at = text.rindex('"')
        raise QueryError(
            "a quotation mark has no partner", at, at + 1, hint='write phrases as "two words"'
        )


def _check_depth(text: str) -> None:
    depth, quoted = 0, False
    for at, character in enumerate(text):
        quoted ^= character == '"'
        depth += 0 if quoted else (character == "(") - (character == ")")
        if depth > DEEPEST:
            raise QueryError(
                f"brackets are nested more than {DEEPEST} deep", at, at + 1, hint="use blocks"
            )


def _specials(text: str) -> Iterator[Token]:
    for match in _SPECIAL.finditer(text):
        kind = str(match.lastgroup)
        if kind == "range":
            yield from _range(text, *match.span())
        elif kind == "tag":
            yield _tag(text, *match.span())
        elif kind == "lone":
            raise QueryError(
                "a # that names no block",
                *match.span(),
                hint="a comment can't stand inside a query: put it above the key; a block is #name",
            )
        elif kind == "stray":
            raise QueryError(
                "NEAR/n stands between two blocks and nothing else",
                *match.span(),
                hint='"a b"[tiab:~5] binds words, #one NEAR/5 #other binds blocks',
            )
        elif kind != "quoted":
            yield Token(kind, *match.span(), match[0])


def _range(text: str, start: int, end: int) -> Iterator[Token]:
    """A range of dates or PMIDs; elsewhere ``1:2[tiab]`` is just a ratio and its tag."""
    tags = [_tag(text, *match.span()) for match in _ANY_TAG.finditer(text, start, end)]
    if is_dated(tags[-1].text):
        yield Token("range", start, end, text[start:end])
    else:
        yield from tags


def _tag(text: str, start: int, end: int) -> Token:
    written = text[start:end]
    name = normal(written[1:-1]).partition(":~")[0]
    if name in UNANSWERABLE:
        raise QueryError(
            f"{written} cannot be answered here: records are kept without {UNANSWERABLE[name]}",
            start,
            end,
            hint="leave this part to PubMed's own search",
        )
    if name not in TAGS:
        raise QueryError(
            f"PubMed has no field tag {written}",
            start,
            end,
            hint="for example [tiab], [ti], [mh], [pt], [la], [dp]",
        )
    return Token("tag", start, end, written)


def _mask(text: str, hidden: Sequence[Token]) -> str:
    masked = list(text)
    for special in hidden:
        size = special.end - special.start
        stand_in = f"[{'ti':<{size - 2}}]" if special.kind == "tag" else "Q" * size
        masked[special.start : special.end] = stand_in
    return "".join(masked)


# The library's names for tokens, as they stand in its complaints.
_PLAINER = {
    "LOGIC_OPERATOR": "AND, OR or NOT",
    "PARENTHESIS_OPEN": "an opening bracket",
    "PARENTHESIS_CLOSED": "a closing bracket",
    "FIELD": "a field tag",
    "parenthesis": "bracket",
    "Nested queries cannot have search fields": "PubMed loses a field tag after a bracket; tag "
    "each term inside it",
}
# The commonest reason for a query that stops too early.
_CUT = "in YAML, “ #” begins a comment: write a query that names blocks after >- or in quotes"


_ADVICE = {
    "Cannot end": _CUT,
    "Unbalanced": "every ( needs its ), and every ) its (",
}


def _hint(sentence: str) -> str:
    """What to do about a complaint of the library."""
    advice = (hint for words, hint in _ADVICE.items() if words in sentence)
    return next(advice, "docs/query.md shows how queries are written")


class _Linter(PubmedQueryStringLinter):  # type: ignore[misc]
    """The library's complaints, the first fatal one raised instead of printed."""

    plain = ""

    def add_message(
        self,
        error: Any,
        *,
        positions: Sequence[tuple[int, int]] | None = None,
        details: str = "",
        fatal: bool = False,
    ) -> None:
        sentence = " ".join((details or error.message).split()).rstrip(".")
        for name, words in _PLAINER.items():
            sentence = sentence.replace(name, words)
        if fatal:
            start, end = (positions or [(0, 0)])[0]
            if sentence.startswith("Missing operator"):  # it would quote the stand-ins
                sentence = f"an operator is missing in {self.plain[start:end]!r}"
            raise QueryError(sentence, start, end, hint=_hint(sentence))
        self.messages.append(sentence)


def _read(masked: str, plain: str) -> tuple[list[Any], list[str]]:
    parser = PubmedParser(masked, silent=True)
    parser.tokenize()
    _check_gaps(masked, parser.tokens)
    linter = _Linter(query_str=masked, silent=True)
    linter.tokens, linter.plain = parser.tokens, plain
    # One by one: validate_tokens also adds brackets between mixed operators, in quadratic
    # time and wrongly within brackets; compile.py reads them from left to right itself.
    linter.check_invalid_syntax()
    linter.check_unbalanced_parentheses()
    linter.check_invalid_token_sequences()
    linter.check_operator_capitalization()
    linter.check_boolean_operator_readability()
    return parser.tokens, list(dict.fromkeys(linter.messages))


def _check_gaps(masked: str, found: Sequence[Any]) -> None:
    """Whatever the library's tokenizer passes over in silence is an error."""
    at = 0
    for start, end in [token.position for token in found] + [(len(masked), 0)]:
        if gap := masked[at:start].strip():
            first = masked.index(gap, at)
            raise QueryError(f"cannot read {gap!r}", first, first + len(gap))
        at = end


def _own(token: Any, plain: str, hidden: dict[int, Token], starts: Sequence[int]) -> Token:
    start, end = token.position
    special = hidden.get(start)
    if special and special.end == end:
        return special
    inside = bisect_left(starts, start)
    if inside < len(starts) and starts[inside] < end:
        raise QueryError(
            f"an operator is missing in {plain[start:end]!r}", start, end, hint="AND, OR or NOT"
        )
    kind = _KINDS.get(token.type.name) or _OPERATORS.get(token.value, token.value.upper())
    return Token(kind, start, end, plain[start:end])
