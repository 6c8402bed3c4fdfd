"""Near: how close two sides came whose NEAR did not hold, though a record has words of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

from perennial.query import Document, Mesh, Panel, Query, Span
from perennial.query.nodes import And, BlockNear, Near, Not, Or, Ref
from perennial.query.words import forms
from perennial.record import Record

_RUNNING = ("title", "abstract", "vernacular_title")  # where the places of words are known
_AROUND = 4  # words shown before the first and behind the last
_BETWEEN = 12  # words shown between them, half of them behind the first


@dataclass(frozen=True, slots=True)
class Apart:
    """The two sides where they come nearest.

    ``apart`` counts the words between them, -1 if no field has both. ``shown`` is the passage
    in pieces, the words themselves at 1 and 3 (before, first, between, second, behind).
    """

    asked: str  # NEAR/6, or ~3 for proximity
    first: str
    second: str
    fields: tuple[str, str]
    apart: int
    one_sentence: bool
    shown: tuple[str, ...]


def apart(query: Query, record: Record, mesh: Mesh | None) -> list[Apart]:
    """The nearest that the sides of each NEAR came that ``record`` fails, in the query's order.

    Where words in two sentences are the nearest, the nearest within one sentence stand behind
    them. Nothing for a NEAR of which a side is absent, nor for what a NOT drops.
    """
    found: list[Apart] = []
    for asked, sides, node in _nears(query, {}):
        answers = Panel({"0": sides[0], "1": sides[1], "near": node}, mesh).ask(record)
        if answers["0"].holds and answers["1"].holds and not answers["near"].holds:
            found += _nearest(asked, (answers["0"].spans, answers["1"].spans), record)
    return list(dict.fromkeys(found))


Asked = tuple[str, tuple[Query, Query], Query]


def _nears(query: Query, seen: dict[Query, None]) -> Iterator[Asked]:
    """Every NEAR that could make the query hold: how it is written, its sides, itself."""
    seen[query] = None
    yield from _below(query.root, query, seen)


def _below(node: Any, query: Query, seen: dict[Query, None]) -> Iterator[Asked]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _below(part, query, seen)
        case Not(kept, _):
            yield from _below(kept, query, seen)
        case Ref(_, block) if block not in seen:
            yield from _nears(block, seen)
        case BlockNear(left, right, distance):
            yield f"NEAR/{distance}", (left.query, right.query), _alone(node, query)
        case Near((one, other), distance):
            yield f"~{distance}", (_alone(one, query), _alone(other, query)), _alone(node, query)


def _alone(node: Any, query: Query) -> Query:
    return replace(query, text="", root=node)


def _nearest(
    asked: str, spans: tuple[Sequence[Span], Sequence[Span]], record: Record
) -> Iterator[Apart]:
    document = Document.of(record)
    sides = [[span for span in side if _binds(span, asked, document)] for side in spans]
    words = _words([*sides[0], *sides[1]], record)
    told = sorted(
        (words[last.field, last.start] - words[first.field, first.end], first, last)
        for first, last in (sorted(pair, key=_place) for pair in product(*sides))
        if first.field == last.field
    )
    if not told:
        one, other = (min(side, key=lambda span: span.field != "title") for side in spans)
        yield Apart(asked, one.text, other.text, (one.field, other.field), -1, False, ())
        return
    together = [each for each in told if _one_sentence(each[1], each[2], document)]
    for each in dict.fromkeys([told[0], *together[:1]]):
        yield _apart(asked, *each, record, each in together)


def _binds(span: Span, asked: str, document: Document) -> bool:
    """Whether the place of a span is known; for NEAR, what runs over a full stop binds nothing."""
    if span.field not in _RUNNING:
        return False
    return asked.startswith("~") or _one_sentence(span, span, document)


def _words(spans: Iterable[Span], record: Record) -> dict[tuple[str, int], int]:
    """How many words stand before each place where a span begins or ends."""
    cuts = sorted(
        {cut for s in spans for cut in ((s.field, 0), (s.field, s.start), (s.field, s.end))}
    )
    counts = dict.fromkeys(cuts, 0)
    for before, cut in pairwise(cuts):
        if before[0] == cut[0]:
            text: str = getattr(record, cut[0])
            counts[cut] = counts[before] + len(forms(text[before[1] : cut[1]]))
    return counts


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _one_sentence(first: Span, last: Span, document: Document) -> bool:
    starts = (
        document.sentence(first.field, first.start),
        document.sentence(last.field, last.end - 1),
    )
    return starts[0] == starts[1]


def _apart(
    asked: str, number: int, first: Span, last: Span, record: Record, one_sentence: bool
) -> Apart:
    text: str = getattr(record, first.field)
    shown = (
        _last(text[: first.start], _AROUND),
        first.text,
        _middle(text[first.end : last.start]),
        last.text,
        _first(text[last.end :], _AROUND),
    )
    fields = (first.field, last.field)
    return Apart(asked, first.text, last.text, fields, number, one_sentence, shown)


def _first(text: str, words: int) -> str:
    cut = text.split(maxsplit=words)
    kept = text[: len(text) - len(cut[words])].rstrip() if len(cut) > words else text
    return f"{kept} …" if len(cut) > words else kept


def _last(text: str, words: int) -> str:
    cut = text.rsplit(maxsplit=words)
    kept = text[len(cut[0]) :].lstrip() if len(cut) > words else text
    return f"… {kept}" if len(cut) > words else kept


def _middle(text: str) -> str:
    if len(text.split()) <= _BETWEEN:
        return text
    half = _BETWEEN // 2
    return f"{_first(text, half)} {_last(text, half).removeprefix('… ')}"


def sentence(one: Apart, named: Mapping[str, str]) -> str:
    """What it comes to: ``nearest: 'a' … 'b', 9 words apart, other sentence; NEAR/6 asked``.

    ``named`` are fields by the names that people read.
    """
    pair = f"'{one.first}' … '{one.second}'"
    if one.apart < 0:
        first, second = (named.get(field, field) for field in one.fields)
        apart_ = f"'{one.first}' in {first}, '{one.second}' in {second}"
        return f"nowhere together: {apart_}; {one.asked} asked"
    words = "1 word" if one.apart == 1 else f"{one.apart:,} words"
    where = "same sentence" if one.one_sentence else "other sentence"
    return f"nearest: {pair}, {words} apart, {where}; {one.asked} asked"
