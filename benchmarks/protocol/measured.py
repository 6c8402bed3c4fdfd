"""A protocol that was written before anybody looked, against the labels of the published review.

    python benchmarks/protocol/measured.py --labels FILE [--review FOLDER] [--seeds 5]

FILE is a CSV with title, abstract and included (0 or 1). Its records, without their labels, are
imported by the review, which the workflow builds as far as the queue; what the rules made of each
is then held against its label. What waits is read in the order of the ranking, the labels being
the human; and the audit's sample is drawn and judged, once for each of many seeds. Prints Markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ranking"))

from labelled import Labelled, read
from measures import found_at
from perennial.building import build
from perennial.queue.audit import bound, sample
from perennial.record import Record
from perennial.screened import DUPLICATE, Link, Screened
from perennial.tables import read_parquet
from simulate import read_on, words_of

ROOT = Path(__file__).resolve().parents[2]
REVIEW = ROOT / "examples/virus-metagenomics"
IMPORT = "config/imports/records.csv"
CONFIDENCE = 0.95
AUDITS = 200
LOST = "not reached: rules excluded too many"


def imported(data: Labelled, file: Path) -> None:
    """The records as an export that the review imports: each row's number, title and abstract."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as sink:
        rows = csv.writer(sink)
        rows.writerow(("accession number", "title", "abstract"))
        pairs = zip(data.titles, data.abstracts, strict=True)
        rows.writerows((number, *pair) for number, pair in enumerate(pairs))


def outcomes(review: Path, data: Labelled, folder: Path) -> list[str]:
    """What the rules made of each row: include, exclude or human; a copy is as its original."""
    shutil.copytree(review / "config", folder / "config")
    imported(data, folder / IMPORT)
    target = "results/3_screened/screened.parquet"
    with contextlib.chdir(folder):
        if status := build(target, "-c2", "--quiet"):
            raise SystemExit(status)
    screened = {row.pmid: row.outcome for row in _table(folder, "3_screened/screened", Screened)}
    copies = {
        link.pmid: link.other
        for link in _table(folder, "2_linked/links", Link)
        if link.kind == DUPLICATE
    }
    of = {
        bank.rpartition("/")[2]: record.pmid
        for record in _table(folder, "1_records/records", Record)
        for bank in record.databanks
    }
    return [screened[_kept(of[str(row)], copies)] for row in range(len(data.included))]


def _kept(id_: str, copies: Mapping[str, str]) -> str:
    while id_ in copies:
        id_ = copies[id_]
    return id_


def _table(folder: Path, name: str, kind: type) -> list:
    return read_parquet(folder / f"results/{name}.parquet", kind)


def screening(data: Labelled, made: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the rules alone did, as rows of a table."""
    of = Counter(zip(made, data.included, strict=True))
    relevant = sum(data.included)
    for outcome, words in WORDS.items():
        wrong, right = of[outcome, False], of[outcome, True]
        yield words, f"{wrong + right:,}, of which {right} were included by the authors"
    kept = relevant - of["exclude", True]
    yield "sensitivity of included and queued", f"{kept} of {relevant}, {_share(kept, relevant)}"
    excluded = of["exclude", True] + of["exclude", False]
    yield "share of the records excluded by rule", _share(excluded, len(made))
    included = of["include", True] + of["include", False]
    if included:
        yield "precision of included by rule", _share(of["include", True], included)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


WORDS = {
    "include": "included by rule",
    "human": "queued for a person",
    "exclude": "excluded by rule",
}


def reading(data: Labelled, made: Sequence[str], seeds: range) -> Iterator[tuple[str, str]]:
    """The queue read as ranked: what is unread of all records when so many were found.

    Recall is of the records that the authors included, those that rules lost among them. What
    rules included is read first, for it has to be checked, however few of it are wrong.
    """
    words, relevant = words_of(data), sum(data.included)
    orders = [_order(data, made, words, seed) for seed in seeds]
    left = sum(data.included[row] for row in orders[0])
    aims = {"95 % recall": ceil(0.95 * relevant), "100 % recall": relevant}
    for aim, needed in {**aims, "the highest recall that rules leave": left}.items():
        saved = [_saved(data, order, needed) for order in orders]
        told = LOST if None in saved else f"{100 * median(saved):.1f} %"
        yield f"records unread at {aim}", told


def _order(data: Labelled, made: Sequence[str], words: object, seed: int) -> list[int]:
    """Rows in the order read: those included, then the queue; by lot till both kinds are known."""
    waiting = [row for row, what in enumerate(made) if what == "human"]
    random.Random(seed).shuffle(waiting)  # noqa: S311 - a draw, no secret
    read_first = [row for row, what in enumerate(made) if what == "include"]
    while len({data.included[row] for row in read_first}) < 2 and waiting:
        read_first.append(waiting.pop())
    return read_on(data, words, seed, read_first, set(waiting))


def _saved(data: Labelled, order: Sequence[int], needed: int) -> float | None:
    """Share of all records that nobody had read when ``needed`` were found; None if never."""
    read = [0, *found_at([data.included[row] for row in order])]
    return 1 - read[needed] / len(data.included) if needed < len(read) else None


def audit(data: Labelled, made: Sequence[str], size: int) -> Iterator[tuple[str, str]]:
    """How often the audit's limit holds, and how high it is, over many samples."""
    excluded = {str(row): data.included[row] for row, what in enumerate(made) if what == "exclude"}
    truth = sum(excluded.values())
    limits = []
    for seed in range(AUDITS):
        drawn = sample(excluded, size, seed)
        missed = sum(excluded[row] for row in drawn)
        limits.append(bound(len(drawn), missed, len(excluded), CONFIDENCE).at_most)
    held = sum(limit >= truth for limit in limits)
    yield f"audit of {size}: truly missed", f"{truth} of {len(excluded):,}"
    yield f"audit of {size}: at most, median of {AUDITS} samples", f"{median(limits):.0f}"
    yield f"audit of {size}: the limit held", f"{held} of {AUDITS} times"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--review", type=Path, default=REVIEW)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=[50, 200])
    asked = parser.parse_args(arguments)
    data = read(asked.labels)
    with tempfile.TemporaryDirectory() as folder:
        made = outcomes(asked.review, data, Path(folder))
    rows = [("records", f"{len(made):,}"), ("included by the authors", f"{sum(data.included)}")]
    rows += [*screening(data, made), *reading(data, made, range(asked.seeds))]
    for size in asked.sizes:
        rows += audit(data, made, size)
    print("| | |\n|---|---:|")
    print("\n".join(f"| {what} | {found} |" for what, found in rows))


if __name__ == "__main__":
    main()
