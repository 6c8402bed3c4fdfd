"""The numbers of the pictures, counted again: those in words, and those that stand alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from counts import Counts, day, n
from perennial.passage import Statement
from perennial.render.review import Review


def grouped_by(review: Review, found: list[Statement]) -> dict[str, set[str]]:
    """Studies by what they found, sides first."""
    groups: dict[str, set[str]] = defaultdict(set)
    for s in found:
        direction = review.directions[s.direction]
        side = bool(direction.side)
        groups[f"towards {direction.side}" if side else direction.label].add(s.pmid)
    return groups


def by_place(
    found: list[Statement], across: str, down: str
) -> dict[tuple[str, str], list[Statement]]:
    """Statements by the two names under which a picture sets them."""
    places: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for s in found:
        for name in (getattr(s, across) or "not stated").split("; "):
            places[getattr(s, down), name].append(s)
    return places


def phrases(review: Review, made: Counts) -> Iterator[str]:
    labels = {m.id: m.label for m in review.mechanisms} | {"": "no mechanism"}
    cells = {
        (labels[m], c): f for (m, c), f in by_place(made.results, "condition", "mechanism").items()
    }
    for (mechanism, cancer), found in {("all", "all"): made.results, **cells}.items():
        row = f"Mechanism={mechanism} | Cancer={cancer} | Studies="
        yield f"{row}⟦{made.studies_of(found)}⟧ |"
        for group, pmids in grouped_by(review, found).items():
            yield f"{row}…{group}: ⟦{len(pmids)}⟧"
    hearsay = n(len(made.stated) - len(made.results), "statement")
    yield from (f"Not counted {verb} {hearsay}" for verb in ("is", "are"))
    yield from _timeline(review, made)
    for factor in {s.factor for s in made.results} | {"all"}:
        found = [s for s in made.results if factor in (s.factor, "all")]
        row = f"Factor={review.factors.get(factor, factor)} | Studies="
        yield f"{row}⟦{made.studies_of(found)}⟧ |"
        for (_, site), there in by_place(found, "site", "standing").items():
            yield f"{row}…{site}: ⟦{made.studies_of(there)}⟧"


def arrived(review: Review) -> dict[str, str]:
    """The day on which each study came."""
    days = {p: change.day for change in reversed(review.ledger.changes) for p in change.new}
    return days | (dict.fromkeys(review.step.joined, review.step.day) if review.step else {})


def _timeline(review: Review, made: Counts) -> Iterator[str]:
    came = arrived(review)
    years = Counter(review.records[s.pmid].year for s in made.included)
    for year in (None, *years):
        mine = [s for s in made.included if year in (None, review.records[s.pmid].year)]
        row = f"Year of publication={'all' if year is None else f'⟦{year}⟧'} | Studies="
        yield f"{row}⟦{len(mine)}⟧ |"
        for tier, count in Counter(s.tier for s in mine).items():
            yield f"{row}…By tier=…tier {tier}: ⟦{count}⟧"
        for date, count in Counter(came[s.pmid] for s in mine).items():
            yield f"{row}…Joined=…{day(date)}: ⟦{count}⟧"


def drawn(review: Review) -> Mapping[str, Counter[str]]:
    """The numbers that stand in each picture without words, how often each."""
    made = Counts(review)
    cells = by_place(made.results, "condition", "mechanism")
    sizes = [made.studies_of(found) for found in cells.values()]
    scale = {1, math.ceil(max(sizes) / 4), max(sizes)}
    legend = [len(pmids) for pmids in grouped_by(review, made.results).values()]
    years = [review.records[s.pmid].year for s in made.included]
    came = arrived(review)
    arrivals = Counter((review.records[s.pmid].year, came[s.pmid]) for s in made.included)
    spread = [*range(min(years), max(years) + 1), *Counter(years).values(), *arrivals.values()]
    grid: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (factor, site), found in by_place(made.results, "site", "factor").items():
        for place in ((factor, site), (factor, ""), ("", site), ("", "")):
            grid[place] |= {s.pmid for s in found}
    return {
        "evidence-map": Counter(map(str, [*sizes, *legend, *scale])),
        "timeline": Counter(map(str, spread)),
        "sites": Counter(str(len(pmids)) for pmids in grid.values()),
    }
