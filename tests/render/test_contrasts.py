"""Findings that disagree, as they are read: two sides, on how many studies, what separates them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import synthetic
from perennial.claim import Contradiction, Separation, Side
from perennial.render import contrasts, diagram
from perennial.render.page import Pages
from reading import page, squeezed


def side(*studies: str, claims: tuple[str, ...] = ()) -> Side:
    known = {s.pmid: s.id for s in synthetic.review().stated}
    names = tuple(known[pmid] for pmid in studies)
    return Side("rest", ("IND",), ("FAC1",), names, studies, claims)


def contrast(one: Side, other: Side, *separation: Separation, kind: str = "opposite"):
    review = synthetic.review()
    found = Contradiction(kind, "FAC1", one, other, separation)
    review = replace(review, synthesis=replace(review.synthesis, contradictions=(found,)))
    ((_, _, _, (shown,)),) = contrasts.kinds(review)
    return shown


A, B, C = (synthetic.pmid(number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ((A,), (C,), ("1 study.", "1 study.")),
        ((A, B), (C,), ("2 studies.", "1 study.")),
        (
            (A,),
            (A,),
            (
                "1 study, which also stands on the other side.",
                "1 study, which also stands on the other side.",
            ),
        ),
        (
            (A, B),
            (A,),
            (
                "2 studies, of which 1 also stands on the other side.",
                "1 study, which also stands on the other side.",
            ),
        ),
        (
            (A, B, C),
            (A, B),
            (
                "3 studies, of which 2 also stand on the other side.",
                "2 studies, all of which also stand on the other side.",
            ),
        ),
        ((), (C,), ("No study in this review.", "1 study.")),
    ],
)
def test_a_side_says_on_how_many_studies_it_rests(one, other, told):
    found = contrast(side(*one, claims=("B1",)), side(*other, claims=("B1",)))
    assert tuple(group.told for group in found.sides) == told


def test_what_separates_the_sides_is_said_by_how_far_it_does():
    found = contrast(
        side(A),
        side(C),
        Separation("condition", "partly", ("breast", "colon"), ("breast",)),
        Separation("site", "wholly", ("lung",), ("brain", "bone")),
        Separation("species", "not at all", ("mouse",), ("mouse",)),
        Separation("approach", "wholly", ("loss",), ("given",)),
        Separation("model", "not recorded", (), ("mouse",)),
    )
    assert found.apart == (
        "They differ throughout in site (lung against brain and bone) and how it was found "
        "(less of the factor against giving the agent).",
        "They differ in part in cancer (breast and colon against breast).",
    )
    assert found.alike == (
        "The same on both sides: species (mouse).",
        "Not recorded for at least one side: model.",
    )


def test_where_nothing_separates_them_it_says_so():
    same = Separation("site", "not at all", ("lung",), ("lung",))
    assert contrast(side(A), side(C), same).apart == ("Nothing that was recorded separates them.",)


def test_claims_that_oppose_each_other_do_not_pass_for_results():
    found = contrast(side(claims=("B1",)), side(claims=("B2",)))
    assert not found.tested
    assert [claim.id for group in found.sides for claim in group.claims] == ["B1", "B2"]


def test_every_kind_has_a_heading_and_an_explanation(templates):
    review = synthetic.review()
    kinds = [
        Contradiction(kind, "FAC1", side(A), side(C), ()) for kind in reversed(contrasts.KINDS)
    ]
    review = replace(review, synthesis=replace(review.synthesis, contradictions=tuple(kinds)))
    html = page({"review.html": Pages(review, templates, diagram.svg(review.flow, "t")).html()})
    section = html.get_element_by_id("contradictions")
    headings = [heading.text_content() for heading in section.iter("h3")]
    assert headings == [heading for heading, _ in contrasts.KINDS.values()]
    text = squeezed(section.text_content())
    assert all(squeezed(meaning) in text for _, meaning in contrasts.KINDS.values())
    assert len(section.xpath(".//article/div[@class='sides']")) == len(kinds)


def test_the_summary_counts_only_what_results_show():
    assert contrasts.strands(synthetic.review()) == ("1 factor with opposite effects",)
