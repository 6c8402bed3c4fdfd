"""A record as the screening page shows it, and a digest that tells whether it still is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from markupsafe import Markup

from perennial.decisions.card import authors, by_rules
from perennial.decisions.decision import Decision
from perennial.decisions.desk import Desk, Waiting
from perennial.decisions.sitting import Sitting
from perennial.decisions.verdicts import said_by
from perennial.desk.marked import hue, marked, paragraphs
from perennial.identifiers import pubmed
from perennial.printable import printable
from perennial.record import Record
from perennial.render.wording import doi, pmc
from perennial.screen import Criterion
from perennial.screened import FULL_TEXT, Match, Screened

# The keys of the reasons in their order, none of them a key that answers: whoever presses one twice
# must not exclude. With more than nine there is no number among them: whoever types the 10 of
# `perennial decide` must not exclude for the first. One after these has to be walked to.
NUMBERS, LETTERS = "123456789", "acdfghjklmopqrtvwxyz"
DIGITS = 16  # of a digest: nobody forges one, and it is compared with one other


@dataclass(frozen=True)
class Met:
    """A criterion that words of the record satisfied, and the words that stand in no text shown."""

    id: str
    hue: str
    label: str
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What somebody said of the record."""

    reviewer: str
    role: str
    said: str
    reason: str
    date: str
    note: str


@dataclass(frozen=True)
class Shown:
    """All that the template needs of one record; what is no Markup is escaped there."""

    pmid: str
    at_pubmed: str  # addresses; "" where there is none
    at_doi: str
    article: tuple[str, str]  # at full text: where it can be read, and the address
    doi: str
    title: Markup
    authors: str
    source: str
    abstract: Sequence[Markup]
    lists: Sequence[tuple[str, str]]
    notices: Sequence[tuple[str, str]]
    struck: str
    legend: Sequence[Met]
    by_rule: str
    rule_reason: str
    why: str
    answers: Sequence[Answer]
    digest: str


def shown(sitting: Sitting, waiting: Waiting) -> Shown:
    """The record that waits, with what this reviewer may see of it."""
    desk, pmid = sitting.desk, waiting.pmid
    record, ruled, ids = desk.records[pmid], desk.ruled(pmid), [c.id for c in desk.criteria]
    in_title = [match for match in ruled.matched if match.field == "title"]
    return Shown(
        pmid,
        pubmed(pmid),
        doi(record.doi),
        _article(record) if desk.stage == FULL_TEXT else ("", ""),
        record.doi,
        marked(record.title or "(no title)", in_title, ids),
        authors(record),
        _source(record),
        paragraphs(record, ruled.matched, ids),
        _lists(record),
        [(notice.kind, _where(notice)) for notice in desk.notices_on(pmid)],
        desk.struck(pmid),
        _legend(ruled, desk.criteria),
        by_rules(ruled),
        ruled.reason,
        waiting.why,
        _answers(sitting.heard(pmid), desk),
        digest(sitting, pmid),
    )


def digest(sitting: Sitting, pmid: str) -> str:
    """Of all that an answer rests on: the text, its notices, the criteria, and who is asked.

    For an adjudicator also of the answers. For a reviewer not: it would tell that there are any.
    """
    desk = sitting.desk
    told = [
        [desk.stage, sitting.reviewer, sitting.adjudicate, pmid, desk.text(pmid)],
        [asdict(notice) for notice in desk.notices_on(pmid)],
        [[c.id, desk.hashes[c.id], c.label, c.reason] for c in desk.criteria],
        [asdict(row) for row in sitting.heard(pmid)] if sitting.adjudicate else [],
    ]
    text = json.dumps(told, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def reasons(desk: Desk) -> list[tuple[str, Criterion]]:
    """What a record can be excluded for, each with its key."""
    known = NUMBERS if len(desk.reasons) <= len(NUMBERS) else LETTERS
    keys = [*known, *[""] * len(desk.reasons)]
    return list(zip(keys, desk.reasons, strict=False))


def _article(record: Record) -> tuple[str, str]:
    places = (
        (f"in PMC ({record.pmcid})", pmc(record.pmcid)),
        ("by its DOI", doi(record.doi)),
        ("from PubMed on", pubmed(record.pmid)),
    )
    return next((place for place in places if place[1]), ("", ""))


def _source(record: Record) -> str:
    when = record.date_text or record.date or str(record.year or "")
    place = record.journal or record.journal_abbreviation
    return printable(" · ".join(part for part in (place, when) if part))


def _lists(record: Record) -> list[tuple[str, str]]:
    named = {"Types": record.publication_types, "Keywords": record.keywords}
    return [(name, printable("; ".join(held))) for name, held in named.items() if held]


def _where(notice: object) -> str:
    parts = (getattr(notice, "notice_pmid", ""), getattr(notice, "citation", ""))
    return printable(" ".join(part for part in parts if part))


def _legend(ruled: Screened, criteria: Sequence[Criterion]) -> list[Met]:
    ids = [criterion.id for criterion in criteria]
    met = {match.criterion for match in ruled.matched}
    return [
        Met(c.id, hue(c.id, ids), printable(c.label), _elsewhere(ruled.matched, c.id))
        for c in criteria
        if c.id in met
    ]


def _elsewhere(matches: Iterable[Match], id_: str) -> tuple[str, ...]:
    found = (m for m in matches if m.criterion == id_ and m.field not in ("title", "abstract"))
    return tuple(dict.fromkeys(printable(f"{m.field}: {m.text}") for m in found))


def _answers(rows: Iterable[Decision], desk: Desk) -> list[Answer]:
    reason = {criterion.id: criterion.reason for criterion in desk.criteria}
    return [
        Answer(r.reviewer, r.role, said_by(r), reason.get(r.criterion, ""), r.date, r.note)
        for r in rows
    ]
