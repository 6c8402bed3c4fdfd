"""The page by keyboard, to a screen reader, in the dark and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

# WCAG 2.2 to level AA, and what axe's authors hold to be good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = {"runOnly": {"type": "tag", "values": list(RULES)}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
FOCUSED = """() => {
  const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
  const seen = b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight;
  const text = (e.getAttribute("aria-label") || e.textContent).trim().slice(0, 40);
  return { tag: e.tagName, text, seen,
           outlined: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 };
}"""
# Elements that stick out to the right, unless a region that scrolls holds them.
OUT = """() => [...document.querySelectorAll("body *")].filter((e) =>
    !e.closest(".wide, .skip, pre") && getComputedStyle(e).position !== "fixed"
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 120))"""


def opened(page):
    """Everything unfolded, and a quote open in the table: the page at its fullest."""
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.locator("#statements button.quote").first.click()
    page.locator("#contradictions button.quote").first.click()
    return page


# In the dark nothing differs but colours.
@pytest.mark.parametrize(
    ("scheme", "size", "rules", "least"),
    [("light", DESK, AXE, 20), ("light", PHONE, AXE, 20), ("dark", DESK, COLOURS, 1)],
    ids=["desk", "phone", "dark"],
)
def test_axe_finds_no_violation(visit, small, scheme, size, rules, least):
    page = opened(visit(small, color_scheme=scheme, viewport=size))
    found = Axe().run(page, options=rules).response
    assert len(found["passes"]) >= least
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]][:5]) for v in found["violations"]] == []


@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 640}, DESK])
def test_nothing_sticks_out(visit, small, size):
    page = opened(visit(small, viewport=size))
    width = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    scrolled, shown = page.evaluate(width)
    assert scrolled <= shown == size["width"]
    assert page.evaluate(OUT) == []


def test_no_text_is_too_small_to_read_on_a_phone(visit, small):
    page = opened(visit(small, viewport=PHONE))
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("main *")]
            .filter((e) => !e.closest("svg") && [...e.childNodes].some((n) => /\\S/.test(n.data)))
            .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 11


def test_a_keyboard_is_enough(visit, small):
    page = visit(small)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the review"
    page.keyboard.press("Enter")
    page.wait_for_selector("#main:focus")
    page.get_by_label("Search", exact=True).focus()
    page.keyboard.type("FAC9")
    walk_to(page, "Factor: Activate")
    page.keyboard.press("Enter")
    page.wait_for_selector("#statements th[aria-sort='descending']")
    walk_to(page, "Quote")
    page.keyboard.press("Enter")
    assert page.locator("#statements .said").is_visible()
    walk_to(page, "In its place")
    page.keyboard.press("Enter")
    page.wait_for_selector("#evidence .said:focus")


def walk_to(page, text: str) -> None:
    """Press Tab until what has the focus begins with ``text``."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["text"].startswith(text):
            return
    raise AssertionError(f"Tab does not come to {text!r}")


def test_wherever_the_keyboard_goes_it_can_be_seen(visit, small):
    page = visit(small)
    stops = []
    while len(stops) < 1000:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    assert 60 < len(stops) < 1000  # it came out at the end
    assert [stop for stop in stops if not (stop["outlined"] and stop["seen"])] == []


def test_who_wants_no_motion_gets_none(visit, small):
    page = visit(small, reduced_motion="reduce")
    moving = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(moving) == "auto"
    durations = (
        "[...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration)"
    )
    assert set(page.evaluate(durations)) == {"0s"}
