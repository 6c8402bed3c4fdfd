"""What must hold of every query: set algebra, and agreement with a naive evaluator."""

from __future__ import annotations

import os
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.query import Document, QueryError, evaluate, parse
from perennial.query.words import words
from perennial.record import Record

TIMES = 10 if os.environ.get("PERENNIAL_LONG") else 1
VOCABULARY = ["alpha", "beta", "gamma", "delta", "alphabet", "deltoid"]
SIGNS = [" ", ", ", "-", ". ", " (", "/"]

texts = st.lists(st.tuples(st.sampled_from(VOCABULARY), st.sampled_from(SIGNS)), max_size=9).map(
    lambda pairs: "".join(word + sign for word, sign in pairs).strip()
)
records = st.builds(Record, pmid=st.just("1"), title=texts, abstract=texts)
fields = st.sampled_from(["ti", "ab", "tiab"])
terms = st.builds(
    lambda w, f: f"{w}[{f}]", st.sampled_from([*VOCABULARY, "alph*", "delt*"]), fields
)
phrases = st.builds(
    lambda ws, f: f'"{" ".join(ws)}"[{f}]',
    st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3),
    fields,
)
queries = st.recursive(
    terms | phrases,
    lambda inner: st.lists(
        st.tuples(st.sampled_from(["AND", "OR", "NOT"]), inner), min_size=2, max_size=4
    ).map(lambda pairs: "(" + " ".join([pairs[0][1], *(f"{o} {q}" for o, q in pairs[1:])]) + ")"),
    max_leaves=8,
)


def holds(query: str, record: Record) -> bool:
    return evaluate(parse(query), Document.of(record)).holds


def naive(query: str, record: Record) -> bool:
    """The same answer by rewriting: each leaf becomes True or False, read from left to right."""
    text = re.sub(
        r'("[^"]*"|[\w*]+)\[(\w+)\]',
        lambda m: str(naive_leaf(m[1].strip('"'), m[2], record)),
        query,
    )
    while "(" in text:
        text = re.sub(r"\(([^()]*)\)", lambda m: str(naive_row(m[1].split())), text)
    return naive_row(text.split())


def naive_row(row: list[str]) -> bool:
    value = row[0] == "True"
    for operator, operand in zip(row[1::2], row[2::2], strict=True):
        other = operand == "True"
        value = {"AND": value and other, "OR": value or other, "NOT": value and not other}[operator]
    return value


def naive_leaf(words: str, field: str, record: Record) -> bool:
    pattern = r"\b" + r"[\W_]+".join(w.replace("*", r"\w*") for w in words.split()) + r"\b"
    searched = {"ti": [record.title], "ab": [record.abstract]}.get(
        field, [record.title, record.abstract]
    )
    return any(re.search(pattern, text) for text in searched)


@given(queries, records)
@settings(max_examples=100 * TIMES)
def test_agrees_with_a_naive_evaluator(query: str, record: Record) -> None:
    assert holds(query, record) == naive(query, record)


@given(queries, queries, records)
@settings(max_examples=60 * TIMES)
def test_set_algebra(a: str, b: str, record: Record) -> None:
    in_a, in_b = holds(a, record), holds(b, record)
    assert holds(f"{a} AND {b}", record) == (in_a and in_b)
    assert holds(f"{a} OR {b}", record) == (in_a or in_b)
    assert holds(f"{a} NOT {b}", record) == (in_a and not in_b)
    assert holds(f"{a} AND {b}", record) == holds(f"{b} AND {a}", record)
    assert holds(f"{a} NOT {a}", record) is False
    # Either both records of a split by b, or neither.
    assert holds(f"({a} AND {b}) OR ({a} NOT {b})", record) == in_a


@given(queries, records)
@settings(max_examples=60 * TIMES)
def test_spans_are_true_sorted_and_single(query: str, record: Record) -> None:
    result = evaluate(parse(query), Document.of(record))
    assert result.holds or not result.spans
    for span in result.spans:
        assert getattr(record, span.field)[span.start : span.end] == span.text != ""
    order = [(s.field, s.start, s.end, s.text) for s in result.spans]
    assert order == sorted(set(order))


@given(st.text(max_size=60))
@settings(max_examples=75 * TIMES)
def test_words_point_into_the_text(text: str) -> None:
    cut = words(text)
    assert list(cut.starts) == sorted(cut.starts)
    assert list(cut.ends) == sorted(cut.ends)
    for form, start, end in zip(cut.forms, cut.starts, cut.ends, strict=True):
        assert form
        assert 0 <= start < end <= len(text)
        assert "".join(words(text[start:end]).forms).find(form) >= 0


@given(st.text(alphabet='ab "()[]#*:/~5|&NEARtiOD-“’β\n', max_size=40))
@settings(max_examples=125 * TIMES)
def test_any_text_is_read_or_refused(text: str) -> None:
    record = Record("1", title="a b ab", abstract="tab")
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(text)
        return
    evaluate(query, Document.of(record))


def test_the_naive_evaluator_tells_apart() -> None:
    record = Record("1", title="alpha beta", abstract="gamma")
    asked: list[tuple[str, Any]] = [
        ("alpha[ti]", True),
        ('"beta alpha"[ti]', False),
        ("(alpha[ti] NOT gamma[ab])", False),
        ("alph*[ab]", False),
    ]
    assert [naive(query, record) for query, _ in asked] == [wanted for _, wanted in asked]
