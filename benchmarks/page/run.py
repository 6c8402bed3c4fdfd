"""How long the page of a large review takes to build, how large it is, how fast it filters.

The review is made up (tests/render/large.py): 5,000 studies, 20,000 statements, 10,000 records
excluded. Building is timed against pandoc alone on the same references, the best of three each;
keystrokes in Chromium, from the key to the next picture on the screen.

    python benchmarks/page/run.py [STUDIES]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests/render"), str(ROOT / "workflow")]

from large import large  # noqa: E402
from perennial.render import csl, diagram  # noqa: E402
from perennial.render.page import Pages, ordered_studies  # noqa: E402
from perennial.render.review import Review  # noqa: E402

TEMPLATES = ROOT / "workflow/templates"
TYPED = ("rest", "stiffness", "FAC12", "lung matrix", "family12")
# From a key to the first frame that is painted after it.
KEY = """async (letter) => {
  const field = document.querySelector(".dt-search input");
  const start = performance.now();
  field.value = letter;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""


def best(of: Callable[[], object], times: int = 3) -> float:
    """Seconds that the fastest of ``times`` runs took."""

    def once() -> float:
        start = time.perf_counter()
        of()
        return time.perf_counter() - start

    return min(once() for _ in range(times))


def page(review: Review) -> bytes:
    """The page, from the review: references by pandoc, diagram, templates."""
    return Pages(review, TEMPLATES, diagram.svg(review.flow, "")).html()


def keystrokes(file: Path) -> tuple[float, list[float]]:
    """Milliseconds until the page can be used, and those of each keystroke."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of the tests

    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        start = time.perf_counter()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".dt-search input")
        opened = (time.perf_counter() - start) * 1000
        taken = [tab.evaluate(KEY, word[:end]) for word in TYPED for end in range(1, len(word) + 1)]
        browser.close()
    return opened, taken


def main(studies: int) -> None:
    """Print the report."""
    review = large(studies, excluded=studies * 2)
    items = [csl.baseline_item(review.baseline_review)]
    items += [csl.item(review.records[s.pmid]) for s in ordered_studies(review)]
    alone, whole = best(lambda: csl.entries(items)), best(lambda: page(review))
    html = page(review)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "review.html"
        file.write_bytes(html)
        opened, taken = keystrokes(file)
    print(f"studies {studies:,}, statements {len(review.statements):,}")
    print(f"pandoc alone on the references: {alone:.2f} s")
    print(f"the page: {whole:.2f} s, {whole / alone:.2f} times pandoc alone")
    print(f"size: {len(html) / 1e6:.2f} MB")
    print(f"opens in Chromium: {opened:.0f} ms")
    print(
        f"a keystroke: median {statistics.median(taken):.0f} ms,"
        f" slowest {max(taken):.0f} ms of {len(taken)}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5000)
