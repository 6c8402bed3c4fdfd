"""Linking: duplicates point to the first record, notices bear on the record that carries them."""

from __future__ import annotations

from perennial.link import link
from perennial.record import Notice, Record


def test_the_same_doi_or_pmcid_is_a_duplicate_of_the_first() -> None:
    records = [
        Record("1", doi="10.1000/a", pmcid="PMC1"),
        Record("2", doi="10.1000/A"),
        Record("3", pmcid="PMC1"),
        Record("4", doi="10.1000/b"),
        Record("5"),
        Record("6"),
    ]
    links, _ = link(records)
    assert [(found.pmid, found.other, found.rule) for found in links] == [
        ("2", "1", "same DOI"),
        ("3", "1", "same PMCID"),
    ]


def test_notices_in_both_directions() -> None:
    records = [
        Record("1", notices=(Notice("ErratumIn", "9", "J 2020;1:1"), Notice("CommentIn", "8"))),
        Record("2", notices=(Notice("RetractionOf", "7", "J 2019"),)),
        Record("3", notices=(Notice("ExpressionOfConcernIn", "", "J 2021"),)),
        Record("4", notices=(Notice("CommentIn", "", "J. Editor's note of 2023."),)),
    ]
    links, integrity = link(records)
    assert [(found.pmid, found.kind, found.other) for found in links] == [
        ("2", "retraction of", "7")
    ]
    assert [(found.pmid, found.kind) for found in integrity] == [
        ("1", "corrected"),
        ("3", "concern"),
        ("4", "editor's note"),
    ]
