"""The flow of an updated review: what was before, what is new, and that it adds up."""

from __future__ import annotations

from dataclasses import replace

import pytest
import synthetic
from lxml import etree
from perennial.errors import LedgerError
from perennial.flow import Box, Flow
from perennial.render import diagram
from perennial.render.renewed import renewed
from perennial.render.review import Review
from reading import squeezed


def test_a_first_edition_has_nothing_before_it():
    assert renewed(synthetic.first_edition()) is None


def test_those_before_less_those_who_left_and_those_who_joined_are_included():
    review = synthetic.review()
    since = renewed(review)
    before, joined = since.boxes
    left = sum(part.count for part in before.parts if part.id != "still")
    assert (before.count, left, joined.count) == (9, 1, 1)
    assert before.count - left + joined.count == review.flow["included"].count


def test_new_records_are_counted_in_each_box():
    review = synthetic.review()
    since, new = renewed(review), set(review.ledger.changes[-1].new)
    for box in review.flow.boxes:
        assert since.new[box.id] == sum(pmid in new for pmid in box.pmids)
    assert since.new["identified"] == since.new["removed"] + since.new["screened"] == 7


def test_a_study_found_before_may_join_when_its_record_is_revised():
    review = synthetic.review()
    step = replace(review.step, joined=(*review.step.joined, synthetic.pmid(2)))
    before, joined = renewed(replace(review, step=step)).boxes
    assert {part.id: part.count for part in joined.parts} == {"found": 1, "revised": 1}
    assert before.count == 8


def lost(review: Review) -> Review:
    """A record that came with the last change and that no later box has."""
    boxes = [_without(box, synthetic.pmid(11)) for box in review.flow.boxes]
    return replace(review, flow=Flow(tuple(boxes)))


def _without(box: Box, left: str) -> Box:
    parts = (replace(p, pmids=tuple(x for x in p.pmids if x != left)) for p in box.parts)
    return replace(box, parts=tuple(parts)) if box.id == "excluded" else box


BROKEN = {
    "a study joined that is not included": lambda r: replace(
        r, step=replace(r.step, joined=(synthetic.pmid(8),))
    ),
    "a study left that is included": lambda r: replace(
        r, step=replace(r.step, dropped=(synthetic.pmid(1),))
    ),
    "a new record without a fate": lost,
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_flow_that_does_not_add_up_is_refused(change):
    with pytest.raises(LedgerError):
        renewed(change(synthetic.review()))


def written(review: Review) -> list[str]:
    root = etree.fromstring(diagram.svg(review.flow, "", renewed(review)))
    return [str(text.text) for text in root.iter("{*}text")]


def test_the_diagram_tells_what_was_before_and_what_is_new():
    text = squeezed("".join(written(synthetic.review())))
    for told in (
        "Studies included before 1 June 2026 (n = 9)",
        "Still included (n = 8)",
        "Set aside since, for a notice (n = 1)",
        "Studies newly included (n = 1)",
        "of all these, since 1 June 2026 (n = 7)",
    ):
        assert squeezed(told) in text
    assert squeezed("Studies included before") not in squeezed(
        "".join(written(synthetic.first_edition()))
    )


@pytest.mark.parametrize("review", [synthetic.review(), synthetic.first_edition()])
def test_no_count_is_broken_over_two_lines(review):
    lines = written(review)
    counts = [line for line in lines if "n\N{NO-BREAK SPACE}=" in line]
    assert len(counts) > len(review.flow.boxes)
    assert all(line.count("(") == line.count(")") for line in lines)
