"""Screening as people do it: by keys, on a phone, in the dark, two of them blinded."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).parents[2] / "decisions"))

from perennial.record import Author, Notice, Record
from small_review import RECORDS, TWO, project

small = project
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
OUT = """() => [...document.querySelectorAll("body *")].filter((e) =>
    !e.closest(".wide, .skip, .told, pre") && getComputedStyle(e).position !== "fixed"
    && e.checkVisibility() && e.getBoundingClientRect().width > 0
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 120))"""
# Keys in the very moment in which something comes.
HASTE = """() => { window.pressed = ["e", "1", "i", "u"]; for (const key of window.pressed)
  document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})); }"""
DRAFTS = """() => [Object.keys(sessionStorage).filter((key) => key.startsWith("note")),
  document.getElementById("note").value]"""
LONG = "An old " + "tale of pneumonoultramicroscopicsilicovolcanoconiosis. " * 12
MANY = tuple(
    Record(
        str(number),
        title="<script>document.title = 'hit'</script> tale" if number == 3 else f"Tale {number}",
        abstract=LONG,
        authors=(Author("Noor", initials="A"),),
        journal="Journal of Tales",
        year=2020,
        keywords=("tale", "x" * 70),
        doi="10.1000/" + "y" * 60,
        notices=(Notice("ErratumIn", "9", "J 2020"),) if number == 2 else (),
    )
    for number in range(1, 14)
)


@pytest.fixture
def many(small):
    return small(records=MANY)


def read(page) -> None:
    """As if the record had been there for as long as it takes to read it."""
    page.evaluate("shown -= 10 * UNSEEN")


def press(page, key: str, said: str) -> None:
    """Press a key as somebody does who has read the record; wait for what the page says of it."""
    read(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "(said) => document.querySelector('#told').textContent.includes(said)", arg=said
    )


def number(page) -> str:
    """The PMID on the screen."""
    return page.locator("input[name=pmid]").get_attribute("value")


def clean(page, rules=AXE) -> list:
    found = Axe().run(page, options=rules).response
    assert found["passes"]
    return [(v["id"], [n["html"][:200] for n in v["nodes"]][:5]) for v in found["violations"]]


def fits(page) -> None:
    """Axe finds nothing and nothing sticks out, on a desk and on a phone."""
    before = page.viewport_size
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        assert clean(page) == []
        assert page.evaluate(OUT) == []
    page.set_viewport_size(before)


def test_ten_records_by_keyboard_alone(serve, enter, many, size):
    served = serve("--reviewer", "Ada", "--date", "2026-01-02", folder=many.folder)
    page = enter(served, "/screening", viewport=size)
    page.wait_for_selector("#state h2")
    press(page, "i", "Written: PMID 1, include.")
    assert page.evaluate("document.activeElement.id") == "record"
    assert page.locator("#told").get_attribute("aria-live") == "polite"
    assert "Notice: corrected" in page.locator(".notice").inner_text()
    fits(page)
    read(page)
    page.keyboard.press("e")
    fits(page)
    page.keyboard.press("i")  # means nothing while a reason is chosen
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert not page.locator("#reasons").is_visible()
    page.keyboard.press("e")
    press(page, "3", "Written: PMID 2, exclude X3.")
    assert page.locator(".record h2").inner_text() == "<script>document.title = 'hit'</script> tale"
    assert "hit" not in page.title()
    press(page, "u", "Written: PMID 3, unsure.")
    read(page)
    page.keyboard.press("n")
    page.keyboard.type("is it?  i")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "record"
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    away_and_back(page, served.root, "is it?  i")
    press(page, "i", "PMID 4, include, with the note “is it? i”.")
    assert page.evaluate(DRAFTS) == [[], ""]
    press(page, "s", "PMID 5 is skipped")
    press(page, "i", "Written: PMID 6")
    press(page, "b", "Taken back: PMID 6, include.")
    assert number(page) == "6"
    read(page)
    page.keyboard.press("e")
    walk_to(page, "X1")
    press(page, "Enter", "Written: PMID 6, exclude X1.")
    for pmid in range(7, 14):
        press(page, "i", f"Written: PMID {pmid}, include.")
    assert page.get_by_role("heading", name="The end of the queue").is_visible()
    fits(page)
    read(page)
    page.keyboard.press("g")
    page.wait_for_selector("input[name=pmid]", state="attached")
    assert number(page) == "5"
    press(page, "i", "Written: PMID 5")
    press(page, "i", "Written: PMID 3")
    assert "13 of 13 answered, 0 left" in page.locator(".left").inner_text()
    said = [
        (row.pmid, row.outcome, row.criterion, row.note)
        for row in many.decisions
        if int(row.pmid) < 7
    ]
    assert said == [
        ("1", "include", "", ""),
        ("2", "exclude", "X3", ""),
        ("3", "human", "", ""),
        ("4", "include", "", "is it? i"),
        ("6", "include", "", ""),
        ("6", "withdrawn", "", ""),
        ("6", "exclude", "X1", ""),
        ("5", "include", "", ""),
        ("3", "include", "", ""),
    ]


def away_and_back(page, root: str, note: str) -> None:
    """What is typed and not sent stays with its record in this tab, and shows in no other."""
    page.get_by_role("link", name="Adjudication").click()
    page.wait_for_url("**/adjudicate")
    page.goto(root + "/screening")
    assert page.locator("#note").input_value() == note
    other = page.context.new_page()
    other.goto(root + "/screening")
    assert (number(other), other.locator("#note").input_value()) == (number(page), "")
    other.close()


def walk_to(page, text: str) -> None:
    """Press Tab until what has the focus holds ``text``."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"Tab does not come to {text!r}")


def test_a_phone_a_dark_room_and_hasty_fingers(serve, enter, many):
    served = serve("--reviewer", "Ada", folder=many.folder)
    page = enter(served, "/screening", viewport=PHONE, color_scheme="dark", has_touch=True)
    page.wait_for_selector("#state h2")
    assert clean(page, COLOURS) == []
    for button in page.locator(".answers button").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]
        assert box["y"] > PHONE["height"] / 2
        assert box["height"] >= 44
    assert (
        page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.abstract p')).fontSize)"
        )
        >= 16
    )
    page.get_by_role("button", name="Include").dblclick()
    page.wait_for_timeout(600)
    assert [row.pmid for row in many.decisions] == ["1"]
    page.keyboard.press("i")
    page.wait_for_selector("text=Written: PMID 2, include.")
    # Before anybody can have read what has come: by a key, and by loading the page.
    page.evaluate(f"document.addEventListener('htmx:afterSettle', {HASTE}, {{once: true}})")
    read(page)
    page.keyboard.press("u")
    page.wait_for_selector("text=Written: PMID 3, unsure.")
    page.wait_for_timeout(600)
    page.add_init_script(f"addEventListener('load', {HASTE})")
    page.reload()
    page.wait_for_timeout(600)
    assert not page.locator("#reasons").is_visible()
    assert page.evaluate("pressed") == ["e", "1", "i", "u"]
    assert [row.pmid for row in many.decisions] == ["1", "2", "3"]
    page.get_by_role("button", name="Exclude").tap()
    assert clean(page, COLOURS) == []
    page.get_by_role("button", name="X3").tap()
    page.wait_for_selector("text=Written: PMID 4, exclude X3.")
    assert [row.pmid for row in many.decisions] == ["1", "2", "3", "4"]
    while_it_is_built(page, many.folder)
    assert number(page) == "5"
    assert page.locator("#note").input_value() == "typed for long"
    not_let_in(page)
    assert page.locator("#note").input_value() == "typed for long"


def not_let_in(page) -> None:
    """A desk that was started anew answers with a page of its own: it is told, and all stays."""
    page.expected.append("403")
    answer = "<!DOCTYPE html><main><div class='trouble'>Open the link again.</div></main>"
    page.route(
        "**/screening", lambda r: r.fulfill(status=403, body=answer, content_type="text/html")
    )
    read(page)
    page.get_by_role("button", name="Include").tap()
    page.locator("#told", has_text="Open the link again.").wait_for()
    assert page.locator("#sitting nav, #sitting main").count() == 0


def while_it_is_built(page, folder: Path) -> None:
    """Answer during a build: it is told, and the page comes back by itself."""
    page.expected.append("409")
    table = folder / "results/2_linked/integrity.parquet"
    held = table.read_bytes()
    (folder / ".snakemake/locks").mkdir(parents=True)
    (folder / ".snakemake/locks/0.output.lock").touch()
    table.unlink()
    read(page)
    page.get_by_label("Note").fill("typed for long")
    page.get_by_role("button", name="Include").tap()
    page.wait_for_selector("text=the review is being built")
    assert clean(page) == []
    assert page.evaluate(OUT) == []
    table.write_bytes(held)
    (folder / ".snakemake/locks/0.output.lock").unlink()
    (folder / ".snakemake/locks").rmdir()
    (folder / ".snakemake").rmdir()
    page.wait_for_selector("input[name=pmid]", state="attached")


def test_two_who_are_blinded_and_a_third_who_adjudicates(serve, enter, small):
    review = small(TWO, RECORDS)
    served = serve(folder=review.folder)

    def named(name: str, path: str, **options):
        page = enter(served, "/", **options)
        page.get_by_label("Name or initials").fill(name)
        page.keyboard.press("Enter")
        page.wait_for_url(served.root + "/")
        page.goto(served.root + path)
        page.wait_for_selector("#state h2")
        return page

    ada, bo = named("Ada", "/screening"), named("Bo", "/screening")
    before = bo.locator("main").inner_text()
    press(ada, "i", "Written: PMID 1, include.")
    press(ada, "i", "Written: PMID 3, include.")
    press(ada, "u", "Written: PMID 5, unsure.")
    bo.reload()
    bo.wait_for_selector("#state h2")
    assert bo.locator("main").inner_text() == before
    assert not re.search(r"Ada|kappa|settled", bo.content())
    press(bo, "e", "")
    press(bo, "1", "Written: PMID 1, exclude X1.")
    press(bo, "i", "Written: PMID 3, include.")
    press(bo, "i", "Written: PMID 5, include.")
    assert "Ada" not in bo.content()
    cy = named("Cy", "/screening/adjudicate?others=shown")
    fits(cy)
    assert cy.locator(".heard li").all_inner_texts()[0].startswith("Ada\ninclude")
    assert "kappa (95 % interval)" in cy.locator("#state").inner_text()
    press(cy, "i", "Written: PMID 1, include.")
    press(cy, "e", "")
    press(cy, "3", "Written: PMID 5, exclude X3.")
    rows = [(row.pmid, row.outcome, row.role, row.reviewer) for row in review.decisions[-2:]]
    assert rows == [
        ("1", "include", "adjudicator", "Cy"),
        ("5", "exclude", "adjudicator", "Cy"),
    ]
