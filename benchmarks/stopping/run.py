"""Does the stopping rule keep its word, and does the audit? Simulated on labelled sets.

python benchmarks/stopping/run.py --data FOLDER [--seeds 10] [--only NAME]

FOLDER holds the labelled CSV files, as for benchmarks/ranking. Prints two Markdown tables:
where the rule stops ranked screening, with all records there from the start and with a fifth of
them coming after the rest has been read; and how often the audit's limit is not exceeded.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ranking"))

from labelled import Labelled, priors, read
from perennial.queue.audit import bound, sample
from perennial.queue.rank import learned
from perennial.queue.stopping import stopping
from simulate import read_on, screened, words_of

TARGET = CONFIDENCE = 0.95
AUDITED, AUDITS = 50, 200
LATE = 0.2  # share of the records that a refresh brings
Stop = tuple[float, float]  # recall, and share of the records left unread


def stopped(labels: Sequence[bool], begin: int, since: int) -> Stop:
    """Where the rule first lets go, asked after every two-hundredth of the records from ``begin``.

    Labels before ``since`` were made before the last records came.
    """
    total = len(labels)
    for read_so_far in [*range(begin, total, max(1, total // 200)), total]:
        seen = labels[:read_so_far]
        if stopping(seen, total, TARGET, CONFIDENCE, read_so_far - since).may_stop:
            break
    return sum(seen) / sum(labels), 1 - read_so_far / total


def at_once(data: Labelled, words: Any, seed: int) -> Stop:
    """All records are there from the start."""
    return stopped([data.included[row] for row in screened(data, words, seed)], 2, 0)


def refreshed(data: Labelled, words: Any, seed: int) -> tuple[Stop, Stop]:
    """A fifth comes after the rest was read: the rule as published, and ours."""
    begun = priors(data.included, seed)
    rows = [row for row in range(len(data.included)) if row not in begun]
    random.Random(seed).shuffle(rows)  # noqa: S311 - a draw, no secret
    first = int((1 - LATE) * len(rows))
    early = read_on(data, words, seed, begun, set(rows[:first]))
    order = read_on(data, words, seed, early, set(rows[first:]))
    labels = [data.included[row] for row in order]
    return stopped(labels, len(early), 0), stopped(labels, len(early), len(early))


def audits(data: Labelled, words: Any) -> tuple[int, int, float, float]:
    """Rules are played by the half that a model of two labels likes least, for it errs.

    How many it excludes, how many of them wrongly, the median limit, the share of audits within it.
    """
    first = priors(data.included, 0)
    scores = learned(words, {row: data.included[row] for row in first}, 0)
    rows = [row for row in range(len(scores)) if row not in first]
    worst = sorted(rows, key=lambda row: (scores[row], row))[: len(rows) // 2]
    truth = {str(row): data.included[row] for row in worst}
    limits = []
    for seed in range(AUDITS):
        seen = [truth[pmid] for pmid in sample(truth, AUDITED, seed)]
        limits.append(bound(len(seen), sum(seen), len(truth), CONFIDENCE).at_most)
    missed = sum(truth.values())
    return len(worst), missed, median(limits), sum(missed <= limit for limit in limits) / AUDITS


def stop_cells(stops: Sequence[Stop]) -> list[str]:
    """Share of runs that reached the target, the least recall, the median work saved."""
    recalls, saved = [s[0] for s in stops], [s[1] for s in stops]
    reached = sum(recall >= TARGET for recall in recalls)
    return [f"{reached}/{len(stops)}", f"{100 * min(recalls):.1f}", f"{100 * median(saved):.1f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="Only sets whose name holds this.")
    asked = parser.parse_args(arguments)
    files = [f for f in sorted(asked.data.glob("*.csv")) if asked.only in f.stem]
    if not files:
        sys.exit(f"no labelled set in {asked.data}")
    kinds = ("at once", "refresh, as published", "refresh, ours")
    heads = [f"{k}: {what}" for k in kinds for what in ("reached", "least recall", "unread")]
    print(f"| set | {' | '.join(heads)} |\n|---|{'---:|' * len(heads)}")
    all_stops: list[list[Stop]] = [[], [], []]
    audit_rows = []
    for file in files:
        data = read(file)
        words = words_of(data)
        runs = [(at_once(data, words, s), *refreshed(data, words, s)) for s in range(asked.seeds)]
        stops = [list(kind) for kind in zip(*runs, strict=True)]
        all_stops = [kept + new for kept, new in zip(all_stops, stops, strict=True)]
        print(
            f"| {data.name} | {' | '.join(c for kind in stops for c in stop_cells(kind))} |",
            flush=True,
        )
        size, missed, limit, within = audits(data, words)
        audit_rows.append(f"| {data.name} | {size} | {missed} | {limit:g} | {100 * within:.1f} |")
    print(f"| all | {' | '.join(c for kind in all_stops for c in stop_cells(kind))} |")
    print("\n| set | excluded | relevant among them | median limit | limit held, % |")
    print("|---|---:|---:|---:|---:|")
    print("\n".join(audit_rows))


if __name__ == "__main__":
    main()
