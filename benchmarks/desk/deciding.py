"""How fast the desk keeps a decision and shows the next record, in a large review.

    python benchmarks/desk/deciding.py [--records 10000] [--decided 5000] [--answers 100]

The records are made up (live.py) and screened by the default protocol; of those that wait, some
are decided already. A reviewer presses i in Chromium, then waits for a moment. Measured are the
time from the key until the next record is on the screen, and, within the desk, the time until the
row is on disk (the append with its fsync has returned).

Before each key the least is done that can be, for both. Of a row: a file as long as decisions.tsv
is read, written whole with a line more beside itself, synced to the disk and put in its place. Of
a key: a small file of the desk is fetched, a frame drawn; timed as the key is, from outside the
browser. Milliseconds, in one line of JSON; a ratio is of one answer.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from browsed import BARE, browsing, since
from live import ROOT, made, ratios, shares
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.judged import text_hash
from perennial.decisions.table import append
from perennial.desk.app import application
from perennial.desk.review import Review
from perennial.preview.protocol import load_protocol
from perennial.record import Record
from perennial.screen import screen
from perennial.screened import Integrity, Screened
from perennial.tables import write_parquet
from waitress.server import create_server

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
        self.taken.append(since(start))


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


def keys(
    link: str, answers: int, file: Path
) -> tuple[float, list[float], list[float], list[float]]:
    """Milliseconds until the page is there; those of each key; of a bare request; a bare row."""
    taken, bare, barest = [], [], []
    with browsing(f"{link}/who?token=link") as page:
        start = time.perf_counter()
        page.goto(f"{link}/screening")
        page.wait_for_selector("#record")
        opened = since(start)
        page.wait_for_selector("#state h2", timeout=120_000)
        for moves in range(1, answers + 1):
            page.wait_for_timeout(READS)
            barest.append(longer(file))
            start = time.perf_counter()
            page.evaluate(BARE)
            bare.append(since(start))
            start = time.perf_counter()
            page.keyboard.press("i")
            page.wait_for_selector(f"input[name=moves][value='{moves}']", state="attached")
            taken.append(since(start))
    return opened, taken, bare, barest


def longer(file: Path) -> float:
    """Milliseconds until the file's last line stands in it once more, the file written whole."""
    start = time.perf_counter()
    text = file.read_bytes()
    aside = file.with_suffix(".aside")
    with aside.open("wb") as out:
        out.write(text + text.splitlines(keepends=True)[-1])
        out.flush()
        os.fsync(out.fileno())
    aside.replace(file)
    return since(start)


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
        copy = Path(shutil.copyfile(review.decided, folder / "as_long.tsv"))
        with served(review) as link:
            opened, taken, bare, barest = keys(link, asked.answers, copy)
        if len(review.taken) != len(taken):
            raise SystemExit(f"{len(taken)} keys, {len(review.taken)} rows kept")
    told = {
        "records": asked.records,
        "decided": asked.decided,
        "answers": len(taken),
        "page_opens_ms": round(opened),
        "key_to_next_ms": shares(taken),
        "bare_ms": shares(bare),
        "key_ratio": ratios(taken, bare),
        "row_on_disk_ms": shares(review.taken),
        "barest_ms": shares(barest),
        "row_ratio": ratios(review.taken, barest),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
