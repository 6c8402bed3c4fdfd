"""The overview: its numbers are lists, and it outlives a build."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from perennial.record import Record
from perennial.tables import read_parquet, write_parquet
from project import Project

PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = {"runOnly": {"type": "tag", "values": list(RULES)}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
OUT = """() => [...document.querySelectorAll("body *")].filter((e) =>
    !e.closest(".wide, .skip, pre, thead, caption") && getComputedStyle(e).position !== "fixed"
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 120))"""
HOSTILE = '=1+1 <script>alert("me")</script><img src=x onerror=alert(1)> \u202eback'


@pytest.fixture
def served(made: Project, shared):
    """A desk of Ada's; what a test does to the results is undone after it."""
    yield shared
    shutil.rmtree(shared.folder / "results", ignore_errors=True)
    shutil.rmtree(shared.folder / ".snakemake", ignore_errors=True)
    shutil.copytree(made.folder / "results", shared.folder / "results")


def flow(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Box → part → PMIDs, as it was built."""
    told = json.loads((folder / "results/6_synthesis/flow.json").read_bytes())
    return {
        box["id"]: {part["id"]: part["pmids"] for part in box["parts"]} for box in told["boxes"]
    }


def pmids(page) -> list[str]:
    return page.locator(".records tbody .pmid").all_inner_texts()


def walk_to(page, text: str) -> None:
    """Press Tab until what has the focus begins with ``text``."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(text):
            return
    raise AssertionError(f"Tab does not come to {text!r}")


def calm(page, rules=AXE, sizes=(PHONE, WIDE)) -> None:
    """Axe finds nothing, and nothing sticks out."""
    before = page.viewport_size
    for size in sizes:
        page.set_viewport_size(size)
        found = Axe().run(page, options=rules).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in found] == []
        width = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        assert len(set(page.evaluate(width))) == 1
        assert page.evaluate(OUT) == []
    page.set_viewport_size(before)


def test_every_number_is_the_length_of_the_list_behind_it(served, enter):
    built, page = flow(served.folder), enter(served)
    links = page.locator(".prisma a").evaluate_all(
        "all => all.map((a) => [a.getAttribute('href'), a.querySelector('b').textContent])"
    )
    shown = {href: int(number.replace(",", "")) for href, number in links}
    assert len(shown) == len(links) > 15
    assert 0 in shown.values()  # a strategy that finds nothing is told
    searches = json.loads((served.folder / "results/1_records/ledger.json").read_bytes())["search"]
    warned = [len(each["warnings"]) for each in searches["strategies"] if each["warnings"]]
    told = page.locator("section:has(> #searches) details")
    assert [told.nth(n).locator("li").count() for n in range(told.count())] == warned
    for box, parts in built.items():
        listed(page, served, f"/box/{box}", [p for part in parts.values() for p in part], shown)
        for part, wanted in parts.items():
            listed(page, served, f"/box/{box}/{quote(part)}", wanted, shown)


def listed(page, served, path: str, wanted: list[str], shown: dict[str, int]) -> None:
    """The list at ``path`` has the PMIDs ``wanted``; the overview's number, if any, is theirs."""
    assert shown.pop(path, len(wanted)) == len(wanted)
    page_of_it = page.request.get(served.root + path).text()
    assert re.findall(r'<td class="pmid"[^>]*><a [^>]*>(\d+)</a>', page_of_it) == wanted, path
    assert int(re.search(r'class="count">([\d,]+)<', page_of_it)[1].replace(",", "")) == len(wanted)
    assert page.request.get(f"{served.root}{path}?as=txt").text().split() == wanted
    sheet = page.request.get(f"{served.root}{path}?as=csv").body().decode("utf-8-sig")
    assert [row["pmid"] for row in csv.DictReader(io.StringIO(sheet))] == wanted


def test_an_updated_review_shows_what_the_last_change_brought(served, enter):
    included = [pmid for part in flow(served.folder)["included"].values() for pmid in part]
    brought, joined, left = included[:2], included[2], "27613129"
    ledger, before = (
        served.folder / f"results/{n}" for n in ("1_records/ledger.json", "3_screened/before.json")
    )
    told = json.loads(ledger.read_bytes())
    change = {**told["changes"][0], "day": "2026-10-01", "new": brought, "edits": []}
    ledger.write_text(json.dumps({**told, "changes": [*told["changes"], change]}), "utf-8")
    then = [p for p in included if p not in (*brought, joined)] + [left]
    before.write_text(json.dumps({"day": "2026-10-01", "included": then, "notices": []}), "utf-8")
    page = enter(served, viewport=PHONE)
    calm(page, sizes=[PHONE])
    assert page.get_by_role("link", name="Studies included before 1 October 2026").is_visible()
    parts = {"still": then[:-1], "dropped": [left], "found": brought, "revised": [joined]}
    for part, wanted in parts.items():
        box = "previous" if part in ("still", "dropped") else "joined"
        listed(page, served, f"/box/{box}/{part}", wanted, {})
    page.get_by_role("link", name="of these since 1 October 2026 2").nth(1).click()
    page.wait_for_url("**/box/screened?new=1")
    assert sorted(pmids(page)) == sorted(brought)


def test_a_keyboard_goes_from_the_flow_into_a_record_and_back(served, enter, size):
    page = enter(served, viewport=size)
    calm(page)
    walk_to(page, "Records excluded")
    page.keyboard.press("Enter")
    page.wait_for_url("**/box/excluded")
    calm(page)
    assert len(pmids(page)) == 13
    page.get_by_label("Words to find").focus()
    page.keyboard.type("bone MARROW")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=bone+MARROW")
    (pmid,) = pmids(page)
    assert "1 of 13" in page.locator("main .list [role=status]").inner_text()
    walk_to(page, pmid)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/record/{pmid}?**")
    calm(page)
    assert page.locator(".way .settled .id").inner_text() == "X10"
    assert page.locator("mark", has_text="X10").first.is_visible()
    walk_to(page, "Records excluded")
    page.keyboard.press("Enter")
    page.wait_for_url("**/box/excluded")
    walk_to(page, "Overview")
    page.keyboard.press("Enter")
    page.wait_for_url(served.root + "/")


def test_it_can_be_read_in_the_dark_and_says_what_is_not_there(served, enter):
    page = enter(served, color_scheme="dark")
    for path in ("/", "/box/identified", "/record/27613129"):
        page.goto(served.root + path)
        calm(page, COLOURS, [WIDE])
    page.expected.append("status of 404")
    for path in ("/box/nothing", "/box/excluded/X99", "/record/1", "/record/..%2f..%2fetc"):
        assert page.request.get(served.root + path).status == 404, path


def test_results_may_vanish_while_it_runs(served, enter):
    page = enter(served)
    shutil.rmtree(served.folder / "results/6_synthesis")
    page.reload()
    missing = page.locator(".notice")
    assert "results/6_synthesis/flow.json is not there" in missing.inner_text()
    assert "snakemake -c1" in missing.inner_text()
    assert page.locator(".prisma").count() == 0
    assert page.get_by_text("titles and abstracts to judge").is_visible()
    page.expected.append("status of 409")
    page.goto(served.root + "/box/excluded")
    assert "flow.json" in page.get_by_role("alert").inner_text()
    shutil.rmtree(served.folder / "results")
    (served.folder / ".snakemake/locks").mkdir(parents=True)
    (served.folder / ".snakemake/locks/0.input.lock").touch()
    page.goto(served.root)
    assert page.get_by_role("heading", name="Snakemake is building").is_visible()
    assert page.get_by_text("1 November 2026").is_visible()
    calm(page, sizes=[WIDE])


def test_a_hostile_title_is_text(served, enter):
    table = served.folder / "results/1_records/records.parquet"
    rows = read_parquet(table, Record)
    rows = [replace(row, title=HOSTILE) if row.pmid == "27613129" else row for row in rows]
    write_parquet(table, rows, Record)
    page = enter(served, "/box/excluded", viewport=PHONE)
    assert page.get_by_text("<script>alert").is_visible()
    assert page.get_by_text("[U+202E]back").is_visible()
    assert page.locator("main img, main script").count() == 0
    sheet = page.request.get(f"{served.root}/box/excluded?as=csv&q=27613129").body()
    (row,) = csv.DictReader(io.StringIO(sheet.decode("utf-8-sig")))
    assert row["title"].startswith("'=1+1 <script>")
    page.get_by_role("link", name="27613129").click()
    page.wait_for_url("**/record/27613129?**")
    assert "<img src=x" in page.locator("h1").inner_text()
    assert page.locator("main img, main script").count() == 0
    calm(page, sizes=[PHONE])
