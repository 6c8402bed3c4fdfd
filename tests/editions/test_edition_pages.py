"""Editions within the review: on the page, in the document, and in Markdown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
import synthetic
from perennial.editions import shelf
from perennial.editions.edition import Edition
from perennial.flow import Box, Part
from perennial.render.editions import editions
from perennial.render.page import Pages
from perennial.render.review import Review
from perennial.render.state import state

TEMPLATES = Path(__file__).parents[2] / "workflow" / "templates"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def page(review: Review) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(Pages(review, TEMPLATES, DRAWING).html())


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def cells(section: lxml.html.HtmlElement, table: int) -> list[list[str]]:
    found = section.xpath(".//table")[table]
    return [[words(cell) for cell in row.iter("th", "td")] for row in found.xpath(".//tbody/tr")]


@pytest.fixture(scope="module")
def whole() -> lxml.html.HtmlElement:
    return page(synthetic.review())


def test_every_edition_is_listed_with_what_it_changed(whole) -> None:
    section = whole.get_element_by_id("editions")
    now = "1 study joined, 1 study left, 1 conclusion reversed, 1 new contradiction."
    assert cells(section, 0) == [
        ["2026.1 (this page), 1 June 2026", "9", now],
        [
            "2025.2, 1 May 2026",
            "9",
            "1 conclusion reversed. A made-up note on the second edition.",
        ],
        ["2025.1, 1 April 2026", "9", "The first edition."],
    ]
    assert words(section).startswith(f"Editions Since edition 2025.2 of 1 May 2026: {now[:20]}")


def test_the_flow_is_told_edition_by_edition(whole) -> None:
    assert cells(whole.get_element_by_id("editions"), 1) == [
        ["2026.1", "24", "16", "5", "2", "9"],
        ["2025.2", "19", "13", "3", "1", "9"],
        ["2025.1", "19", "13", "3", "1", "9"],
    ]


def test_every_edition_has_an_address_that_opens(whole) -> None:
    for number in ("2026.1", "2025.2", "2025.1"):
        (found,) = whole.xpath(f"//*[@id='edition-{number}']")
        folded = list(found.iterancestors("details"))
        assert (found.tag == "th") != bool(folded)
    links = whole.xpath("//section[@id='editions']//th/a/@href")
    assert links == ["#edition-2026.1", "#edition-2025.2"]


def test_what_has_changed_begins_with_the_last_edition(whole) -> None:
    section = whole.get_element_by_id("changes")
    told = "Since edition 2025.2 of 1 May 2026: 1 study joined"
    assert told in words(section)
    first = page(synthetic.unpublished()).get_element_by_id("changes")
    assert "Since edition" not in words(first)


def test_without_an_edition_the_state_is_the_first() -> None:
    section = page(synthetic.first_edition()).get_element_by_id("editions")
    assert "No edition was published before this one." in words(section)
    assert cells(section, 0) == [["2026.1 (this page), 1 June 2026", "9", "The first edition."]]


def test_a_page_is_the_same_before_and_after_it_is_published(tmp_path: Path) -> None:
    review = synthetic.review()
    before = Pages(review, TEMPLATES, DRAWING).html()
    for edition in review.editions:
        shelf.publish(tmp_path, edition, b"")
    shelf.publish(tmp_path, state(review), before)
    published = replace(review, editions=shelf.load(tmp_path))
    assert len(published.editions) == 3
    assert Pages(published, TEMPLATES, DRAWING).html() == before


def test_a_later_state_under_an_old_number_is_told() -> None:
    review = replace(synthetic.review(), version="2025.2")
    newest = editions(review)[0]
    assert newest.unnumbered
    section = page(review).get_element_by_id("editions")
    assert "not published as an edition yet" in words(section)
    assert section.xpath(".//*[@id='edition-2025.2-now']")
    assert len(section.xpath(".//*[@id='edition-2025.2']")) == 1


def _fewer(review: Review, box: str) -> Review:
    """The review with one record less in a box of its flow."""

    def without(part: Part) -> Part:
        return replace(part, pmids=part.pmids[:-1])

    def cut(one: Box) -> Box:
        return replace(one, parts=(without(one.parts[0]), *one.parts[1:])) if one.id == box else one

    return replace(review, flow=replace(review.flow, boxes=tuple(map(cut, review.flow.boxes))))


@pytest.mark.parametrize(
    ("box", "column"), [("identified", 1), ("screened", 2), ("excluded", 3), ("awaiting", 4)]
)
def test_a_number_of_the_flow_is_the_ledgers(box: str, column: int, whole) -> None:
    state_ = state(_fewer(synthetic.review(), box))
    now = cells(whole.get_element_by_id("editions"), 1)[0]
    assert state_.number_in(box) == int(now[column]) - 1


@pytest.mark.parametrize("medium", ["docx", "md"])
def test_the_other_media_tell_it_too(medium: str) -> None:
    body = Pages(synthetic.review(), TEMPLATES, DRAWING).body(medium)
    tree = lxml.html.fromstring(body)
    text = " ".join(tree.text_content().split())
    assert "Since edition 2025.2 of 1 May 2026: 1 study joined, 1 study left" in text
    assert "From 2025.2 to 2026.1 (this page), 1 June 2026" in text
    assert text.count("Conclusions: reversed (1)") == 2


def test_a_long_list_is_cut_and_says_so() -> None:
    review = synthetic.review()
    many = tuple(replace(s, id=f"old{n}") for n in range(30) for s in state(review).statements[:1])
    many = tuple(replace(s, quote=f"Old quote {n}.") for n, s in enumerate(many))

    def older(edition: Edition) -> Edition:
        return replace(edition, statements=many)

    section = page(replace(review, editions=tuple(map(older, review.editions))))
    text = words(section.get_element_by_id("editions"))
    assert "Statements that are gone (30)" in text
    assert text.count("Old quote") == 25
    assert "The first 25 are shown; perennial diff has them all." in text


HOSTILE = '<script>alert(1)</script>"onmouseover="x\u202e'


def test_hostile_words_of_an_edition_are_text() -> None:
    review = synthetic.review()

    def worse(edition: Edition) -> Edition:
        return replace(
            edition,
            note=HOSTILE,
            studies=tuple(replace(s, name=HOSTILE, title=HOSTILE) for s in edition.studies),
            statements=tuple(replace(s, quote=HOSTILE, factor=HOSTILE) for s in edition.statements),
            conclusions=tuple(replace(c, text=HOSTILE) for c in edition.conclusions),
        )

    tree = page(replace(review, editions=tuple(map(worse, review.editions))))
    section = tree.get_element_by_id("editions")
    assert not section.xpath(".//script") and not section.xpath(".//@onmouseover")
    assert "<script>alert(1)</script>" in words(section)
    assert "\u202e" not in words(section)
