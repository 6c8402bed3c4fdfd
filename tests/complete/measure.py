"""Requests that a search of 60,000 records takes, beside the least possible.

python tests/complete/measure.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from crowded import TODAY, Server, crowded, least_by_day, least_by_uid
from perennial.archive import Archive
from perennial.config import load
from perennial.entrez import Source, pace
from perennial.eutils.server import listening
from perennial.search import search

STRATEGIES = "strategies:\n  - {id: S1, label: all, query: 'x[ti]'}\n"


def main() -> None:
    """Print one line for each seed."""
    pace.SPACING = 0.0  # the server is our own
    for seed in range(5):
        for sorts in (True, False):
            print(_line(seed, sorts))


def _line(seed: int, sorts: bool) -> str:
    server = Server(crowded(seed), sorts=sorts)
    with (
        tempfile.TemporaryDirectory() as folder,
        listening(server.respond, today=TODAY.isoformat()) as url,
    ):
        config = Path(folder) / "search.yaml"
        config.write_text(STRATEGIES, "utf-8")
        run = search(load(config, "search"), Source("test", url), Archive(folder))
    right = set(run.pmids) == server.records.ids
    least = least_by_uid(server.records)
    return (
        f"seed {seed}, {'by author' if sorts else 'sort ignored'}: {len(run.pmids):,} ids, "
        f"{'exactly the true ones' if right else 'WRONG'}; {server.searches} requests, "
        f"least possible {least} (cut by day: {least_by_day(server.records)}), "
        f"ratio {server.searches / least:.2f}"
    )


if __name__ == "__main__":
    main()
