"""What a refresh told, in Markdown that is safe to show: identifiers and counts, no free text."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.ledger import Refresh

MOST = 100  # items listed under a heading; the ledger of the refresh has them all
PUBMED = "https://pubmed.ncbi.nlm.nih.gov"


def summary(told: Refresh) -> str:
    """A line that says what was asked, then a list under a heading for each kind of news."""
    parts = [_asked(told)]
    parts += _section("New records", map(_link, told.new))
    parts += _section("Found by the full search only", map(_link, told.missed))
    parts += _section("Revised records", map(_link, told.revised))
    notices = (f"{_link(n.pmid)}: {n.kind} {_link(n.other)}".rstrip() for n in told.notices)
    parts += _section("New notices", notices)
    gone = (f"{_link(absence.pmid)}: {absence.reason}" for absence in told.withdrawn)
    parts += _section("Withdrawn, and kept with this mark", gone)
    news = told.new or told.revised or told.withdrawn
    return "\n\n".join(parts if news else [*parts, "Nothing new."]) + "\n"


def _asked(told: Refresh) -> str:
    day = told.polled_at[:10]
    kinds = [f"for what is new since {told.since}"] if told.since else []
    kinds += ["in full"] if told.full else []
    asked = f"On {day} {told.source} was searched {' and '.join(kinds)}"
    if not told.revised_since:
        return f"{asked}."
    return f"{asked}, and asked for revisions of {told.asked_about:,} records held."


def _section(heading: str, items: Iterable[str]) -> list[str]:
    lines = [f"* {item}" for item in items]
    if not lines:
        return []
    more = [f"* and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return [f"## {heading} ({len(lines)})", "\n".join([*lines[:MOST], *more])]


def _link(pmid: str) -> str:
    return f"[{pmid}]({PUBMED}/{pmid}/)" if pmid else ""
