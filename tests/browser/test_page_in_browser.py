"""What a reader does with the page, in a real browser."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
import synthetic
from perennial.render import listing
from perennial.render.page import SECTIONS

YEAR, FACTOR = 7, 0


def column(page, number: int) -> list[str]:
    cells = page.locator(f"#statements tbody tr:not(:has(.said)) > :nth-child({number + 1})")
    return [text.strip() for text in cells.all_inner_texts()]


def info(page) -> str:
    return page.locator(".dt-info").inner_text()


def first_statement():
    return synthetic.statements()[0]


@pytest.mark.parametrize("key", ["click", "Enter"])
def test_the_table_sorts(visit, small, key):
    page = visit(small)
    button = page.locator("#statements thead th").nth(YEAR).get_by_role("button")
    years = [synthetic.record(int(s.pmid) - 900_000_000).year for s in synthetic.statements()]
    for order, expected in ("ascending", sorted(years)), ("descending", sorted(years)[::-1]):
        button.click() if key == "click" else button.press(key)
        page.wait_for_selector(f"#statements th:nth-child({YEAR + 1})[aria-sort={order}]")
        assert [int(year) for year in column(page, YEAR)] == expected


def test_it_shows_only_what_is_chosen(visit, small):
    page = visit(small)
    page.get_by_role("combobox", name="Direction").select_option("Maintains rest")
    assert set(column(page, 1)) == {"Maintains rest"} and len(column(page, 1)) == 3
    assert info(page) == "1 to 3 of 3 statements (10 in all)"
    page.get_by_role("combobox", name="Standing").select_option("result")
    assert len(column(page, 1)) == 1
    page.get_by_role("button", name="Clear").click()
    assert info(page) == "1 to 10 of 10 statements"


def test_it_searches_what_is_shown_and_what_is_quoted(visit, small):
    page = visit(small)
    field = page.get_by_label("Search", exact=True)
    field.press_sequentially("FAC2 background")
    assert set(column(page, FACTOR)) == {"FAC2"} and len(column(page, FACTOR)) == 2
    field.fill("it was said")
    assert len(column(page, FACTOR)) == 1
    field.fill("there is no such word")
    assert info(page) == "No statement fits (10 in all)"
    assert page.locator(".dt-info").get_attribute("role") == "status"


def test_a_quote_opens_in_its_row_with_its_source(visit, small):
    page = visit(small)
    button = page.locator(f"#statements button[data-id='{first_statement().id}']")
    button.click()
    said = page.locator("#statements .said")
    assert button.get_attribute("aria-expanded") == "true"
    assert "FAC1 kept the cells at rest." in said.locator("blockquote").inner_text()
    assert re.search(
        r"Family\d 20\d\d \[\d+\].*characters 0–", said.locator(".address").inner_text()
    )
    said.get_by_role("link", name="In its place").click()
    page.wait_for_selector("#evidence details[open] .said:focus")
    button.click()
    assert said.count() == 0 and button.get_attribute("aria-expanded") == "false"


def test_a_quote_opens_beside_its_contradiction(visit, small):
    page = visit(small)
    line = page.locator("#contradictions li.statement").first
    line.get_by_role("button", name="Quote").click()
    assert "kept the cells at rest" in line.locator(".said").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_opens_what_it_leads_to(visit, small, scripts):
    name = f"s-{first_statement().id}"
    page = visit(small, f"#{name}", java_script_enabled=scripts)
    target = page.locator(f"[id='{name}']")
    target.wait_for(state="visible")
    assert target.evaluate("e => e.closest('details').open")
    box = target.bounding_box()
    assert 0 <= box["y"] < 900
    if scripts:
        page.wait_for_selector(f"[id='{name}']:focus", state="attached")


def test_a_link_opens_an_excluded_record(visit, small):
    page = visit(small, f"#pmid-{synthetic.pmid(9)}")
    target = page.locator(f"#pmid-{synthetic.pmid(9)}")
    assert target.is_visible() and 0 <= target.bounding_box()["y"] < 900


def test_every_kind_of_thing_has_a_place(visit, small):
    page = visit(small)
    names = [f"pmid-{synthetic.pmid(1)}", "claim-B1", "criterion-type", "strategy-words", "ref-2"]
    for name in [*names, *(id for id, _ in SECTIONS)]:
        page.evaluate("name => { location.hash = name }", name)
        page.wait_for_selector(f"[id='{name}']:focus", state="attached")


def test_a_statement_that_stands_only_in_the_table_has_a_place(visit, many, many_review):
    page = visit(many)
    shown = set(page.evaluate("[...document.querySelectorAll('#evidence .said')].map(e => e.id)"))
    late = next(s for s in many_review.statements if f"s-{s.id}" not in shown)
    assert len(shown) <= listing.ROOM < len(many_review.statements)
    assert info(page).endswith(f"of {len(many_review.statements):,} statements")
    page.get_by_role("combobox", name="Direction").select_option("No effect")
    page.evaluate("name => { location.hash = name }", f"s-{late.id}")
    target = page.locator(f"[id='s-{late.id}']")
    target.wait_for(state="visible")
    assert late.quote in target.inner_text() and 0 <= target.bounding_box()["y"] < 900
    assert column(page, FACTOR) == [late.factor]


def test_back_leads_back(visit, small):
    page = visit(small)
    link = page.locator("#evidence .claim a[href^='#s-']").first
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    link.click()
    page.wait_for_url("**/review.html#s-*")
    page.go_back()
    page.wait_for_url("**/review.html")
    page.wait_for_selector("#evidence .claim a[href^='#s-']")
    assert abs(page.evaluate("scrollY") - before) < 300
    page.go_forward()
    page.wait_for_url("**/review.html#s-*")


def test_a_link_to_a_part_is_copied(visit, small):
    page = visit(small, permissions=["clipboard-read", "clipboard-write"])
    page.locator("#flow-title").hover()
    page.get_by_role("link", name="Link to: Flow of records").click()
    page.get_by_text("The link was copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == small.as_uri() + "#flow"


@pytest.mark.parametrize(("day", "late"), [("2026-07-01", False), ("2026-07-02", True)])
def test_an_overdue_review_says_so(visit, small, day, late):
    clock = f"const D = Date; Date = class extends D {{ constructor() {{ super('{day}T12:00') }} }}"
    page = visit(small, ready=clock)
    assert page.get_by_text("This review is overdue.", exact=True).is_visible() is late


def test_paper_has_every_section_and_what_was_opened(visit, small):
    page = visit(small)
    shut = text_of(page.pdf())
    assert [title for _, title in SECTIONS if squeezed(title) not in shut] == []
    assert squeezed("https://doi.org/10.0000/synthetic.1") in shut
    assert "Showonly" not in shut and "Skiptothereview" not in shut
    assert squeezed("FAC1 kept them at rest, it was said.") not in shut
    name = synthetic.statements()[8].id
    page.evaluate("name => { location.hash = name }", f"s-{name}")
    page.wait_for_selector(".said:focus")
    assert squeezed("FAC1 kept them at rest, it was said.") in text_of(page.pdf())


def test_paper_has_every_row(visit, small):
    page = visit(small)
    text = text_of(page.pdf())
    for statement in synthetic.statements():
        assert statement.factor in text
    assert page.locator("#statements tbody tr").count() == 10


def text_of(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_without_scripts_the_table_is_whole(visit, small):
    page = visit(small, java_script_enabled=False)
    assert len(column(page, FACTOR)) == 10
    assert page.locator("noscript p").is_visible()
    page.locator("#statements a.quote").first.click()
    assert page.locator("#evidence details[open] blockquote").is_visible()
