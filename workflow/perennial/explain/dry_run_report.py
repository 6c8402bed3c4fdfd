"""A dry run as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from perennial.explain.dry_run import ALL, DryRun, Met, Missed, Run
from perennial.printable import clip, plain


def text(told: DryRun) -> str:
    """Counts of each strategy, then the relevant records that it misses, and why."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: DryRun) -> Iterator[str]:
    yield f"{told.records:,} records held are asked; no source is."
    if told.elsewhere:
        yield f"{told.elsewhere:,} records of other databases are left out."
    yield ""
    yield f"{'':40} {'found':>7} {'relevant found':>15}"
    for run in told.runs:
        yield _counts(run)
    for run in told.runs:
        yield from _run(run)
    if told.not_held:
        shown = ", ".join(map(plain, told.not_held[:20]))
        more = f" and {len(told.not_held) - 20:,} more" if len(told.not_held) > 20 else ""
        yield ""
        yield f"Relevant, but not held ({len(told.not_held):,}): {shown}{more}"


def _counts(run: Run) -> str:
    name = clip(plain(run.label if run.id == ALL else f"{run.id} {run.label}"), 40)
    relevant = f"{run.relevant_found:,} of {run.relevant:,}"
    untold = f"  ({run.open:,} cannot be told here)" if run.open else ""
    return f"{name:40} {run.found:>7,} {relevant:>15}{untold}"


def _run(run: Run) -> Iterator[str]:
    if not (run.missed or run.notes):
        return
    yield ""
    who = "All together miss" if run.id == ALL else f"{run.id} misses"
    yield f"{who} {len(run.missed):,} relevant records"
    yield from (f"  note: {plain(note)}" for note in run.notes)
    if run.id == ALL:
        yield from (f"  {_record(missed)}" for missed in run.missed)
        return
    alike: dict[tuple[Met, ...], list[Missed]] = {}
    for missed in run.missed:
        alike.setdefault(missed.parts, []).append(missed)
    for parts, records in alike.items():
        yield from (f"  {part.met:3} {clip(plain(part.part), 90)}" for part in parts)
        yield from (f"      {_record(missed)}" for missed in records)


def _record(missed: Missed) -> str:
    known = f"{missed.known}; {missed.otherwise}" if missed.otherwise else missed.known
    return f"{plain(missed.pmid)} {clip(plain(missed.title), 70)} ({plain(known)})"
