"""The protocol is edited with its consequences beside it; what is saved is what was typed."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from perennial.cli import cli
from perennial.record import Record
from perennial.tables import read_parquet, write_parquet

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
BRIEF = {"resultTypes": ["violations"]}  # of what passes only the names: that is quicker
AXE = {**BRIEF, "runOnly": {"type": "tag", "values": list(RULES)}}
COLOURS = {**BRIEF, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
OUT = """() => [...document.querySelectorAll("main *")].filter((e) =>
    !e.closest(".cm-editor, .unseen")
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 120))"""
UNSEEN = """() => [...document.querySelectorAll("#save, #why")].filter((e) => {
    const { top, bottom } = e.getBoundingClientRect();
    return top < 0 || bottom > innerHeight || !e.textContent;
  }).map((e) => e.outerHTML)"""
HOSTILE = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)> & <b>bold</b>"
OLD, NEW = b"#dormant NEAR/6", b"#dormant NEAR/2"
FLIPPED = "27642788"


def told(page):
    """What stands beside the text once it is told of this very text."""
    serial = page.locator("#editing[data-serial]").get_attribute("data-serial")
    page.wait_for_selector(f"#consequences[data-serial='{serial}']")
    return page.locator("#consequences")


def find(page, text: str) -> None:
    """Put the cursor behind the first place of ``text``, by the editor's search."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+f")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")


def complete(page, typed: str) -> None:
    """Type, and take what is offered first."""
    page.keyboard.type(typed)
    page.wait_for_selector(".cm-tooltip-autocomplete li[aria-selected]")
    page.wait_for_timeout(200)  # what has only just been offered is not taken by a key
    page.keyboard.press("Enter")


def walk_to(page, inside: str) -> None:
    """Press Tab until the focus is on what ``inside`` selects."""
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", inside):
            return
    raise AssertionError(f"Tab does not come to {inside}")


def line_of(page, text: str) -> str:
    return page.locator(".cm-line", has_text=text).first.inner_text()


def stands(page, said: str, why: str = "") -> None:
    """Wait until the page says this of whether the text is saved, and why not."""
    page.locator("#state", has_text=re.compile(f"^{said}$")).wait_for()
    page.locator("#why:empty" if not why else "#why[role=alert]", has_text=why).wait_for(
        state="visible" if why else "attached"
    )


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    asked = ["git", *identity, *arguments]
    return subprocess.run(asked, cwd=folder, check=True, capture_output=True, text=True).stdout


def retitled(project: Path, pmid: str, title: str) -> None:
    path = project / "results/1_records/records.parquet"
    rows = read_parquet(path, Record)
    write_parquet(path, [replace(r, title=title) if r.pmid == pmid else r for r in rows], Record)


def previewed(project: Path) -> dict:
    with contextlib.chdir(project):
        said = CliRunner().invoke(cli, ["preview", "--format", "json"], catch_exceptions=False)
    return json.loads(said.stdout)


def test_a_person_edits_a_criterion_by_keyboard(serve, enter, project, size):
    retitled(project, FLIPPED, HOSTILE)
    git(project, "init", "-q")
    git(project, "add", "config")
    git(project, "commit", "-qm", "The protocol")
    screening = project / "config/screening.yaml"
    was = screening.read_bytes()
    page = enter(serve("--reviewer", "Ada"), viewport=size)
    walk_to(page, "a[href='/criteria']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cm-content")
    walk_to(page, ".cm-content")
    assert "0 of 43 records change" in told(page).inner_text()

    find(page, "NEAR/6")
    page.keyboard.press("Backspace")
    page.keyboard.type("2")
    beside = told(page)
    assert "I2 asks otherwise" in beside.inner_text()
    page.keyboard.press("Control+s")
    stands(page, "Saved")
    assert screening.read_bytes() == was.replace(OLD, NEW)
    assert git(project, "diff", "--numstat").split() == ["1", "1", "config/screening.yaml"]

    says = previewed(project)
    assert len(says["flips"]) >= 3
    flips = beside.locator(".flips li")
    assert flips.count() == len(says["flips"])
    for shown, flip in zip(flips.all(), says["flips"], strict=True):
        assert flip["pmid"] in shown.inner_text()
        assert f"awaits a reviewer ({flip['after']['criterion']})" in shown.inner_text()
        words = {w.casefold() for of in flip["words_before"] for w in of["words"]}
        marked = shown.locator("mark").evaluate_all("(m) => m.map((e) => e.firstChild.data)")
        assert {word.casefold() for word in marked} == words
    rows = beside.locator(".counted").first.locator("tbody tr").all()
    cells = [[int(n.replace(",", "")) for n in r.locator("td").all_inner_texts()[:2]] for r in rows]
    assert cells == [[delta["before"], delta["after"]] for delta in says["deltas"]]
    assert HOSTILE in flips.first.inner_text()
    assert beside.locator("script, img, b").count() == 0
    assert _axe(page, AXE) == []

    _errs(page, screening)
    _completes(page)
    _leaves(page)
    _is_for_everyone(page, screening)


def _errs(page, screening: Path) -> None:
    """An error is told at its line and column, and cannot be saved."""
    held = screening.read_bytes()
    for _ in range(2):  # the end of what fits on the screen, then that of the line
        page.keyboard.press("End")
    page.keyboard.type(" OR word[tib]")
    problem = page.locator("#problems li.error")
    problem.wait_for()
    number = held.decode().splitlines().index(line_of(page, "NEAR/2").split(" OR word")[0]) + 1
    column = line_of(page, "NEAR/2").index("[tib]") + 1
    assert f"line {number}, column {column}" in problem.inner_text()
    assert "PubMed has no field tag [tib]" in problem.inner_text()
    assert page.locator(".cm-lintRange-error").inner_text() == "[tib]"
    page.locator("#spoken", has_text="PubMed has no field tag [tib]").wait_for()
    assert page.locator("#consequences.former").count() == 1
    assert "consequences it had before" in page.locator("#pending").inner_text()
    page.keyboard.press("Control+s")
    stands(page, "Not saved", f"An error, line {number}, column {column}: ")
    assert screening.read_bytes() == held


def _completes(page) -> None:
    """A tag and a block's name, from their first letters."""
    find(page, "word[tib]")
    for _ in "[tib]":
        page.keyboard.press("Backspace")
    complete(page, "[tia")
    page.keyboard.type(" AND ")
    complete(page, "#exi")
    assert line_of(page, "NEAR/2").endswith(" OR word[tiab] AND #exit")
    assert "I2 asks otherwise" in told(page).inner_text()
    assert page.locator("#consequences.former").count() == 0


def _leaves(page) -> None:
    """Tab indents; after Escape it leaves, and the page says so."""
    inside = "document.activeElement.closest('.cm-content') !== null"
    page.keyboard.press("Tab")
    assert page.evaluate(inside)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate(inside)
    described = page.locator(".cm-content").get_attribute("aria-describedby")
    assert re.search(r"Esc.*then.*Tab", page.locator(f"#{described}").inner_text())


def _is_for_everyone(page, screening: Path) -> None:
    """With all that it can have to tell, at either width, by day and in the dark."""
    find(page, "word[tiab]")
    page.keyboard.type(" x[")
    page.locator("#problems li.error").wait_for()
    screening.write_bytes(screening.read_bytes() + b"# more\n")
    page.locator("#changed").wait_for()
    page.keyboard.press("Control+s")
    stands(page, "Not saved", "An error, ")
    assert _axe(page, AXE) == []
    assert _overflow(page, WIDE) == []
    page.set_viewport_size(PHONE)
    page.locator(".cm-content").press("Control+s")
    assert _overflow(page, PHONE) == []
    assert _axe(page, {**AXE, "rules": {"color-contrast": {"enabled": False}}}) == []
    page.emulate_media(color_scheme="dark")
    assert _axe(page, COLOURS, 1) == []


def _overflow(page, size) -> list[str]:
    """What is wider than the page, and what of a refused save is not in sight."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    return [*page.evaluate(OUT), *page.evaluate(UNSEEN)]


def _axe(page, rules, least=20) -> list[object]:
    found = Axe().run(page, options=rules).response
    assert len(found["passes"]) >= least
    return [(v["id"], [n["html"][:200] for n in v["nodes"]][:5]) for v in found["violations"]]


def test_what_another_editor_saved_is_not_overwritten(serve, enter, project):
    screening = project / "config/screening.yaml"
    served = serve("--reviewer", "Ada")
    page = enter(served, "/criteria")
    page.expected += ["Failed to load resource"]  # the desk is cut off, and killed
    page.on("dialog", lambda dialog: dialog.accept())
    told(page)
    find(page, "NEAR/6")
    page.keyboard.type(" ")
    theirs = screening.read_bytes() + b"# by another hand\n"
    page.route("**/criteria/difference", lambda route: route.abort(), times=1)
    screening.write_bytes(theirs)
    page.locator("#pending", has_text="The desk does not answer").wait_for()
    page.keyboard.type(" ")  # what did not come is asked for again
    page.keyboard.press("Backspace")
    page.get_by_text("The file was changed by somebody else.", exact=True).wait_for()
    assert "by another hand" in page.locator("#changed .difference .theirs").last.inner_text()
    page.keyboard.press("Control+s")
    stands(page, "Not saved", "The file was changed by somebody else")
    assert screening.read_bytes() == theirs
    page.get_by_role("button", name="Edit theirs with mine beside").click()
    mine = page.get_by_label("Your text, not saved").input_value()
    assert mine.encode() == theirs.replace(b"NEAR/6", b"NEAR/6 ").removesuffix(
        b"# by another hand\n"
    )
    told(page)
    page.get_by_role("button", name="Throw it away").click()

    find(page, "NEAR/6")
    page.keyboard.type("  ")
    stands(page, "Not saved")
    page.reload()
    page.get_by_role("button", name="Go on with it").click()
    told(page)
    assert page.locator("#state").inner_text() == "Not saved"
    served.process.kill()
    served.process.wait()
    again = serve("--reviewer", "Ada")
    page.goto(again.link)
    page.goto(again.root + "/criteria")
    page.get_by_role("button", name="Go on with it").click()
    told(page)
    page.keyboard.press("Control+s")
    stands(page, "Saved")
    assert screening.read_bytes() == theirs.replace(b"NEAR/6", b"NEAR/6  ")

    was = b"\xef\xbb\xbf" + screening.read_bytes().replace(b"\n", b"\r\n")
    screening.write_bytes(was)
    page.reload()
    told(page)
    assert page.locator("#notices").inner_text() == ""
    _keeps_byte_order_mark_and_line_ends(page, screening, was)


def _keeps_byte_order_mark_and_line_ends(page, screening: Path, was: bytes) -> None:
    page.keyboard.press("Control+s")
    stands(page, "Saved")
    assert screening.read_bytes() == was
    find(page, "NEAR/6")
    page.keyboard.press("Backspace")
    page.keyboard.type("x")
    page.locator(".cm-lintRange-error", has_text="NEAR/x").wait_for()
    page.keyboard.press("Backspace")
    page.keyboard.type("2")
    told(page)
    page.keyboard.press("Control+s")
    stands(page, "Saved")
    assert screening.read_bytes() == was.replace(OLD, NEW)
