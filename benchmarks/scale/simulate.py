"""The tables of docs/scale.md, from the numbers in `parameters.py`.

python benchmarks/scale/simulate.py            # print the tables
python benchmarks/scale/simulate.py --write    # write docs/scale.md and docs/scale.svg anew
"""

from __future__ import annotations

import argparse
import io
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import model
import numpy as np
import queueing
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure
from model import WEEK
from parameters import Parameters, rows

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
TOGETHER = (1, 10, 100, 1_000, 10_000)
SIZES = (2_000, 20_000, 100_000)
OFF_PEAK = 48 + 5 * 8  # hours a week: weekends, and 21:00 to 05:00 US Eastern
TEN_MINUTES = 600.0


def number(value: float, digits: int = 2) -> str:
    """So many significant digits, no powers of ten."""
    if value == 0:
        return "0"
    places = digits - 1 - int(np.floor(np.log10(abs(value))))
    written = f"{round(value, places):,.{max(places, 0)}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Markdown; the first column is text, the others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def parameters(p: Parameters) -> str:
    """What the page rests on."""
    head = ("parameter", "value", "unit", "source")
    lines = [f"| `{name}` | {' | '.join(rest)} |" for name, *rest in rows(p)]
    return "\n".join([f"| {' | '.join(head)} |", "|---|---:|---|---|", *lines])


def sift(p: Parameters) -> str:
    """One pass over all of PubMed for so many reviews."""

    def row(count: int) -> list[str]:
        parts = model.sift(p, count)
        once = sum(parts.values()) * p.files / 3600
        apart = p.sift * count * p.files / 3600
        cells = (*parts.values(), once, apart, once * 3600 / count)
        return [f"{count:,}", *map(number, cells)]

    head = ("reviews at once", "unpack, s per file", "seek words", "parse candidates", "judge")
    more = ("all of PubMed, core hours", "one after the other", "core seconds per review")
    return table((*head, *more), map(row, TOGETHER))


def overlap(p: Parameters) -> str:
    """How many records the reviews hold, and how many of them are the same."""

    def row(count: int) -> list[str]:
        held, once = model.distinct(p, count)
        cells = (held, once, held / once, held * p.record_xml / 1e6, once * p.record_xml / 1e6)
        return [f"{count:,}", *map(number, cells)]

    head = ("reviews", "records held", "distinct", "each held by", "GB, archive each", "GB, shared")
    return table(head, map(row, TOGETHER))


def asked(p: Parameters) -> str:
    """How many reviews one address can refresh before the source's limit is reached."""

    def row(name: str, held: model.Sizes) -> list[str]:
        weekly = float(model.requests(p, held, 7, p.strategies).mean())
        quiet = float(model.requests(p, held, 7, p.strategies, quiet=True).mean())
        daily = float(model.requests(p, held, 1, p.strategies).mean())
        limits = [
            window / each / spacing
            for spacing in (p.spacing, p.spacing_key)
            for window, each in ((WEEK, weekly), (OFF_PEAK * 3600, weekly), (WEEK / 7, daily))
        ]
        return [name, number(weekly, 3), number(quiet, 3), *map(number, limits)]

    head = ["records held", "requests", "if quiet"]
    for limit in ("3/s", "10/s"):
        head += [f"{limit}: weekly", "weekly, off-peak", "daily"]
    lines = [row(f"{size:,}", np.array([float(size)])) for size in SIZES]
    return table(head, [*lines, row(f"the {p.reviews:,} reviews", model.sizes(p))])


def a_day(p: Parameters) -> dict[str, float]:
    """What it takes to hear a day's news for all reviews, by either way."""
    files = (p.new + p.revised) / p.per_file
    by_request = float(model.requests(p, model.sizes(p), 1, p.strategies).sum())
    return {
        "files": files,
        "sift_minutes": sum(model.sift(p, p.reviews).values()) * files / 60,
        "one_seconds": p.sift * files,
        "requests": by_request,
        "hours": by_request * p.spacing / 3600,
        "hours_key": by_request * p.spacing_key / 3600,
        "megabytes": (p.new + p.revised) * p.record_xml / 1e3,
    }


def storage(p: Parameters) -> str:
    """What an archive with weekly refreshes holds."""

    def row(name: str, held: model.Sizes) -> list[str]:
        weekly = float(model.requests(p, held, 7, p.strategies).sum()) * 52
        sizes = [float(model.journal(p, held, years, 52).sum()) / 1e6 for years in (0, 1, 10)]
        raw = float(held.sum()) * p.record_xml / 1e3
        reading = sizes[-1] * p.fold * p.folds / 1e3
        return [name, *map(number, (raw, *sizes, reading, weekly))]

    head = ("records held", "answers, MB", "journal, MB", "after a year", "after ten")
    more = ("then read, s per refresh", "new files a year")
    lines = [row(f"{size:,}", np.array([float(size)])) for size in SIZES]
    mix = row(f"the {p.reviews:,} reviews in one", model.sizes(p))
    return table((*head, *more), [*lines, mix])


def fulltext(p: Parameters) -> str:
    """What keeping and reading full texts takes."""
    held, once = model.distinct(p, p.reviews)
    read = p.included * p.with_text
    ways = (
        ("studies, each review for itself", held * read, held * read),
        ("studies, each kept once", once * read, held * read),
        ("all, for one review", p.full_texts, p.full_texts),
        (f"all, for {p.reviews:,} reviews", p.full_texts, p.full_texts * p.reviews),
    )

    def row(name: str, kept: float, extracted: float) -> list[str]:
        days = kept / p.articles * p.spacing / 86_400
        hours = extracted * p.article_passages / p.passages / 3600
        return [name, *map(number, (kept, kept * p.article_gz / 1e6, days, hours))]

    head = (
        "what is read",
        "articles kept",
        "GB",
        "days to ask for them, 3/s",
        "core hours to read",
    )
    return table(head, (row(*way) for way in ways))


def lag(p: Parameters) -> str:
    """Median and 95th percentile of days, by schedule and workers."""

    def cell(schedule: queueing.Schedule, workers: int) -> str:
        if queueing.load(schedule, workers) >= 1:
            return "never"
        return " / ".join(f"{days:.1f}" for days in queueing.lags(p, schedule, workers))

    head = ("refreshes", *(f"W = {workers}" for workers in queueing.WORKERS))
    lines = [[s.name, *(cell(s, w) for w in queueing.WORKERS)] for s in queueing.schedules(p)]
    return table(head, lines)


def people(p: Parameters) -> str:
    """Hours a year, by how much reading the ranking spares."""
    spared = (0.0, p.wss_least / 100, p.wss_most / 100)
    ways = [model.hours_of_people(p, share) for share in spared]
    body = [[name, *(number(way[name]) for way in ways)] for name in ways[0]]
    sums = [sum(way.values()) for way in ways]
    body.append(["hours a year", *map(number, sums)])
    body.append(["full-time people", *(number(total / p.year) for total in sums)])
    body.append(["hours a year per review", *(number(total / p.reviews) for total in sums)])
    head = ("", "every record read", f"{p.wss_least:g} % spared", f"{p.wss_most:g} % spared")
    return table(head, body)


def rebuilding(p: Parameters) -> str:
    """What building a review anew takes, and how large each part can bear it."""
    held = np.array([*map(float, SIZES), 1e6])
    parts = model.rebuild(p, held)
    grid = np.logspace(3, 9, 6001)
    reach = {name: grid[seconds < TEN_MINUTES] for name, seconds in model.rebuild(p, grid).items()}

    def row(name: str) -> list[str]:
        last = number(float(reach[name][-1])) if name != "whatever its size" else "never"
        return [name, *map(number, parts[name]), last]

    total = ["in all", *map(number, sum(parts.values(), np.zeros(4))), ""]
    head = ("seconds, one core", *(f"{int(size):,} held" for size in held), "ten minutes at")
    return table(head, [*map(row, parts), total])


TABLES = {
    "parameters": parameters,
    "sift": sift,
    "overlap": overlap,
    "asked": asked,
    "storage": storage,
    "fulltext": fulltext,
    "lag": lag,
    "people": people,
    "rebuilding": rebuilding,
}


def tables(p: Parameters) -> dict[str, str]:
    """Every table of the page, by name."""
    return {name: made(p) for name, made in TABLES.items()}


def facts(p: Parameters) -> Mapping[str, object]:
    """The numbers that stand in the page's sentences."""
    held = model.sizes(p)
    weekly = model.requests(p, held, 7, p.strategies)
    alone = sum(part.sum() for part in model.rebuild(p, held).values())
    polling = float(weekly.mean()) * p.spacing
    journal = float(model.journal(p, held, 1, 52).sum())
    parts = model.sift(p, p.reviews)
    at_least, at_most = (
        sum(model.hours_of_people(p, spared / 100).values()) / p.year
        for spared in (p.wss_most, 0.0)
    )
    return {
        "p": p,
        "core_hours": number(_hours(p)),
        "core_hours_apart": number(p.sift * p.reviews * p.files / 3600),
        "fewer": number(_hours(p, 0.001)),
        "more": number(_hours(p, 0.01)),
        "each_of_each": number(p.per_file * p.reviews / 1e6),
        "judge_share": number(parts["judge"] / sum(parts.values()) * 100),
        "people": f"{at_least:.0f} to {at_most:.0f}, all year round",
        "day": {name: number(value) for name, value in a_day(p).items()},
        "total": number(float(held.sum())),
        "mean": number(float(held.mean())),
        "median": number(float(np.median(held))),
        "least": number(float(held[-1])),
        "new": number(p.new),
        "growth": number(p.growth * 100),
        "new_a_review": number(float(held.mean()) * p.growth),
        "each": number(float(weekly.mean()), 3),
        "each_seconds": number(alone / p.reviews),
        "polling": number(polling),
        "in_line": number(p.patience / polling),
        "weekly_hours": number(float(weekly.sum()) * p.spacing / 3600),
        "building": number(alone / 3600),
        "starting": number(p.build * p.reviews / alone * 100),
        "journal_gb": number(journal / 1e9),
        "journal_fold": number(journal / 1e6 * p.fold / 1e3),
        "page_mb": number(p.page_size * 1e5 / 1e6),
        "rows": {
            "size": number(p.row),
            "read": number(p.row_read),
            "append": number(p.row_append),
            "commit": number(p.row_commit),
        },
        "screening_at_first": number(
            float(held.sum()) * p.to_people * p.reviewers * p.minutes / 60 / p.year
        ),
    }


def _hours(p: Parameters, candidates: float = 0.0) -> float:
    """Core hours of one pass for all reviews; ``candidates`` other than those of ``p``.

    A candidate more or less does not change what it takes to seek words.
    """
    parts = model.sift(p, p.reviews)
    if candidates:
        other = model.sift(replace(p, candidates=candidates), p.reviews)
        parts |= {name: other[name] for name in ("parse", "judge")}
    return sum(parts.values()) * p.files / 3600


def page(p: Parameters) -> str:
    """docs/scale.md: the sentences of page.md with the tables and numbers."""
    there = Environment(loader=FileSystemLoader(HERE), undefined=StrictUndefined, trim_blocks=True)  # noqa: S701 - Markdown
    text = there.get_template("page.md").render(tables=tables(p), **facts(p))
    return "\n\n".join(map(_filled, text.strip().split("\n\n"))) + "\n"


def _filled(block: str) -> str:
    """A block of Markdown; sentences and lists are filled, all else is left as it is."""
    if block.startswith(("#", "|", "`" * 3, "    ", "!")):
        return block
    items = re.split(r"\n(?=\* |\d+\. )", block)
    return "\n".join(_item(" ".join(item.split())) for item in items)


def _item(text: str) -> str:
    mark = re.match(r"\* |\d+\. ", text)
    indent = " " * len(mark[0]) if mark else ""
    return textwrap.fill(
        text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def picture(p: Parameters) -> bytes:
    """SVG: core hours to sift all of PubMed, at once and one after the other."""

    counts = np.unique(np.logspace(0, 4, 41).astype(int))
    once = [sum(model.sift(p, int(k)).values()) * p.files / 3600 for k in counts]
    with mpl.rc_context({"svg.hashsalt": "scale", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(5.2, 2.8), layout="constrained")
        axes = figure.subplots()
        axes.loglog(counts, p.sift * counts * p.files / 3600, "--", color="#777777")
        axes.loglog(counts, once, color="#1f4e79")
        axes.text(60, p.sift * 160 * p.files / 3600, "one after the other", ha="right")
        axes.text(500, once[-1] / 60, "in one pass", ha="left")
        axes.set_xlabel("reviews")
        axes.set_ylabel("core hours, all of PubMed")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:,g}")
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return drawn.getvalue()


def main() -> None:
    """Print the tables, or write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the page and its picture")
    arguments.add_argument("--docs", type=Path, default=DOCS, help="the folder to write them to")
    chosen, p = arguments.parse_args(), Parameters()
    if not chosen.write:
        print("\n\n".join(f"{name}\n\n{made}" for name, made in tables(p).items()))
        return
    (chosen.docs / "scale.md").write_text(page(p), "utf-8")
    (chosen.docs / "scale.svg").write_bytes(picture(p))


if __name__ == "__main__":
    main()
