"""A corpus that wants to run something, in a browser that could run it."""

from __future__ import annotations

import os

import pytest
import synthetic
from perennial.render import listing
from perennial.render.wording import visible
from test_hostile import CASES, poisoned, text_of

# The cases one by one would take a minute; together they are as hostile.
SHORT = "\n".join(text_of(case) for case in CASES if len(text_of(case)) < 500)
LONG = [text_of(case) for case in CASES if len(text_of(case)) >= 500]
MADE = "document.querySelectorAll('img, iframe, object, embed, form, base, [onerror], [onload]')"


FORMS = {"as data": 4, "in full": 1000}
TEXTS = dict(zip(("all that is short", "long", "entities"), (SHORT, *LONG), strict=True))
BOTH = set(TEXTS) if os.environ.get("PERENNIAL_LONG") else {"all that is short"}


@pytest.mark.parametrize(
    ("text", "room"),
    [
        pytest.param(text, room, id=f"{name}-{form}")
        for name, text in TEXTS.items()
        for form, room in FORMS.items()
        if name in BOTH or form == "as data"
    ],
)
def test_nothing_runs_and_nothing_sticks_out(visit, write, tmp_path, monkeypatch, text, room):
    monkeypatch.setattr(listing, "ROOM", room)
    file = write(poisoned(synthetic.review(), text), tmp_path / "review.html")
    page = visit(file, viewport={"width": 360, "height": 740})
    assert page.locator("#more-statements").count() == (room < 10)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    for name in "Factor", "Cancer", "Standing":
        page.get_by_role("combobox", name=name).select_option(index=1)
        assert page.locator("#statements button.quote").count() > 0
        page.get_by_role("button", name="Clear").click()
    for button in page.locator("#statements button.quote").all():
        button.click()
    shown = page.locator("#statements .said blockquote bdi").first
    assert plain(shown.text_content()) == plain(visible(text))
    page.get_by_label("Search", exact=True).fill("<img src=x onerror=alert(2)>&lt;")
    assert page.evaluate(f"{MADE}.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def plain(text: str) -> str:
    # Browsers read a carriage return as a line feed.
    return text.replace("\r\n", "\n").replace("\r", "\n")
