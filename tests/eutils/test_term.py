"""A term that needs no mending means to the server what it means to the evaluator."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.eutils.answer import Refusal
from perennial.eutils.term import read
from perennial.query import QueryError, parse

WRITTEN = """
moth
IL-2[ti]
"two words"[tiab]
quartz*[tiab]
R&D
beta(2)
p53/mdm2[tw]
2020:2021[dp]
"a b"[tiab:~3]
“smart quotes”[ti]
α-beta
90000001[uid]
hasabstract
"x [y] (z)"[ti]
two words
rock  salt[ti]
"""
PHRASES = st.sampled_from(WRITTEN.strip().splitlines())
OPERATORS = st.sampled_from([" AND ", " OR ", " NOT ", " and ", " & ", " | "])
TERMS = st.recursive(
    PHRASES,
    lambda inner: (
        st.builds("{}{}{}".format, inner, OPERATORS, inner) | st.builds("({})".format, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(TERMS)
def test_a_term_without_faults_is_left_alone(term: str):
    try:
        meant = parse(term).root
    except QueryError:
        return
    reading = read(term)
    assert reading.query.root == meant
    assert reading.fields_not_found == ()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab\"[]()*: #&|'αANDORT~", max_size=40))
def test_any_text_is_read_or_refused(term: str):
    try:
        assert read(term).translation
    except Refusal as refusal:
        assert refusal.message.startswith("Search Backend failed")
