"""A Chromium to measure in, and the least that anything asked of the desk takes there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

# A file of 1 kB or so, asked of the desk and not of the browser's store, and the next frame drawn.
BARE = """async () => {
  const start = performance.now();
  await (await fetch("/static/desk.js", { cache: "no-store" })).text();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""


@contextmanager
def browsing(link: str) -> Iterator[Page]:
    """A page of a desk's visitor who has come by the link. Raises SystemExit without a Chromium."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        raise SystemExit("there is no Chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(link)
        yield page
        browser.close()


def since(start: float) -> float:
    """Milliseconds since ``time.perf_counter`` said ``start``."""
    return (time.perf_counter() - start) * 1000
