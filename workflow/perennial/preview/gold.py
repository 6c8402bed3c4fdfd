"""A gold set: records of which it is known what screening should say, to measure it by."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from perennial.errors import InputError, Place

# Anything else that a gold set expects ("context", say) is not measured.
MEASURED = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``of``, with its 95 % Wilson interval; from 0 to 1 where there is nothing."""

    hits: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How rules alone do on a gold set.

    ``recall``: of the records to be included, those that are not excluded (a person sees the
    rest). ``precision``: of the records included, those that should be. ``waiting``: how many of
    those to be included wait for a person.
    """

    recall: Share
    precision: Share
    waiting: int


def load_gold(path: str | Path) -> dict[str, str]:
    """PMID → what is expected, from a table with tabs and columns ``pmid`` and ``expected``.

    Rows without a PMID are left out. InputError for a file without these columns and for a
    PMID of which two things are expected.
    """
    expected: dict[str, str] = {}
    for place, row in _rows(Path(path)):
        pmid, wanted = (row["pmid"] or "").strip(), (row["expected"] or "").strip()
        if pmid and expected.setdefault(pmid, wanted) != wanted:
            raise InputError(f"{pmid} is both {expected[pmid]!r} and {wanted!r}", place)
    return expected


def usual_gold() -> Path | None:
    """The review's gold set, in ``config/`` or, where there is exactly one, among the tests."""
    if (own := Path("config/gold.tsv")).exists():
        return own
    found = sorted(Path("tests/data/gold").glob("*.tsv"))
    return found[0] if len(found) == 1 else None


def amended(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """How two gold sets differ, as a phrase; "" if they do not."""
    both = before.keys() & after.keys()
    counts = {
        "added": len(after.keys() - both),
        "taken out": len(before.keys() - both),
        "expected otherwise": sum(before[pmid] != after[pmid] for pmid in both),
    }
    told = ", ".join(f"{number:,} {how}" for how, number in counts.items() if number)
    return f"gold set: {told}" if told else ""


def accuracy(expected: Mapping[str, str], outcomes: Mapping[str, str]) -> Accuracy:
    """Recall and precision of ``outcomes`` (PMID → outcome) among the records in both."""
    known = {pmid: expected[pmid] for pmid in expected if pmid in outcomes}
    wanted = [pmid for pmid, what in known.items() if what == "include"]
    included = [p for p, what in known.items() if what in MEASURED and outcomes[p] == "include"]
    kept = [pmid for pmid in wanted if outcomes[pmid] != "exclude"]
    right = [pmid for pmid in included if known[pmid] == "include"]
    waiting = sum(outcomes[pmid] == "human" for pmid in wanted)
    return Accuracy(share(len(kept), len(wanted)), share(len(right), len(included)), waiting)


def share(hits: int, of: int) -> Share:
    """A proportion with the 95 % interval of Wilson (1927), good for small numbers too."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    from statsmodels.stats.proportion import (  # noqa: PLC0415 - seconds to import
        proportion_confint,
    )

    low, high = proportion_confint(hits, of, method="wilson")
    return Share(hits, of, float(low), float(high))


def _rows(path: Path) -> Iterator[tuple[Place, dict[str, str | None]]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", Place(str(path))) from None
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if missing := {"pmid", "expected"} - set(reader.fieldnames or ()):
        hint = "a table with tabs; its first line names the columns"
        wrong = f"no column {' and no column '.join(sorted(missing))}"
        raise InputError(wrong, Place(str(path), 1), hint)
    for row in reader:
        yield Place(str(path), reader.line_num), row
