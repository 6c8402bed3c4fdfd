"""From tokens to a query that can be evaluated."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from perennial.query import syntax
from perennial.query.error import QueryError
from perennial.query.leaf import between, leaf
from perennial.query.nodes import And, BlockNear, Node, Not, Or, Ref
from perennial.query.plan import Plan
from perennial.query.spelling import Spelling
from perennial.query.syntax import DEEPEST, NAME, Token

_MIXED = "AND, OR and NOT are mixed without brackets and read from left to right, as PubMed does"
_ALIKE = ("AND", "NOT")  # a AND b NOT c: the same wherever brackets are put


@dataclass(frozen=True, eq=False)
class Query:
    """A query read and ready; ``blocks`` are the names it uses, in order.

    Equal only to itself, so that what a document answered can be remembered by it.
    """

    text: str
    warnings: tuple[str, ...]
    blocks: tuple[str, ...]
    root: Node = field(repr=False)
    depth: int = field(repr=False)

    @cached_property
    def plan(self) -> Plan:
        """How it is asked of a record, blocks included."""
        return Plan([self.root])


def parse(
    text: str, blocks: Mapping[str, Query] | None = None, spelling: Spelling | None = None
) -> Query:
    """Read a query in PubMed's syntax, with ``#name`` for any of ``blocks``.

    With ``spelling`` each word of text is looked for in all of its spellings; blocks are
    as they were read. What is sent to PubMed must be read without, to mean the same.
    QueryError for what cannot be read, for a tag PubMed does not have or records
    cannot answer, for an unknown block, for a query beyond the bounds of ``syntax``.
    """
    tokens, notes = syntax.tokens(text)
    reader = _Reader(tokens, blocks or {}, spelling)
    root, depth = reader.sequence()
    names = tuple(syntax.block_names(text))
    return Query(text, tuple(dict.fromkeys(notes + reader.notes)), names, root, depth)


def parse_blocks(texts: Mapping[str, str], spelling: Spelling | None = None) -> dict[str, Query]:
    """Read named queries that may use one another, given in any order; spelling as for ``parse``.

    Returned in the order given. QueryError, with ``block`` set, as for ``parse``, and
    when blocks use one another in a circle.
    """
    uses = {name: syntax.block_names(text) for name, text in texts.items()}
    for name in texts:
        if not NAME.fullmatch(f"#{name}"):
            raise QueryError(
                f"{name!r} is no name for a block", hint="letters, digits, _ and -", block=name
            )
    queries: dict[str, Query] = {}
    for name in _in_order(uses):
        if name in texts:
            queries[name] = _parse_named(name, texts[name], queries, spelling)
    return {name: queries[name] for name in texts}


def _in_order(uses: Mapping[str, Mapping[str, tuple[int, int]]]) -> list[str]:
    try:
        return list(TopologicalSorter(uses).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        user, used = circle[0], circle[1]
        start, end = uses[user][used]
        way = " → ".join(f"#{name}" for name in circle)
        raise QueryError(
            f"the block uses itself: {way}", start, end, hint="break the circle", block=user
        ) from None


def _parse_named(
    name: str, text: str, queries: Mapping[str, Query], spelling: Spelling | None
) -> Query:
    try:
        return parse(text, queries, spelling)
    except QueryError as error:
        raise error.within(name) from None


class _Reader:
    """Reads tokens from left to right; AND, OR and NOT bind alike, as PubMed has it."""

    def __init__(
        self, tokens: Sequence[Token], blocks: Mapping[str, Query], spelling: Spelling | None
    ) -> None:
        self.tokens = tokens
        self.blocks = blocks
        self.spelling = spelling
        self.notes: list[str] = []
        self.at = 0

    def sequence(self) -> tuple[Node, int]:
        """Operands and operators up to the closing bracket or the end; the tree and its depth."""
        node, depth = self.operand()
        last = ""
        while (token := self.take("AND", "OR", "NOT")) is not None:
            if last and token.kind != last and (last, token.kind) != _ALIKE:
                self.notes.append(_MIXED)
            other, below = self.operand()
            # Joining like with like keeps a long row of ORs flat.
            like = token.kind == last
            node = _join(node, token.kind, other, extend=like)
            depth = max(depth if like else depth + 1, below + 1)
            _check_depth(depth, token)
            last = token.kind
        return node, depth

    def operand(self) -> tuple[Node, int]:
        """A bracketed query, a block, a range, or a term with its tag; and its depth."""
        token = self.tokens[self.at]
        self.at += 1
        match token.kind:
            case "(":
                inner = self.sequence()
                self.at += 1
                return inner
            case "block" | "near":
                return self.blocks_of(token)
            case "range":
                return between(token), 1
            case _:
                node, note = leaf(token, self.take("tag"), self.spelling)
                self.notes.extend([note] if note else [])
                return node, 2

    def take(self, *kinds: str) -> Token | None:
        """The next token if it is of one of ``kinds``."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind in kinds:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def blocks_of(self, token: Token) -> tuple[Node, int]:
        """A block, or two of them bound by NEAR/n."""
        tag = self.take("tag")
        if tag:
            raise QueryError(
                "a block takes no field tag", tag.start, tag.end, hint="tag the terms inside it"
            )
        named = list(NAME.finditer(token.text))
        refs = [self.ref(m[0][1:], token.start + m.start(), token.start + m.end()) for m in named]
        depth = 2 + max(ref.query.depth for ref in refs)
        _check_depth(depth, token)
        if len(refs) == 1:
            return refs[0], depth
        distance = token.text[named[0].end() : named[1].start()].strip().partition("/")[2]
        return BlockNear(refs[0], refs[1], int(distance)), depth

    def ref(self, name: str, start: int, end: int) -> Ref:
        """The block ``name``."""
        if name not in self.blocks:
            close = difflib.get_close_matches(name, list(self.blocks), n=1)
            hint = f"did you mean #{close[0]}?" if close else "define it among the blocks"
            raise QueryError(f"there is no block #{name}", start, end, hint=hint)
        return Ref(name, self.blocks[name])


def _check_depth(depth: int, token: Token) -> None:
    if depth > DEEPEST:
        raise QueryError(
            f"the query is more than {DEEPEST} steps deep",
            token.start,
            token.end,
            hint="write what belongs together in one bracket, without mixing AND and OR",
        )


def _join(node: Node, operator: str, other: Node, *, extend: bool) -> Node:
    match node:
        case And(parts) if extend:
            return And((*parts, other))
        case Or(parts) if extend:
            return Or((*parts, other))
        case Not(kept, dropped) if extend:
            return Not(kept, (*dropped, other))
    if operator == "NOT":
        return Not(node, (other,))
    return And((node, other)) if operator == "AND" else Or((node, other))
