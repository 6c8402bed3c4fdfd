"""Measure the extractor on the held-out sentences of ``tests/data/heldout``.

``sentences`` shows its errors to whoever mends the patterns; ``sealed`` gives figures only.
``wordings`` was written by who mended them: a set to mend by, whose figures show no more than that.

Each sentence is read as the abstract of a record of its own under a neutral title. A **hit** is
a statement with the standing ``result`` whose factor and direction are both asked for; any other
result is **false**, but for those tolerated (``?``) and those that the vocabulary infers for the
target of a drug that the row names. Statements of another standing are set aside.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from perennial.extract import extract
from perennial.passage import Passage, Statement

sys.path.append(str(Path(__file__).parents[1] / "workflow"))

from subject import vocabulary

ROOT = Path(__file__).resolve().parents[2]
HELDOUT = ROOT / "tests/data/heldout"
SETS = ("sentences", "sealed", "wordings")
TRAP, NONE = "trap", "none"
FAMILIES = (
    *("dormancy", "waking", "blocking", "survival", "killing", "evasion", "no effect"),
    TRAP,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement that a sentence makes: ``factor`` in any of ``directions``, likeliest first."""

    factor: str
    directions: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One row of ``sentences.tsv``."""

    id: str
    family: str
    sentence: str
    wanted: tuple[Wanted, ...]
    perturbation: str
    condition: str
    site: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the extractor made of a case."""

    case: Case
    hits: tuple[tuple[Wanted, Statement], ...]
    misses: tuple[Wanted, ...]
    false: tuple[Statement, ...]
    aside: tuple[Statement, ...]  # drawn, but as background or hypothesis
    signs: tuple[tuple[Wanted, Statement], ...]  # of the false ones: the opposite of what is said


@cache
def cases(name: str) -> tuple[Case, ...]:
    """The rows of the set ``name``, in the order of its file."""
    with (HELDOUT / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(_case(row) for row in rows)


def _case(row: dict[str, str]) -> Case:
    wanted = tuple(_wanted(row["factor"], row["direction"]))
    return Case(
        row["id"],
        row["family"],
        row["sentence"],
        wanted,
        row["perturbation"],
        row["cancer"],
        row["site"],
    )


def _wanted(factors: str, directions: str) -> Iterable[Wanted]:
    names = factors.split(";") if factors else []
    codes = directions.split(";")
    for name, code in zip(names, codes * len(names) if len(codes) == 1 else codes, strict=False):
        yield Wanted(name.lstrip("?"), tuple(code.split("/")), name.startswith("?"))


def outcome(case: Case) -> Outcome:
    """Run the extractor over ``case`` and judge what it draws."""
    digest = hashlib.sha256(case.sentence.encode()).hexdigest()
    passage = Passage("1", "abstract", "pubmed", "", case.sentence, digest)
    drawn = extract([passage], vocabulary(), title="A study", publication_types=())
    results = [s for s in drawn if s.standing == "result"]
    met = [(w, s) for w in case.wanted for s in results if _meets(s, w)]
    asked = [w for w in case.wanted if not w.optional]
    hits = {w: s for w, s in reversed(met) if not w.optional}
    good = {s.id for _, s in met}
    false = tuple(s for s in results if s.id not in good and not _implied(s, case))
    return Outcome(
        case,
        tuple((w, hits[w]) for w in asked if w in hits),
        tuple(w for w in asked if w not in hits),
        false,
        tuple(s for s in drawn if s.standing != "result"),
        tuple((w, s) for w in case.wanted for s in false if _opposite(s, w)),
    )


def _meets(statement: Statement, wanted: Wanted) -> bool:
    return statement.factor == wanted.factor and statement.direction in wanted.directions


def _implied(statement: Statement, case: Case) -> bool:
    """The effect of less of a drug's target, where the row asks for the drug's own."""
    known = vocabulary()
    return any(
        statement.factor in known.factors[w.factor].targets
        and statement.direction in {known.directions[code].inverse for code in w.directions}
        for w in case.wanted
    )


def _opposite(statement: Statement, wanted: Wanted) -> bool:
    """The same factor sent the other way: dormancy for exit, survival for killing, or back."""
    if statement.factor != wanted.factor:
        return False
    known = vocabulary().directions
    sides = {known[statement.direction].side, known[wanted.directions[0]].side}
    pair = {statement.direction, wanted.directions[0]}
    return sides == {"dormancy", "exit"} or pair in ({"SUR", "KIL"}, {"EVA", "KIL"})


@cache
def outcomes(name: str) -> tuple[Outcome, ...]:
    """Every case of the set ``name``, judged."""
    return tuple(outcome(case) for case in cases(name))


def figures(part: Sequence[Outcome]) -> dict[str, float]:
    """Counts of ``part``, with precision and recall in per cent, NaN where they have no base."""
    hits = sum(len(o.hits) for o in part)
    false = sum(len(o.false) for o in part)
    asked = hits + sum(len(o.misses) for o in part)
    return {
        "sentences": len(part),
        "asked": asked,
        "hits": hits,
        "false": false,
        "precision": _percent(hits, hits + false),
        "recall": _percent(hits, asked),
        "signs": sum(len(o.signs) for o in part),
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else math.nan


def by_family(judged: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """The figures of each family, and of all sentences together."""
    parts = {family: [o for o in judged if o.case.family == family] for family in FAMILIES}
    return {family: figures(part) for family, part in parts.items()} | {"all": figures(judged)}


def confusion(judged: Sequence[Outcome]) -> Counter[tuple[str, str]]:
    """How often the direction asked for (the likeliest) came out as which, for asked factors."""
    counts: Counter[tuple[str, str]] = Counter()
    for o in judged:
        for wanted, statement in o.hits:
            counts[wanted.directions[0], statement.direction] += 1
        for wanted in o.misses:
            wrong = {s.direction for s in o.false if s.factor == wanted.factor} or {NONE}
            counts.update((wanted.directions[0], code) for code in wrong)
    return counts


def context(judged: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """Of the hits: how many have the row's perturbation (losses only), condition and site."""
    met = [(o.case, s) for o in judged for _, s in o.hits]
    lost = [s.perturbation == "loss" for case, s in met if case.perturbation == "loss"]
    condition = [s.condition == case.condition for case, s in met if case.condition]
    site = [s.site == case.site for case, s in met if case.site]
    named = {"loss": lost, "condition": condition, "site": site}
    return {name: (sum(right), len(right)) for name, right in named.items()}


def errors(judged: Sequence[Outcome]) -> Iterable[str]:
    """Every case with a miss or a false statement: sentence, what was expected, what was found."""
    for o in (o for o in judged if o.misses or o.false):
        marks = "MISS " * bool(o.misses) + "FALSE " * bool(o.false) + "SIGN" * bool(o.signs)
        drawn = (*(s for _, s in o.hits), *o.false, *o.aside)
        yield f"{o.case.id} [{o.case.family}] {marks.strip()}"
        yield f"  {o.case.sentence}"
        yield f"  expected: {'; '.join(map(_asked, o.case.wanted)) or NONE}"
        yield f"  found:    {'; '.join(map(_shown, drawn)) or NONE}"
        yield ""


def _shown(s: Statement) -> str:
    aside = "" if s.standing == "result" else f" ({s.standing})"
    return f"{s.factor} {s.direction}{aside} by {s.rule}"


def _asked(wanted: Wanted) -> str:
    return f"{'?' * wanted.optional}{wanted.factor} {'/'.join(wanted.directions)}"


def report(judged: Sequence[Outcome]) -> Iterable[str]:
    """The tables, in Markdown."""
    yield "| family | sentences | asked | hits | false | precision | recall | sign errors |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name, row in by_family(judged).items():
        yield f"| {name} | " + " | ".join(map(_cell, row.values())) + " |"
    yield ""
    counts, codes = confusion(judged), list(vocabulary().directions)
    yield "| asked, found → | " + " | ".join([*codes, NONE]) + " |"
    yield "|---|" + "---:|" * (len(codes) + 1)
    for code in codes:
        yield f"| {code} | " + " | ".join(str(counts[code, c] or "") for c in [*codes, NONE]) + " |"
    yield ""
    for name, (right, of) in context(judged).items():
        yield f"{name}: {right} of {of} hits"
    traps = [o for o in judged if o.case.family == TRAP]
    yield f"traps with a false result: {sum(bool(o.false) for o in traps)} of {len(traps)}"


def _cell(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:g}"


def false_on_traps(judged: Sequence[Outcome]) -> Iterable[str]:
    """What the traps yielded."""
    for o in (o for o in judged if o.case.family == TRAP):
        yield from (f"* {o.case.id}, {_shown(s)}: {o.case.sentence}" for s in o.false)


def floor(name: str) -> Iterable[str]:
    """The part of ``floor.yaml`` for the set ``name``, with the figures of now."""
    yield f"{name}:"
    yield f"  sha256: {hashlib.sha256((HELDOUT / f'{name}.tsv').read_bytes()).hexdigest()}"
    yield "  families:"
    reached = by_family(outcomes(name))
    for family in FAMILIES[: FAMILIES.index(TRAP)]:
        row = {key: reached[family][key] for key in ("precision", "recall", "signs")}
        yield f"    {family}: {{{', '.join(f'{key}: {value:g}' for key, value in row.items())}}}"
    yield f"  traps: {reached[TRAP]['false']}"


def main() -> None:
    """Print the tables of a set, or as asked its errors or its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="?", choices=SETS, default=SETS[0])
    parser.add_argument("--errors", action="store_true", help="print the cases that went wrong")
    parser.add_argument("--floor", action="store_true", help="print the set's part of floor.yaml")
    asked = parser.parse_args()
    if asked.errors and asked.set == "sealed":
        parser.error("the sealed set gives figures only")
    judged = outcomes(asked.set)
    if asked.floor or asked.errors:
        lines = floor(asked.set) if asked.floor else errors(judged)
    else:
        lines = [*report(judged), *(() if asked.set == "sealed" else false_on_traps(judged))]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
