"""From the press of a key on the criteria page until the preview of the new text is on screen.

    python benchmarks/desk/keystrokes.py [--records 10000] [--strokes 100]

Somebody edits the protocol in Chromium, letter by letter, over made-up records: what ``live.py``
types, and takes out again. Strokes after which the text cannot be read are not counted: nothing is
previewed then. A stroke's time has three parts: until the page sends the text, which it does after
a pause without a key; until the desk has answered; until that is drawn. After each stroke, and in
the same page, the least is done that can be: a small file of the desk is fetched, a frame drawn.
Prints one line of JSON; times in milliseconds, a ratio is of one stroke.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, pairwise
from pathlib import Path

from browsed import BARE, browsing
from live import ROOT, SESSION, made, ratios, shares
from perennial.queue.prioritise import Queued
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.tables import write_parquet
from playwright.sync_api import Page

READING = 120_000  # milliseconds that the desk may take to read the records
# When a key went down, when the text that it made was sent and had been answered, and when the
# answer had been drawn.
WATCH = """() => {
  const editing = document.getElementById("editing");
  const told = document.getElementById("consequences");
  let pressed = 0;
  window.took = [];
  window.asked = [];
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    const serial = editing.dataset.answered;
    if (serial !== editing.dataset.serial || told.dataset.serial !== serial) return;
    const since = pressed;
    requestAnimationFrame(() => setTimeout(() => window.took.push([since, performance.now()])));
  }).observe(editing, { attributeFilter: ["data-answered"] });
  new PerformanceObserver((seen) => seen.getEntries().forEach((one) => {
    if (one.name.endsWith("/criteria/check")) window.asked.push([one.startTime, one.responseEnd]);
  })).observe({ type: "resource" });
}"""
PARTS = ("until_sent", "until_answered", "until_drawn")


def review(folder: Path, count: int) -> None:
    """The default protocol over so many records that are made up."""
    shutil.copytree(ROOT / "config", folder / "config")
    results = folder / "results"
    records = made(count, folder / "config/screening.yaml")
    write_parquet(results / "1_records/records.parquet", records, Record)
    write_parquet(results / "2_linked/links.parquet", [], Link)
    write_parquet(results / "2_linked/integrity.parquet", [], Integrity)
    write_parquet(results / "3_screened/queue.parquet", [], Queued)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The link of a desk over a folder."""
    command = [sys.executable, "-m", "perennial", "desk", "--no-browser", "--reviewer", "A"]
    process = subprocess.Popen(  # noqa: S603 - this Python
        command, cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def typed(page: Page, strokes: int) -> tuple[list[Sequence[float]], list[float]]:
    """The times of each stroke, until there are enough, and those of the least beside it.

    A stroke is when the key went down, its text was sent, was answered, and was drawn.
    """
    bare = []
    for key in _keys(page):
        before = page.evaluate("window.took.length")
        press(page, key)
        done = page.evaluate("window.took.length")
        bare += [page.evaluate(BARE)] * (done - before)
        if done >= strokes:
            took, asked = page.evaluate("[window.took, window.asked]")
            return [_stroke(*one, asked) for one in took[:done]], bare
    raise AssertionError("the keys never end")


def _keys(page: Page) -> Iterator[str]:
    """What is typed and taken out, the cursor being put there."""
    lines = [(where, more) for where, more in SESSION if "\n" not in where]
    for where, more in cycle(lines):
        find(page, where)
        yield from (*more, *["Backspace"] * len(more))


def _stroke(pressed: float, drawn: float, asked: Sequence[Sequence[float]]) -> Sequence[float]:
    (sent, answered), *_ = [one for one in asked if pressed <= one[0] and one[1] <= drawn]
    return pressed, sent, answered, drawn


def find(page: Page, text: str) -> None:
    """Put the cursor behind the first place of ``text``."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    page.keyboard.insert_text(text)
    for key in ("Enter", "Escape", "ArrowRight"):
        page.keyboard.press(key)


def press(page: Page, key: str) -> None:
    """One stroke, until it is answered."""
    editing = page.locator("#editing")
    before = editing.get_attribute("data-serial")
    page.keyboard.press(key)
    page.wait_for_selector(f"#editing:not([data-serial='{before}'])")
    serial = editing.get_attribute("data-serial")
    page.wait_for_selector(f"#editing[data-answered='{serial}']")
    page.wait_for_timeout(40)


def measured(count: int, strokes: int) -> dict[str, object]:
    """Milliseconds at the median and at other shares of the strokes."""
    with tempfile.TemporaryDirectory() as made_in:
        review(Path(made_in), count)
        with served(Path(made_in)) as link, browsing(link) as page:
            page.goto(link.partition("/?")[0] + "/criteria")
            page.wait_for_selector("#consequences[data-serial]", timeout=READING)
            page.evaluate(WATCH)
            took, bare = typed(page, strokes)
    parts = [[end - start for start, end in pairwise(stroke)] for stroke in took]
    whole = [sum(of) for of in parts]
    told = {"records": count, "strokes": len(took), "key_to_screen_ms": shares(whole)}
    for name, of in zip(PARTS, zip(*parts, strict=True), strict=True):
        told[f"{name}_ms"] = shares(of)
        told[f"{name}_share"] = ratios(of, whole)
    return told | {"bare_ms": shares(bare), "ratio": ratios(whole, bare)}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--strokes", type=int, default=100)
    asked = options.parse_args()
    print(json.dumps(measured(asked.records, asked.strokes)))
