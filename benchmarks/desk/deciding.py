"""How fast the desk keeps a decision and shows the next record, in a large review.

    python benchmarks/desk/deciding.py [--records 10000] [--decided 5000] [--answers 100]

The records are made up (benchmarks/preview/run.py) and screened by the default protocol; of those
that wait, some are decided already. A reviewer presses i in Chromium, then waits for a moment.
Measured are the time from the key until the next record is on the screen, and, within the desk,
the time until the row is on disk (the append with its fsync has returned). Milliseconds, in one
line of JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "benchmarks/preview")]

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from perennial.decisions.decision import STAGES, Decision  # noqa: E402
from perennial.decisions.judged import text_hash  # noqa: E402
from perennial.decisions.table import append  # noqa: E402
from perennial.desk.app import application  # noqa: E402
from perennial.desk.review import Review  # noqa: E402
from perennial.preview.protocol import load_protocol  # noqa: E402
from perennial.record import Record  # noqa: E402
from perennial.screen import screen  # noqa: E402
from perennial.screened import Integrity, Screened  # noqa: E402
from perennial.tables import write_parquet  # noqa: E402
from run import made  # noqa: E402
from waitress.server import create_server  # noqa: E402

DAY = "2026-01-01"
LEFT = 500  # of the queue, not decided yet
READS = 300  # milliseconds between a record and the key; sooner ones are not taken


class Timed(Review):
    """A review that knows how long its rows took to be on disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "results", folder / "config", folder / "archive", DAY)
        self.taken: list[float] = []

    def keep(self, *rows: Decision) -> None:
        """As it was, with a clock."""
        start = time.perf_counter()
        super().keep(*rows)
        self.taken.append((time.perf_counter() - start) * 1000)


def built(folder: Path, count: int, decided: int) -> None:
    """A review up to its queue, with so many rows in decisions.tsv."""
    shutil.copytree(ROOT / "config", folder / "config")
    (folder / "config/decisions.tsv").unlink(missing_ok=True)
    protocol = load_protocol(folder / "config/screening.yaml", folder / "config/mesh.yaml")
    records = made(count, folder / "config/screening.yaml")
    rows = screen(records, [], protocol.criteria, {}, protocol.mesh)
    human = [row for row in rows if row.outcome == "human"]
    others = [row for row in rows if row.outcome != "human"]
    results = folder / "results"
    write_parquet(results / "1_records/records.parquet", records, Record)
    write_parquet(results / "2_linked/integrity.parquet", [], Integrity)
    write_parquet(results / "3_screened/screened.parquet", rows, Screened)
    queue = [
        {
            "pmid": row.pmid,
            "stage": STAGES[0],
            "why": "undecided",
            "criterion": row.criterion,
            "rank": rank,
            "score": 0.0,
        }
        for rank, row in enumerate(human, 1)
    ]
    pq.write_table(pa.Table.from_pylist(queue), results / "3_screened/queue.parquet")
    by_pmid = {record.pmid: record for record in records}
    reason = protocol.criteria[0].id
    append(
        folder / "config/decisions.tsv",
        *(
            _row(by_pmid[row.pmid], reason if at % 4 else "")
            for at, row in enumerate([*human[LEFT:], *others][:decided])
        ),
    )


def _row(record: Record, criterion: str) -> Decision:
    said = "exclude" if criterion else "include"
    text = text_hash(record)
    return Decision(record.pmid, STAGES[0], said, criterion, "Ada", "", DAY, "", text, "")


@contextmanager
def served(review: Review) -> Iterator[str]:
    """The desk on loopback; its link."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = create_server(application(review, "link", port, "Ada"), sockets=[listening], threads=6)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    server.close()


def keys(link: str, answers: int) -> tuple[float, list[float]]:
    """Milliseconds until the page is there, and those of each key."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of the tests

    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{link}/who?token=link")
        start = time.perf_counter()
        page.goto(f"{link}/screening")
        page.wait_for_selector("#record")
        opened = (time.perf_counter() - start) * 1000
        page.wait_for_selector("#state h2", timeout=120_000)
        taken = []
        for moves in range(1, answers + 1):
            page.wait_for_timeout(READS)
            start = time.perf_counter()
            page.keyboard.press("i")
            page.wait_for_selector(f"input[name=moves][value='{moves}']", state="attached")
            taken.append((time.perf_counter() - start) * 1000)
        browser.close()
    return opened, taken


def spread(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "median": round(statistics.median(values), 1),
        "p95": round(statistics.quantiles(values, n=20)[-1], 1),
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--decided", type=int, default=5_000)
    options.add_argument("--answers", type=int, default=100)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built(folder, asked.records, asked.decided)
        review = Timed(folder)
        with served(review) as link:
            opened, taken = keys(link, asked.answers)
        if len(review.taken) != len(taken):
            raise SystemExit(f"{len(taken)} keys, {len(review.taken)} rows kept")
    told = {
        "records": asked.records,
        "decided before": asked.decided,
        "answers": len(taken),
        "page opens ms": round(opened),
        "key to next record ms": spread(taken),
        "row on disk ms": spread(review.taken),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
