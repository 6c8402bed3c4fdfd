"""A record as a reviewer sees it in the terminal.

Built of ``rich`` texts, never of its markup, and of printable characters only: nothing that a
record says can colour, move or overwrite anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group
from rich.text import Text

from perennial.decisions.decision import Decision
from perennial.decisions.verdicts import said_by
from perennial.imports.ids import called
from perennial.printable import printable
from perennial.query.document import display
from perennial.record import Record
from perennial.screen import Criterion
from perennial.screened import Integrity, Match, Screened

COLOURS = ("black on yellow", "black on cyan", "black on green", "white on magenta")
AUTHORS = 6  # shown by name; a reviewer judges the study, not the list


def card(
    record: Record,
    ruled: Screened,
    criteria: Sequence[Criterion],
    notices: Iterable[Integrity],
    why: str,
    heard: Iterable[Decision] = (),
) -> Group:
    """Title, authors, source, abstract with the matched words marked, and why it waits.

    ``heard`` are the answers of others that may be shown; none if the reviewer is blinded.
    """
    ids = [criterion.id for criterion in criteria]
    told = printable(f"{by_rules(ruled)} ({ruled.reason})")
    lines = [
        marked(record.title or "(no title)", _of(ruled, "title"), ids, "bold"),
        Text(authors(record), "dim"),
        Text(_source(record), "dim"),
        Text(),
        marked(record.abstract or "(no abstract)", _of(ruled, "abstract"), ids),
        Text(),
        *_lists(record),
        *(_notice(notice) for notice in notices),
        *_legend(ruled, criteria),
        Text(f"{why}; by the rules: {told}", "italic"),
        *(_answer(decision) for decision in heard),
    ]
    return Group(*lines)


def marked(text: str, matches: Iterable[Match], ids: Sequence[str], style: str = "") -> Text:
    """The text with its matched words coloured, each followed by the ids of its criteria."""
    shown, at = Text(style=style), 0
    plain = printable(text)
    for start, end, found in stretches(matches):
        shown.append(plain[at:start])
        shown.append(plain[start:end], _colour(found[0], ids))
        shown.append(f"[{' '.join(found)}]", "dim")
        at = end
    return shown.append(plain[at:])


def stretches(matches: Iterable[Match]) -> list[tuple[int, int, list[str]]]:
    """Stretches without overlap, each with the criteria that any of its words satisfied."""
    stretches: list[tuple[int, int, list[str]]] = []
    for match in sorted(matches, key=lambda m: (m.start, m.end)):
        if stretches and match.start < stretches[-1][1]:
            start, end, found = stretches.pop()
            found = list(dict.fromkeys([*found, match.criterion]))
            stretches.append((start, max(end, match.end), found))
        else:
            stretches.append((match.start, match.end, [match.criterion]))
    return stretches


def _colour(id_: str, ids: Sequence[str]) -> str:
    return COLOURS[ids.index(id_) % len(COLOURS)] if id_ in ids else "reverse"


def _of(ruled: Screened, field: str) -> list[Match]:
    return [match for match in ruled.matched if match.field == field]


def authors(record: Record) -> str:
    """Who wrote it, the first ones by name."""
    names = [display(author) for author in record.authors]
    more = [f"and {len(names) - AUTHORS} more"] if len(names) > AUTHORS else []
    return printable(", ".join([*names[:AUTHORS], *more]))


def _source(record: Record) -> str:
    parts = [record.journal, str(record.year or ""), called(record.pmid)]
    return printable(" · ".join(part for part in parts if part))


def _lists(record: Record) -> list[Text]:
    named = {"Types": record.publication_types, "Keywords": record.keywords}
    return [Text(printable(f"{name}: {'; '.join(v)}"), "dim") for name, v in named.items() if v]


def _notice(notice: Integrity) -> Text:
    where = " ".join(part for part in (notice.notice_pmid, notice.citation) if part)
    return Text(printable(f"Notice: {notice.kind} {where}".strip()), "bold red")


def _legend(ruled: Screened, criteria: Sequence[Criterion]) -> list[Text]:
    """The criteria that words satisfied, with what they ask."""
    ids = [criterion.id for criterion in criteria]
    met = {match.criterion for match in ruled.matched}
    return [
        Text.assemble((c.id, _colour(c.id, ids)), f" {printable(c.label)}")
        for c in criteria
        if c.id in met
    ]


def by_rules(ruled: Screened) -> str:
    """What the rules say: ``exclude X1``, ``include``, ``awaits a reviewer under I2``."""
    if ruled.outcome != "human":
        return f"{ruled.outcome} {ruled.criterion}".strip()
    return "awaits a reviewer" + (f" under {ruled.criterion}" if ruled.criterion else "")


def _answer(decision: Decision) -> Text:
    role = f" ({decision.role})" if decision.role else ""
    note = f": {decision.note}" if decision.note else ""
    return Text(printable(f"{decision.reviewer}{role}: {said_by(decision)}{note}"), "bold")
