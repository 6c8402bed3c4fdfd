"""From the press of a key on the criteria page until the preview of the new text is on screen.

    python benchmarks/desk/keystrokes.py [--records 10000] [--strokes 100]

Somebody edits the protocol in Chromium, letter by letter, over made-up records: what ``live.py``
types, and takes out again. Strokes after which the text cannot be read are not counted: nothing is
previewed then. The pause that the page waits for is part of the time, as are checking, previewing,
drawing, and the browser. Prints one line of JSON; times in milliseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from live import ROOT, SESSION, made
from perennial.queue.prioritise import Queued
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.tables import write_parquet
from playwright.sync_api import Page, sync_playwright

READING = 120_000  # milliseconds that the desk may take to read the records
# When a key went down, and when the answer to the text that it made had been drawn.
WATCH = """() => {
  const editing = document.getElementById("editing");
  const told = document.getElementById("consequences");
  let pressed = 0;
  window.took = [];
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    const serial = editing.dataset.answered;
    if (serial !== editing.dataset.serial || told.dataset.serial !== serial) return;
    const since = pressed;
    requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - since)));
  }).observe(editing, { attributeFilter: ["data-answered"] });
}"""


def review(folder: Path, count: int) -> None:
    """The default protocol over so many records that are made up."""
    shutil.copytree(ROOT / "config", folder / "config")
    results = folder / "results"
    records = made(count, folder / "config/screening.yaml")
    write_parquet(results / "1_records/records.parquet", records, Record)
    write_parquet(results / "2_linked/links.parquet", [], Link)
    write_parquet(results / "2_linked/integrity.parquet", [], Integrity)
    write_parquet(results / "3_screened/queue.parquet", [], Queued)


@contextlib.contextmanager
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


def typed(page: Page, strokes: int) -> list[float]:
    """What each stroke took, until there are enough."""
    lines = [(where, more) for where, more in SESSION if "\n" not in where]
    while True:
        for where, more in lines:
            find(page, where)
            for key in (*more, *["Backspace"] * len(more)):
                press(page, key)
                if page.evaluate("window.took.length") >= strokes:
                    return page.evaluate("window.took")


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
    with tempfile.TemporaryDirectory() as made_in, sync_playwright() as play:
        review(Path(made_in), count)
        with served(Path(made_in)) as link:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            page = browser.new_page()
            page.goto(link)
            page.goto(link.partition("/?")[0] + "/criteria")
            page.wait_for_selector("#consequences[data-serial]", timeout=READING)
            page.evaluate(WATCH)
            took = typed(page, strokes)
    cuts = statistics.quantiles(took, n=20, method="inclusive")
    shares = {"median": statistics.median(took), "5 %": cuts[0], "95 %": cuts[-1]}
    told = {name: round(value) for name, value in (shares | {"most": max(took)}).items()}
    return {"records": count, "strokes": len(took), "key_to_screen_ms": told}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--strokes", type=int, default=100)
    asked = options.parse_args()
    print(json.dumps(measured(asked.records, asked.strokes)))
