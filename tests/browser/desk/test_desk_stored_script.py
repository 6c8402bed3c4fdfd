"""What records say is text on every page of the desk, whatever it looks like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>"
    '"\'><svg/onload=alert(3)><a href="javascript:alert(4)">{{ 7 * 7 }}</a>'
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = {"runOnly": {"type": "tag", "values": list(RULES)}}


@pytest.fixture
def hostile(project: Path) -> Path:
    """A review whose records' titles, journals and abstracts are hostile."""
    path = project / "results/1_records/records.parquet"
    records = read_parquet(path, Record)
    write_parquet(
        path, [replace(r, title=HOSTILE + r.title, journal=HOSTILE) for r in records], Record
    )
    return project


def test_a_script_in_a_title_is_read_and_not_run(hostile: Path, serve, enter) -> None:
    screened = read_parquet(hostile / "results/3_screened/screened.parquet", Screened)
    waiting = next(row.pmid for row in screened if row.outcome == "human")
    served = serve("--reviewer", HOSTILE)
    page = enter(served)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    lists = page.eval_on_selector_all("a[href^='/box/']", "all => all.map(a => a.pathname)")
    assert lists
    shown = []
    for path in ("/screening", "/screening/adjudicate", f"/record/{waiting}", *lists[:4], "/"):
        page.goto(served.root + path)
        page.wait_for_load_state("networkidle")
        shown.append(page.locator("main").inner_text())
        assert page.locator("img, svg[onload], [onerror], [href^=javascript]").count() == 0
        assert page.locator("script:not([src])").count() == 0
    assert "<script>alert(1)</script>" in shown[0]
    assert "{{ 7 * 7 }}" in shown[0]
    judged_again(page, served.root)
    assert dialogs == []


def judged_again(page, root: str) -> None:
    """An answer is taken back on the page of its record, in a narrow window."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(root + "/screening")
    pmid = page.locator("input[name=pmid]").get_attribute("value")
    page.evaluate("shown -= 10 * UNSEEN")
    page.keyboard.press("i")
    page.locator(".said-yes", has_text=f"Written: PMID {pmid}").wait_for()
    page.goto(f"{root}/record/{pmid}")
    assert f"include, by you ({HOSTILE})" in page.locator(".outcome").inner_text()
    page.get_by_text("Exclude…").click()
    assert Axe().run(page, options=AXE).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_label("Note for the new answer").fill("half a thought")
    page.get_by_role("link", name="Overview").first.click()
    page.wait_for_url(root + "/")
    page.go_back()
    assert page.get_by_label("Note for the new answer").input_value() == "half a thought"
    page.get_by_text("Exclude…").click()
    page.get_by_role("button", name="X3").click()
    page.locator(".said-yes", has_text=f"Written: PMID {pmid}, exclude X3.").wait_for()
    page.get_by_role("button", name="Take it back").click()
    page.locator(".said-yes", has_text="What you had said before counts again: include.").wait_for()
