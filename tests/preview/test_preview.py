"""A preview says what two full screenings, one after the other, would show."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import given, settings
from perennial.preview.flips import Version, in_force, preview, standing
from perennial.preview.protocol import Protocol, fingerprint
from perennial.query import parse, parse_blocks
from perennial.record import Heading, Record
from perennial.screen import Criterion, screen
from small_protocols import BLOCKS, MESHES, scenes

LONG = settings(max_examples=1_000 if os.environ.get("PERENNIAL_LONG") else 60)


def _full(records, integrity, version):
    """Every record screened anew, with the reviewers: the long way."""
    protocol = version.protocol
    rows = screen(records, integrity, protocol.criteria, in_force(version), protocol.mesh)
    return {row.pmid: row for row in rows}


def _told(scene):
    records, integrity, before, after = scene
    return preview(
        records, integrity, before, after, standing(records, integrity, before), {"1": "include"}
    )


@LONG
@given(scenes())
def test_the_flips_are_the_difference_of_two_full_screenings(scene) -> None:
    records, integrity, before, after = scene
    old, new = _full(records, integrity, before), _full(records, integrity, after)
    fates = {
        pmid: ((old[pmid].outcome, old[pmid].criterion), (new[pmid].outcome, new[pmid].criterion))
        for pmid in old
    }
    flips = {
        flip.pmid: (
            (flip.before.outcome, flip.before.criterion),
            (flip.after.outcome, flip.after.criterion),
        )
        for flip in _told(scene).flips
    }
    assert flips == {pmid: pair for pmid, pair in fates.items() if pair[0] != pair[1]}


@LONG
@given(scenes())
def test_the_flow_is_that_of_two_full_screenings(scene) -> None:
    records, integrity, before, after = scene
    boxes = {"excluded": "exclude", "awaiting": "human", "included": "include"}
    rows = [_full(records, integrity, version).values() for version in (before, after)]
    outcomes = [Counter(row.outcome for row in each) for each in rows]
    parts = [Counter((row.outcome, row.criterion or "reviewer") for row in each) for each in rows]
    told = {(delta.box, delta.criterion): delta for delta in _told(scene).deltas}
    for box, outcome in boxes.items():
        delta = told.pop((box, ""))
        assert (delta.before, delta.after) == tuple(count[outcome] for count in outcomes)
        if box == "included":
            continue
        wanted = {c for count in parts for o, c in count if o == outcome}
        for criterion in wanted:
            delta = told.pop((box, criterion))
            assert (delta.before, delta.after) == tuple(n[outcome, criterion] for n in parts)
    assert set(told) == {("screened", "")}


@LONG
@given(scenes())
def test_the_words_and_the_minutes_are_those_of_the_flips(scene) -> None:
    told = _told(scene)
    records = {record.pmid: record for record in scene[0]}
    for flip in told.flips:
        for found in (*flip.words_before, *flip.words_after):
            assert found.criterion in (flip.before.criterion, flip.after.criterion)
            record = records[flip.pmid]
            headings = (heading.descriptor for heading in record.headings)
            text = " ".join([record.title, record.abstract, *headings])
            assert all(word in text for word in found.words)
    sent = sum(flip.after.outcome == "human" for flip in told.flips)
    left = sum(flip.before.outcome == "human" for flip in told.flips)
    kept = sum({flip.before.outcome, flip.after.outcome} == {"human"} for flip in told.flips)
    assert (told.to_humans, told.from_humans) == (sent - kept, left - kept)


def test_nothing_changes_when_only_layout_and_names_do() -> None:
    blocks = parse_blocks({"renamed": BLOCKS["one"]})
    old = Protocol((_exclusion("#one OR leaf[tiab]", parse_blocks(BLOCKS)),))
    new = Protocol((_exclusion("#renamed   OR\n leaf[tiab]", blocks),))
    records = [Record("1", title="seed", abstract="leaf"), Record("2", title="moss")]
    before, after = Version(old), Version(new)
    told = preview(records, [], before, after, standing(records, [], before))
    assert (told.changes, told.flips) == ((), ())
    assert fingerprint(old) == fingerprint(new)


def test_another_hierarchy_flips_what_it_no_longer_holds() -> None:
    asked = (_exclusion('"Plants"[mh]', {}),)
    before, after = (Version(Protocol(asked, mesh)) for mesh in MESHES[2:4])
    records = [Record(h, headings=(Heading(h),)) for h in ("Mosses", "Ferns", "Plants")]
    told = preview(records, [], before, after, standing(records, [], before))
    assert [change.how for change in told.changes] == ["asks otherwise"]
    assert {flip.pmid: flip.after.outcome for flip in told.flips} == {
        "Mosses": "include",
        "Ferns": "exclude",
    }


def test_a_record_without_any_changed_word_may_flip_too() -> None:
    asked = [_exclusion(text, {}) for text in ("seed[ti] OR leaf[ti]", "seed[ti] AND root[ti]")]
    before, after = (Version(Protocol((criterion,))) for criterion in asked)
    records = [Record("1", title="seed"), Record("2", title="seed root"), Record("3", title="moss")]
    told = preview(records, [], before, after, standing(records, [], before))
    assert [flip.pmid for flip in told.flips] == ["1"]


def _exclusion(query: str, blocks) -> Criterion:
    return Criterion(
        "X1", "exclude", "a label", "a reason", parse(query, blocks), (), without_abstract="judge"
    )
