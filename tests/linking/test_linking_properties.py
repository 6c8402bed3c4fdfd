"""What holds of linking whatever the records are."""

from __future__ import annotations

import os
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.imports.ids import from_pubmed, sort_key
from perennial.link import link
from perennial.record import Author, Notice, Record
from perennial.screened import Link

thorough = settings(max_examples=1_000 if os.environ.get("PERENNIAL_LONG") == "1" else 60)
TITLES = (
    "",
    "Editorial",
    "Frost hardiness of winter wheat in gardens",
    "Frost hardiness of winter wheat in garden",
    "Frost hardiness of winter wheat in gardens. II",
    "RETRACTED: Frost hardiness of winter wheat in gardens",
    "Retraction notice to: Frost hardiness of winter wheat in gardens",
    "Snow cover and the hardening of rye",
)
NOTICES = ("RetractionIn", "RetractionOf", "UpdateIn", "UpdateOf", "ErratumFor", "CommentIn")
IDS = [str(n) for n in range(1, 5)] + [f"x{n}" for n in range(3)]


@st.composite
def record(draw: st.DrawFn, pmid: str) -> Record:
    def one(*values: str) -> str:
        return draw(st.sampled_from(values))

    types = draw(
        st.sampled_from(
            [(), ("Journal Article",), ("Letter",), ("Meeting Abstract",), ("Preprint",)]
        )
    )
    notices = st.builds(Notice, st.sampled_from(NOTICES), st.sampled_from(["", *IDS]))
    return Record(
        pmid,
        title=one(*TITLES),
        doi=one("", "10.1000/a", "10.1000/A", "10.1000/b", "10.1101/2018.01.01.000001"),
        pmcid=one("", "", "PMC1", "PMC2"),
        authors=tuple(Author(name) for name in draw(st.sampled_from([(), ("Aalto",), ("Berg",)]))),
        journal=one("", "Journal of example gardens", "Annals of examples"),
        year=draw(st.sampled_from([0, 2018, 2019])),
        volume=one("", "12"),
        pages=one("", "101-9", "210"),
        publication_types=types,
        notices=tuple(draw(st.lists(notices, max_size=1))),
    )


@st.composite
def held(draw: st.DrawFn) -> list[Record]:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=len(IDS)))
    return [draw(record(pmid)) for pmid in ids]


def copies(links: list[Link]) -> dict[str, str]:
    return {found.pmid: found.other for found in links if found.kind == "duplicate of"}


@thorough
@given(held(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(records: list[Record], by: random.Random) -> None:
    other = list(records)
    by.shuffle(other)
    assert link(other) == link(records)


@thorough
@given(held())
def test_no_record_is_linked_to_itself_nor_twice_in_one_way(records: list[Record]) -> None:
    links, integrity = link(records)
    assert all(found.pmid != found.other for found in links)
    told = [(found.pmid, found.kind, found.other) for found in links]
    assert len(set(told)) == len(told)
    assert len(set(integrity)) == len(integrity)
    known = {found.pmid for found in records}
    assert {found.pmid for found in links} | {notice.pmid for notice in integrity} <= known


@thorough
@given(held())
def test_what_represents_a_group_is_itself_no_duplicate(records: list[Record]) -> None:
    links, _ = link(records)
    stands = copies(links)
    assert not set(stands) & set(stands.values())
    assert len(stands) == sum(found.kind == "duplicate of" for found in links)
    for copy, first in stands.items():
        assert sort_key(first) < sort_key(copy)
        assert from_pubmed(first) or not from_pubmed(copy)


@thorough
@given(held())
def test_linking_what_is_left_finds_nothing_that_was_not_asked(records: list[Record]) -> None:
    links, _ = link(records)
    stands = copies(links)
    left, _ = link([found for found in records if found.pmid not in stands])
    told = {frozenset((f.pmid, f.other)) for f in links if f.kind != "duplicate of"}
    assert {frozenset(pair) for pair in copies(left).items()} <= told


@thorough
@given(held())
def test_a_question_is_about_two_records_that_stand_for_themselves(records: list[Record]) -> None:
    links, _ = link(records)
    stands = copies(links)
    for found in links:
        if found.kind == "maybe duplicate of":
            assert not {found.pmid, found.other} & set(stands)
    pairs = [frozenset((f.pmid, f.other)) for f in links if f.rule and f.kind.startswith("maybe")]
    assert len(set(pairs)) == len(pairs)


@thorough
@given(held(), st.sampled_from(["z1", "z2"]))
def test_a_stranger_changes_nothing(records: list[Record], pmid: str) -> None:
    stranger = Record(
        pmid, title="A flora of bridges and their shadows", doi="10.1000/z", year=1901
    )
    assert link([*records, stranger]) == link(records)
