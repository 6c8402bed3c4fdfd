"""Reviewers correct the evidence of a study: by keys alone, and by pointing at its words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from perennial.commands.correct import command as correct
from perennial.corrections.correction import Correction
from perennial.corrections.table import load_corrections
from perennial.extract.statements import identity
from perennial.passage import Passage, Statement
from perennial.tables import read_parquet, write_parquet
from subject import vocabulary

PMID = "24985346"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = {"runOnly": {"type": "tag", "values": list(RULES)}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
OUT = """() => [...document.querySelectorAll("body *")].filter((e) =>
    !e.closest(".skip") && getComputedStyle(e).position !== "fixed"
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 120))"""
# Where on the screen a code point of a passage stands.
SPOT = """([section, at]) => {
  const passage = document.querySelector(`.passage[data-section="${section}"]`);
  const range = document.createRange();
  range.setStart(...boundary(passage, at));
  range.setEnd(...boundary(passage, at + 1));
  const box = range.getClientRects()[range.getClientRects().length - 1];
  return [box.left + 1, (box.top + box.bottom) / 2];
}"""
BEFORE = "\U0001f600 <img src=x onerror=alert(1)> \u202e"


@pytest.fixture
def reader(serve, enter):
    """Ada, before a page of evidence; the first one waits until the vocabulary is compiled."""

    def opened(path: str, **options: object):
        served = serve("--reviewer", "Ada")
        page = enter(served, **options)
        page.goto(served.root + path, timeout=60_000)
        return page

    return opened


def clean(page, rules=AXE, sizes=(PHONE, WIDE)) -> None:
    before = page.viewport_size
    for size in sizes:
        page.set_viewport_size(size)
        found = Axe().run(page, options=rules).response
        wrong = [(v["id"], [n["html"][:200] for n in v["nodes"]][:4]) for v in found["violations"]]
        assert wrong == []
        assert page.evaluate(OUT) == []
    page.set_viewport_size(before)


def passages(folder: Path) -> dict[str, Passage]:
    """The text of the study by section."""
    every = read_parquet(folder / "results/4_fulltext/passages.parquet", Passage)
    return {passage.section: passage for passage in every if passage.pmid == PMID}


def statements(folder: Path, table: str = "drawn") -> list[Statement]:
    every = read_parquet(folder / f"results/5_evidence/{table}.parquet", Statement)
    return [statement for statement in every if statement.pmid == PMID]


def rows(folder: Path) -> list[Correction]:
    return load_corrections(folder / "config/corrections.tsv", None, vocabulary())


def applied(folder: Path) -> list[str]:
    """What becomes of the rows when the stage is run as its rule runs it."""
    config, out = folder / "config", folder / "results/5_evidence"
    options = ["--corrections", str(config / "corrections.tsv"), "--as-of="]
    options += ["--vocabulary", str(config / "evidence.yaml"), "-o", str(out)]
    correct.main([str(folder / "results"), *options], standalone_mode=False)
    told = json.loads((out / "corrections.json").read_text("utf-8"))
    return [outcome["became"] for outcome in told["outcomes"]]


def until(page, condition: str, given: object = None) -> None:
    """Wait for a condition; the page's policy forbids the usual way, which evaluates text."""
    for _ in range(200):
        if page.evaluate(condition, given):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {condition}")


def told(page, words: str) -> None:
    """Wait until the page says so, and the next statement has the focus."""
    page.locator(".kept", has_text=words).wait_for()
    until(page, "document.activeElement.closest('#card')")


def tab_to(page, css: str) -> None:
    for _ in range(30):
        if page.evaluate("(css) => document.activeElement.matches(css)", css):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {css}")


def form_open(page) -> None:
    page.wait_for_selector("#card form.fill")
    until(page, "document.activeElement.id === 'factor'")


def find(page) -> None:
    """From the list of studies to the one whose PMID is typed."""
    clean(page)
    page.keyboard.press("/")
    page.keyboard.type(PMID)
    until(page, "document.querySelectorAll('.studies li').length === 1")
    tab_to(page, ".studies a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#card")
    clean(page)


def change(page) -> None:
    """Another direction, and two sites, the first one misspelt at first."""
    page.keyboard.press("e")
    form_open(page)
    tab_to(page, "#direction")
    page.keyboard.type("NUL")
    tab_to(page, "#site")
    page.keyboard.type("lnug")
    page.expected.append("409")
    page.keyboard.press("Enter")
    page.locator(".trouble", has_text="unknown site 'lnug'").wait_for()
    until(page, "document.activeElement.matches('#site[aria-describedby~=refused]')")
    clean(page)
    assert page.locator("#direction").input_value() == "NUL"
    page.keyboard.press("Control+a")
    page.keyboard.type("lung; bone")
    page.keyboard.press("Enter")


def add(page) -> str:
    """Two sentences said to be a statement; returns them."""
    page.keyboard.press("a")
    page.locator("#told", has_text="Choose a sentence").wait_for()
    for _ in range(9):
        page.keyboard.press("ArrowUp")  # up to the title, and no further
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    chosen = page.locator("#told").inner_text()
    page.keyboard.press("Enter")
    form_open(page)
    assert page.locator("#quote").input_value() == chosen
    page.keyboard.type("TWIST1")
    tab_to(page, "#direction")
    page.keyboard.type("REA")
    tab_to(page, "form.fill .first")
    page.keyboard.press("Enter")
    return chosen


def test_a_study_by_keys_alone(reader, project, size) -> None:
    before = passages(project)["abstract"].text
    first, second, third, _ = statements(project)
    page = reader("/evidence", viewport=size)
    keys = page.keyboard
    find(page)
    keys.press("c")
    told(page, f"confirmed {first.factor} {first.direction}")
    change(page)
    told(page, f"corrected {second.factor} NUL")
    keys.press("n")
    keys.type("Not of this study")
    keys.press("Escape")
    page.reload()
    assert page.locator("#note").input_value() == "Not of this study"
    keys.press("r")
    told(page, f"rejected {third.factor}")
    assert page.locator("#card h2").inner_text().startswith("4 of 4")
    keys.press("k")
    page.locator(".said", has_text="You rejected it (Not of this study)").wait_for()
    until(page, "document.activeElement.tagName === 'H2'")
    chosen = add(page)
    told(page, "added TWIST1 REA")
    assert page.locator("#card .said", has_text="You added it").count() == 1
    assert page.locator("#note").input_value() == ""

    confirmed, corrected, rejected, added = rows(project)
    assert confirmed.id == first.id
    assert (corrected.id, corrected.direction, corrected.site) == (second.id, "NUL", "lung; bone")
    assert (rejected.id, rejected.note) == (third.id, "Not of this study")
    assert before[slice(*added.span)] == added.quote == chosen
    assert applied(project) == ["applied"] * 4
    new = [s for s in statements(project, "statements") if s.reviewed == "added"]
    assert [(s.factor, s.direction, s.quote) for s in new] == [("TWIST1", "REA", chosen)]


def with_an_emoji(folder: Path) -> str:
    """Signs of all kinds stand before the abstract, and its statements behind them."""
    every = read_parquet(folder / "results/4_fulltext/passages.parquet", Passage)
    text = BEFORE + passages(folder)["abstract"].text
    digest = hashlib.sha256(text.encode()).hexdigest()
    here = (PMID, "abstract")
    changed = [
        replace(p, text=text, sha256=digest) if (p.pmid, p.section) == here else p for p in every
    ]
    write_parquet(folder / "results/4_fulltext/passages.parquet", changed, Passage)
    for name in ("drawn", "statements"):
        file = folder / f"results/5_evidence/{name}.parquet"
        drawn = read_parquet(file, Statement)
        moved = [shifted(s, digest) if (s.pmid, s.section) == here else s for s in drawn]
        write_parquet(file, moved, Statement)
    return text


def shifted(s: Statement, digest: str) -> Statement:
    start, end = s.start + len(BEFORE), s.end + len(BEFORE)
    id_ = identity(s.pmid, s.section, start, end, s.factor, s.direction)
    return replace(s, id=id_, start=start, end=end, text_sha256=digest)


def drag(page, start: int, end: int) -> None:
    """Select the abstract from one code point to before another, as a hand does."""
    page.locator(".passage[data-section=abstract]").scroll_into_view_if_needed()
    left, right = (page.evaluate(SPOT, ["abstract", at]) for at in (start, end))
    page.mouse.move(*left)
    page.mouse.down()
    page.mouse.move(*right, steps=6)
    page.mouse.up()


def test_words_are_pointed_at_across_marks_and_odd_signs(reader, project) -> None:
    page = reader(f"/evidence/{PMID}", viewport=PHONE, color_scheme="dark")
    text = with_an_emoji(project)
    page.expected.append("409")
    page.keyboard.press("c")
    page.locator(".trouble", has_text="have changed since the page was made").wait_for()
    assert rows(project) == []
    page.keyboard.press("c")
    told(page, "confirmed")
    assert len(rows(project)) == 1
    clean(page, COLOURS, [PHONE])
    assert page.locator(".passage img").count() == 0
    top = [page.locator(css).bounding_box()["y"] for css in (".text", ".card", ".every")]
    assert top == sorted(top)
    quotes = [s for s in statements(project) if s.section == "abstract"]
    one = quotes[0]
    start, end = text.rindex(" ", 0, one.start - 5) + 1, text.index(" ", one.start + 8)

    drag(page, start, end)
    page.keyboard.press("a")
    form_open(page)
    clean(page, COLOURS, [PHONE])
    assert page.locator("#quote").input_value() == text[start:end].strip()
    page.locator("#factor").select_option("TWIST1")
    page.locator("#direction").select_option("REA")
    page.get_by_role("button", name="Add it").click()
    told(page, "added TWIST1 REA")

    page.locator(f"#s-{one.id}").click()
    until(page, "(id) => document.getElementById('study').dataset.now === id", one.id)
    page.locator("a", has_text="Correct").click()
    form_open(page)
    page.locator("#site").fill("lung")
    last = text.index(" ", one.start + 20)
    drag(page, one.start + 1, last)  # from within a word: the whole word is taken
    until(page, "(to) => document.querySelector('[name=end]').value === to", str(last))
    assert page.locator("#site").input_value() == "lung"
    page.get_by_role("button", name="Keep the correction").click()
    told(page, "corrected")
    page.locator("mark.quoted").last.click()
    until(page, "(id) => document.getElementById('study').dataset.now !== id", one.id)

    _, added, corrected = rows(project)
    assert added.quote == " ".join(text[start:end].split())
    assert text[slice(*added.span)] == text[start:end]
    assert corrected.span == (one.start, last)
    assert (corrected.site, corrected.direction) == ("lung", "")
    assert applied(project) == ["applied"] * 3


def answering(status: int):
    """What answers so in place of the desk."""
    return lambda route: route.fulfill(status=status)


def test_an_answer_that_is_none_leaves_what_was_typed(serve, enter, project) -> None:
    typed = "twenty minutes of work"
    served = serve("--reviewer", "Ada")
    page = enter(served)
    page.goto(f"{served.root}/evidence/{PMID}?form=correct", timeout=60_000)
    page.expected += ["413", "500", "403", "409", "ERR_CONNECTION_REFUSED", "htmx:|Response Status"]
    page.locator("#site").fill("lung; bone")
    page.locator("#direction").select_option("NUL")
    page.locator("#note").fill(typed)

    def kept(words: str) -> None:
        page.get_by_role("button", name="Keep the correction").click()
        page.locator("#card #unanswered", has_text=words).wait_for()
        assert page.locator("#note").input_value() == typed
        assert page.locator("#site").input_value() == "lung; bone"

    for status in (413, 500):
        page.route("**/evidence/*", answering(status))
        kept(f"The desk answers {status}.")
        page.unroute_all()
    held = (project / "config/corrections.tsv").read_bytes()
    (project / "config/corrections.tsv").write_bytes(b"<<<<<<< HEAD\n" + held)
    kept("git left two versions of the file in one")
    (project / "config/corrections.tsv").write_bytes(held)
    served.process.kill()
    served.process.wait()
    kept("The desk does not answer")
    again = serve("--reviewer", "Ada")
    assert again.root == served.root
    kept("Open the link that the terminal shows")
    other = page.context.new_page()
    other.goto(again.link)
    kept("not of this session")
    page.locator("#card #unanswered", has_text="let in again").wait_for()
    page.get_by_role("button", name="Keep the correction").click()
    told(page, "corrected")
    (row,) = rows(project)
    assert (row.direction, row.site, row.note) == ("NUL", "lung; bone", typed)
