"""A page of any size: every statement once in full, the others as data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from large import large
from perennial.render import diagram, listing
from perennial.render.page import Pages
from perennial.render.review import check
from reading import page


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(1, 200))
def test_as_many_of_each_as_fit(lengths, room):
    most = listing.fitting(lengths, room)

    def taken(each):
        return sum(min(length, each) for length in lengths)

    assert most >= 1
    assert most == 1 or taken(most) <= room
    assert most == max(lengths, default=1) or taken(most + 1) > room or most == 1


@pytest.fixture(scope="module")
def review():
    made = large(330, excluded=40)  # a few more statements than the page holds in full
    check(made)
    return made


@pytest.fixture(scope="module")
def root(review, templates):
    pages = Pages(review, templates, diagram.svg(review.flow, ""))
    return page({"review.html": pages.html()})


def test_every_statement_stands_in_full_once(review, root):
    shown = [name[2:] for name in root.xpath("//div[@class='said']/@id")]
    [script] = root.xpath("//script[@id='more-statements']")
    data = json.loads(script.text_content())
    kept = {data["words"][row[0]]: data["words"][row[1]] for row in data["rows"]}
    assert len(shown) <= listing.ROOM and kept
    assert sorted([*shown, *kept]) == sorted(s.id for s in review.statements)
    quotes = {s.id: s.quote for s in review.statements}
    assert {name: quotes[name] for name in kept} == kept


def test_rows_and_strands_hold_the_same_statements(root):
    rows = [a.get("href")[3:] for a in root.xpath("//table[@id='statements']//a[@class='quote']")]
    shown = [name[2:] for name in root.xpath("//div[@class='said']/@id")]
    assert sorted(rows) == sorted(shown)


def test_what_is_left_out_is_said(review, root):
    rest = len(review.statements) - listing.ROOM
    text = " ".join(root.text_content().split())
    assert rest > 0
    assert "the table of all statements has the others" in text
    assert "it leaves out" in text
