"""The default protocol on made-up records: this engine, pandas' regexes, one Aho-Corasick pass.

    python benchmarks/screening/compare.py [--records 100000] [--rounds 5] [--share 0.06]

All three see the same records. Each round gives every side a fifth of them, one after the
other, so that whatever else the machine does falls on all alike; ratios are of one round's
times, and their median is printed.
"""

from __future__ import annotations

import argparse
import gc
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ahocorasick
import pandas as pd
from perennial.config import load
from perennial.query import Panel, Query, nodes
from perennial.query.plan import Plan
from perennial.record import Record
from perennial.screen import load_criteria
from records import records

PROTOCOL = Path(__file__).parents[2] / "config/screening.yaml"
TEXT = frozenset({"title", "abstract", "keywords"})


def protocol() -> dict[str, Query]:
    """The queries of the default protocol, by criterion."""
    criteria = load_criteria(load(PROTOCOL, "screening"))
    return {one.id: one.query for one in criteria if one.query is not None}


def terms(queries: Mapping[str, Query]) -> list[str]:
    """The words and phrases that the queries look for in text, folded, ``*`` and all."""
    asked = Plan(query.root for query in queries.values()).phrases
    return sorted({" ".join(phrase.words) for phrase in asked})


def regex(phrase: nodes.Phrase) -> str:
    """What is nearest to a phrase in a regular expression, for text in lower case."""
    words = (re.escape(word).replace(r"\*", r"\w*") for word in phrase.words)
    return r"\b" + r"\W+".join(words) + r"\b"


@dataclass(frozen=True)
class Frame:
    """The records as a table: one text of title, abstract and keywords, and what else is asked."""

    text: pd.Series[str]
    types: pd.Series[str]
    headings: pd.Series[str]
    abstract: pd.Series[bool]

    @classmethod
    def of(cls, rows: Sequence[Record]) -> Frame:
        """Lists are joined by a sign that is no word and no blank."""
        return cls(
            pd.Series([" | ".join((r.title, r.abstract, *r.keywords)).lower() for r in rows]),
            pd.Series([f"|{'|'.join(r.publication_types)}|".lower() for r in rows]),
            pd.Series([f"|{'|'.join(h.descriptor for h in r.headings)}|".lower() for r in rows]),
            pd.Series([bool(r.abstract) for r in rows]),
        )


def selected(  # noqa: PLR0911 - one for each kind of node
    node: nodes.Node, frame: Frame, known: dict[object, pd.Series[bool]]
) -> pd.Series[bool]:
    """The records that ``node`` selects, by ``str.contains``; ``known`` are blocks answered."""
    match node:
        case nodes.Phrase():
            return frame.text.str.contains(regex(node))
        case nodes.Near(parts, distance):
            return frame.text.str.contains(in_any_order(parts, distance))
        case nodes.Or(parts):
            # One regex for all that a regex can do, as anyone would write it.
            own = [regex(part) for part in parts if isinstance(part, nodes.Phrase)]
            answers = [selected(part, frame, known) for part in node.others]
            answers += [frame.text.str.contains("|".join(own))] if own else []
            return any_of(answers)
        case nodes.And(parts):
            answers = [selected(part, frame, known) for part in parts]
            return ~any_of([~answer for answer in answers])
        case nodes.Not(kept, dropped):
            gone = any_of([selected(part, frame, known) for part in dropped])
            return selected(kept, frame, known) & ~gone
        case nodes.Ref(name, query):
            if name not in known:
                known[name] = selected(query.root, frame, known)
            return known[name]
        case nodes.BlockNear(left, right, distance):
            return side_by_side(left, right, distance, frame, known)
        case nodes.Filter():
            return frame.abstract
        case nodes.Value(wanted):
            return frame.types.str.contains(f"|{wanted}|", regex=False)
        case nodes.Subject(wanted):
            return frame.headings.str.contains(f"|{wanted}|", regex=False)
    raise ValueError(f"no regex for {node}")


def any_of(answers: Sequence[pd.Series[bool]]) -> pd.Series[bool]:
    """Where one of ``answers`` is true."""
    whole = answers[0]
    for answer in answers[1:]:
        whole = whole | answer
    return whole


def alternatives(ref: nodes.Ref) -> str:
    """The words and phrases of a block, one or the other."""
    return "|".join(map(regex, Plan([ref.query.root]).phrases))


def side_by_side(
    left: nodes.Ref,
    right: nodes.Ref,
    distance: int,
    frame: Frame,
    known: dict[object, pd.Series[bool]],
) -> pd.Series[bool]:
    """NEAR as far as a regex has it: a full stop, question or exclamation mark ends a sentence."""
    key = (left.name, right.name, distance)
    if key not in known:
        one, other = alternatives(left), alternatives(right)
        gap = rf"[^\w.!?]+(?:\w+[^\w.!?]+){{0,{distance}}}"
        known[key] = frame.text.str.contains(f"(?:{one}){gap}(?:{other})|(?:{other}){gap}(?:{one})")
    return known[key]


def in_any_order(parts: Sequence[nodes.Phrase], distance: int) -> str:
    """Words with at most ``distance`` others between any two, in the order given or reversed."""
    gap = rf"\W+(?:\w+\W+){{0,{distance}}}"
    words = [part.words[0] for part in parts]
    return rf"\b(?:{gap.join(words)}|{gap.join(reversed(words))})\b"


def by_pandas(
    rows: Sequence[Record], queries: Mapping[str, Query], shared: bool = True
) -> dict[str, int]:
    """How many records each query selects, by regexes; ``shared`` blocks are answered once."""
    frame = Frame.of(rows)
    once: dict[object, pd.Series[bool]] = {}
    return {
        name: int(selected(query.root, frame, once if shared else {}).sum())
        for name, query in queries.items()
    }


def by_panel(rows: Sequence[Record], panel: Panel) -> dict[str, int]:
    """How many records each query selects; every answer comes with its spans."""
    counts: dict[str, int] = {}
    for row in rows:
        for name, result in panel.ask(row).items():
            counts[name] = counts.get(name, 0) + result.holds
    return counts


def by_automaton(rows: Sequence[Record], automaton: ahocorasick.Automaton) -> int:
    """How often a term stands anywhere, within words too: the text is gone through, no more."""
    return sum(
        sum(1 for _ in automaton.iter(f"{row.title} {row.abstract}".lower())) for row in rows
    )


def automaton_of(asked: Sequence[str]) -> ahocorasick.Automaton:
    """All terms, up to their first asterisk."""
    automaton = ahocorasick.Automaton()
    for term in asked:
        stem = term.partition("*")[0]
        automaton.add_word(stem, stem)
    automaton.make_automaton()
    return automaton


def timed(
    part: Sequence[Record],
    queries: Mapping[str, Query],
    panel: Panel,
    automaton: ahocorasick.Automaton,
) -> tuple[float, ...]:
    """Seconds of the engine, of pandas with blocks shared and not, and of the automaton."""
    return (
        seconds(lambda: by_panel(part, panel)),
        seconds(lambda: by_pandas(part, queries)),
        seconds(lambda: by_pandas(part, queries, shared=False)),
        seconds(lambda: by_automaton(part, automaton)),
    )


def seconds(work: Callable[[], object]) -> float:
    """The processor's time that it takes: whatever else the machine does counts less."""
    start = time.process_time()
    work()
    return time.process_time() - start


def rounds(count: int, of: int, asked: Sequence[str], share: float) -> Iterator[list[Record]]:
    """The records in ``of`` parts of one size."""
    made = list(records(count, asked, share))
    size = max(1, count // of)
    yield from (made[start : start + size] for start in range(0, size * of, size))


def main() -> None:
    """Print the times and their ratios."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("--records", type=int, default=100_000)
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--share", type=float, default=0.06, help="of terms among all words")
    given = reader.parse_args()
    queries = protocol()
    asked = terms(queries)
    panel, automaton = Panel(queries), automaton_of(asked)
    parts = list(rounds(given.records, given.rounds, asked, given.share))
    gc.freeze()  # the records are there for all three sides, and for none to sift through
    times = [timed(part, queries, panel, automaton) for part in parts]
    ours, shared, apart, passes = map(sum, zip(*times, strict=True))
    size = f"{sum(map(len, parts)):,} records, {given.share:.0%} of their words terms"
    print(f"{size}; {len(queries)} criteria, {len(asked)} terms")
    print(f"engine, with spans      {ours:8.1f} s")
    print(f"pandas, blocks once     {shared:8.1f} s  {middle(times, 1, 0):5.1f} times the engine's")
    print(f"pandas, each criterion  {apart:8.1f} s  {middle(times, 2, 0):5.1f} times the engine's")
    print(f"one automaton pass      {passes:8.1f} s  {middle(times, 0, 3):5.1f} of it the engine's")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10  # Linux counts in KB
    print(f"peak memory             {peak:8} MB")


def middle(times: Sequence[tuple[float, ...]], one: int, other: int) -> float:
    """The median over the rounds of the one side's time over the other's."""
    return statistics.median(row[one] / row[other] for row in times)


if __name__ == "__main__":
    main()
