"""The sieve lets through every expression that could match, and saves trying the others."""

from __future__ import annotations

import re

import pytest
from extraction_cases import abstracts as every_abstract
from extraction_cases import passages, statements, vocabulary
from hypothesis import given
from hypothesis import strategies as st
from perennial.extract.masked import tokens
from perennial.extract.reading import bindings
from perennial.extract.sentences import spans
from perennial.extract.sieve import Sieve, clauses_of

WORDS = st.text("abc ", min_size=1, max_size=5)
EXPRESSIONS = st.recursive(
    st.one_of(WORDS.map(re.escape), st.just(r"\w"), st.just("[ab]"), st.just(r"(?!a)")),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        inner.map(lambda one: f"({one})"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"(?:{one}){{1,2}}"),
        inner.map(lambda one: f"(?:{one}){{0,2}}?"),
        inner.map(lambda one: f"(?={one})"),
        inner.map(lambda one: f"(?<!\\S)(?:{one})"),
    ),
    max_leaves=6,
)


@given(st.lists(EXPRESSIONS, max_size=4), st.text("abc ", max_size=30))
def test_whatever_matches_passes(expressions: list[str], line: str) -> None:
    members = tuple(map(re.compile, expressions))
    passed = Sieve(members, lambda each: each).possible(line)
    assert passed == [each for each in members if each in passed]  # in order
    assert [each.pattern for each in members if each.search(line) and each not in passed] == []


@pytest.mark.parametrize(
    ("expression", "clauses"),
    [
        ("induces rest", [{"induces rest"}]),
        ("(?:drive|push)s? it", [{" it"}, {"drive", "push"}]),
        ("(?:drive|is)? it on", [{" it on"}]),
        ("(?:rest|is) so", [{" so"}]),  # "is" is too short to tell, so that neither is needed
        ("(?:wak){2}e(?=n cells)", [{"n cells"}, {"wak"}]),
        ("(?i:rest)", []),
        ("(?!not)(?<=did)x", []),
    ],
)
def test_what_an_expression_needs(expression: str, clauses: list[set[str]]) -> None:
    assert [set(each) for each in clauses_of(re.compile(expression))] == clauses


def test_letters_of_either_case_tell_nothing() -> None:
    assert not clauses_of(re.compile("rest", re.IGNORECASE))


def test_no_pattern_that_matches_is_left_out_and_few_are_tried() -> None:
    patterns, tried, lines = vocabulary().patterns, 0, 0
    for key in every_abstract():
        for passage in passages(key):
            for start, end in spans(passage.text):
                line = tokens(passage.text[start:end])
                possible = {each.expression for each in patterns.possible(line)}
                missed = [p.id for p in patterns if p.expression not in possible]
                assert not [
                    p.id
                    for p in patterns
                    if p.expression not in possible and p.expression.search(line)
                ]
                tried, lines = tried + len(patterns) - len(missed), lines + 1
    assert lines > 50
    assert tried < 0.1 * lines * len(patterns)
    assert any(statements(key) for key in every_abstract())


def test_a_rewritten_line_is_asked_anew() -> None:
    steps = (("rests", "sleeps"), ("sleeps", "wakes"), ("never", "x"), ("wakes", "is awake"))
    sieve = Sieve(steps, lambda step: re.compile(step[0]))
    seen: list[str] = []

    def rewrite(step: tuple[str, str], line: str) -> str:
        seen.append(step[0])
        return line.replace(*step)

    assert sieve.rewritten("it rests", rewrite) == "it is awake"
    assert seen == ["rests", "sleeps", "wakes"]


@given(st.lists(st.sampled_from(["<F0>", "<F1>", "or", "wakes", "it", ","]), max_size=12))
def test_bindings_may_begin_at_any_token_and_only_there(words: list[str]) -> None:
    line = " ".join(words)
    expression = re.compile(r"(?<!\S)(?:(?P<factor><F\d>(?: or <F\d>)*) (?:\w+ )?wakes)(?!\S)")
    starts = [0, *(m.end() for m in re.finditer(" ", line))]
    anywhere = [m for at in starts if (m := expression.match(line, at))]
    found = bindings(expression, line, re.compile("(?!)"))
    assert {m.span() for m in found} <= {m.span() for m in anywhere}
    assert bool(found) == bool(anywhere)
