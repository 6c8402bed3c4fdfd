"""How many requests a refresh takes: of 20,000 records held, 5 are revised, and 37 are new.

Run it to see the numbers: python tests/living/count_requests.py
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from living_source import Memory, Paper, Review

HELD, NEW, REVISED = 20_000, 37, 5


@dataclass(frozen=True)
class Count:
    """What was due, what was asked for, and the review after it."""

    review: Review
    first: list[int]  # ids that the first search fetched
    due: list[int]
    fetched: list[int]
    told: list[int]
    held: int
    by_utility: Counter[str]

    @property
    def requests(self) -> int:
        return self.by_utility.total()


def counted(folder: Path) -> Count:
    """Search and fetch once, let the source change, refresh."""
    memory = Memory()
    memory.put(*(Paper(pmid) for pmid in range(1, HELD + 1)))
    review = Review(folder, memory)
    review.refresh("2026-02-01")
    first = sorted(memory.fetched())
    new = [Paper(HELD + 5000 + n, "2026-02-05", "2026-02-05") for n in range(NEW)]
    step = HELD // REVISED
    revised = [Paper(7 + n * step, revised="2026-02-06", title="beta") for n in range(REVISED)]
    memory.put(*new, *revised)
    told = review.refresh("2026-02-08")
    return Count(
        review,
        first,
        sorted(paper.pmid for paper in (*new, *revised)),
        sorted(memory.fetched()),
        sorted(map(int, told.new + told.revised)),
        len(review.table()),
        Counter(request.utility for request in memory.asked),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        count = counted(Path(folder))
        listed = ", ".join(f"{n} {name}" for name, n in sorted(count.by_utility.items()))
        print(f"{HELD:,} held, {NEW} new, {REVISED} revised")
        print(f"{count.requests} requests ({listed}); {len(count.fetched)} records fetched")
        print(f"exactly the new and the revised: {count.fetched == count.due}")
