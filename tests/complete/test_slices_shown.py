"""The method section lists the slices of a strategy that took more than one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from perennial.ledger import Slice
from perennial.render.files import render

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("number", [1, 2])
def test_slices_are_shown_if_there_are_several(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "render"))
    import synthetic  # noqa: PLC0415 - the made-up review of the render tests

    review = synthetic.review()
    slices = (Slice("8001:999999999[uid]", 9, ()), Slice("1:8000[uid]", 5, ()))[:number]
    search = review.ledger.search
    first = replace(search.strategies[0], slices=slices)
    search = replace(search, strategies=(first, *search.strategies[1:]))
    review = replace(review, ledger=replace(review.ledger, search=search))
    page = html.fromstring(render(review, ROOT / "workflow" / "templates")["review.html"])
    listed = [" ".join(item.text_content().split()) for item in page.iter("li")]
    shown = ["8001:999999999[uid]: 9 records", "1:8000[uid]: 5 records"]
    assert [item for item in listed if item in shown] == (shown if number == 2 else [])
