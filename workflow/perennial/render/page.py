"""From a review and its templates to HTML.

HTML is the one source of the review's content. The page that people open is made from the
same section templates as the HTML that pandoc turns into DOCX and Markdown, so the three
cannot disagree. Markup was preferred to Markdown as the source because escaping is then
Jinja2's and pandoc's, which is complete, and not a list of Markdown's special characters,
which never is; and because the page keeps what Markdown has no word for: captions, scopes,
landmarks, folded quotes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from perennial.editions import told
from perennial.imports.ids import called, sort_key
from perennial.passage import Statement
from perennial.record import Record
from perennial.render import (
    appraised,
    changes,
    chapters,
    checklists,
    comparisons,
    contrasts,
    csl,
    findings,
    head,
    listing,
    reviewed,
    targets,
    wording,
)
from perennial.render.editions import editions
from perennial.render.narrative import fragment
from perennial.render.pictures import inline, pictures
from perennial.render.renewed import renewed
from perennial.render.review import Review
from perennial.screened import Screened

# How many rows of one list are shown; the CSV has all of them, and the page says so.
LONGEST_LIST = 250
LONGEST_SIDE = 25  # studies or statements on one side of a claim or of a contradiction
# How many rows the lists of excluded records and the tables of studies may have together.
ROOM = 1000

# What the table of studies shows of a study, where the study has it.
STUDY_COLUMNS = ("conditions", "sites", "models", "species", "tier")

# Whose claims are audited where no review is updated.
_WATCHED = "that this review watches"

# (id, title) in reading order; each has its template under sections/.
SECTIONS = (
    ("abstract", "Abstract"),
    ("plain", "In plain words"),
    ("summary", "At a glance"),
    ("changes", "What has changed"),
    ("methods", "Question and methods"),
    ("flow", "Flow of records"),
    ("pictures", "The evidence in pictures"),
    ("studies", "Characteristics of included studies"),
    ("evidence", "Evidence by mechanism"),
    ("table", "All statements"),
    ("contradictions", "Findings that disagree"),
    ("targets", "Treatments and trials"),
    ("integrity", "Integrity notices and linked records"),
    ("limits", "Limits"),
    ("awaiting", "Awaiting a decision"),
    ("excluded", "Excluded records"),
    ("errors", "Known errors of the baseline review"),
    ("references", "References"),
    ("checklists", "Reporting checklists"),
    ("editions", "Editions"),
    ("versions", "Versions and checksums"),
)


@dataclass(frozen=True)
class Reference:
    """An entry of the reference list. ``pmid`` is "" for the baseline review."""

    number: int
    text: str
    doi: str
    pmid: str
    pmcid: str


def references(review: Review) -> tuple[Reference, ...]:
    """The baseline review, then the studies in the order of their table, numbered from 1.

    This is the order in which the text first cites them, but for what people's own prose
    cites ahead: the table of studies comes before everything else that cites one.
    """
    studies = [review.records[study.pmid] for study in ordered_studies(review)]
    baseline = review.baseline_review
    items = [*([csl.baseline_item(baseline)] if baseline else []), *map(csl.item, studies)]
    known = [(str(baseline.get("doi", "")), "", "")] if baseline else []
    known += [(record.doi, record.pmid, record.pmcid) for record in studies]
    return tuple(
        Reference(number, text, *ids)
        for number, (text, ids) in enumerate(
            zip(csl.entries(items, review.citation_style), known, strict=True), start=1
        )
    )


def ordered_studies(review: Review) -> list[Any]:
    """The studies, newest first; within a year by first author. Those set aside come last."""

    def place(study: Any) -> tuple[bool, int, str, tuple[int, int, str]]:
        record = review.records[study.pmid]
        return (
            study.set_aside,
            -record.year,
            first_author(record).casefold(),
            sort_key(record.pmid),
        )

    return sorted(review.studies, key=place)


def first_author(record: Record) -> str:
    """The family name, or the group's name, "" where the record has no author."""
    first = record.authors[0] if record.authors else None
    return (first.collective or first.family or first.given) if first else ""


class Pages:
    """The templates filled with one review, for any medium: html, docx or md."""

    def __init__(self, review: Review, templates: Path, flow_svg: bytes) -> None:
        self._environment = _environment(templates)
        self._assets = head.assets(templates)
        self.pictures = pictures(review)
        self._context = _context(review) | {
            "flow_svg": inline(flow_svg),
            "pictures": self.pictures,
            "checklists": checklists.checklists(review, templates),
            "places": checklists.PLACES,
            "since": renewed(review),
            "inline": inline,
        }

    def html(self) -> bytes:
        """The page that people open: one file that asks nothing of any server."""
        return self._fill("page.html.j2", "html", assets=self._assets)

    def body(self, medium: str) -> str:
        """The plain document that pandoc turns into ``medium``."""
        return self._fill("document.html.j2", medium).decode()

    def _fill(self, template: str, medium: str, **more: Any) -> bytes:
        told = _prose(self._context, medium)
        context = {**self._context, "medium": medium, "prose": told, **more}
        return self._environment.get_template(template).render(context).encode()


@cache
def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=wording.visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "clip": wording.clip,
        "grouped": wording.grouped,
        "listed": wording.listed,
        "sentence": wording.sentence,
        "long_date": wording.long_date,
        "notice": wording.notice,
    }
    return environment


def _context(review: Review) -> dict[str, Any]:
    entries = references(review)
    aside = [study.pmid for study in ordered_studies(review) if study.set_aside]
    statements = chapters.by_id(review.statements)
    studies = _listed(review)
    appraisal = appraised.parts(review, studies)
    parts, excluded = chapters.chapters(review), chapters.exclusions(review)
    in_full = listing.in_full(parts)
    numbers = {entry.pmid or "baseline": entry.number for entry in entries}
    return {
        "review": review,
        "flow": {box.id: box for box in review.flow.boxes},
        "sections": [s for s in SECTIONS if s[0] != "errors" or review.baseline_review],
        "claims_of": "of the baseline review" if review.baseline_review else _WATCHED,
        "chapters": parts,
        "contrasts": contrasts.kinds(review),
        "strands": contrasts.strands(review),
        "exclusions": excluded,
        "longest_exclusion": listing.fitting((len(group.rows) for group in excluded), ROOM),
        "longest_side": LONGEST_SIDE,
        "statement_table": listing.Table(
            review, in_full, numbers, notices(review), frozenset(aside), who
        ),
        "in_full": in_full,
        "who": lambda pmid: who(review.records[pmid]),
        "meta_tags": head.tags(review),
        "linked_data": head.linked(review),
        "findings": findings.findings(review, review.stated),
        "findings_of": lambda strands: findings.findings(
            review, (s for strand in strands for s in strand.statements)
        ),
        "effects": targets.effects(review),
        "joint": targets.joint(review),
        "trials": targets.trials(review, studies),
        "awaiting": [row for row in review.screened if row.outcome == "human"],
        "by_hand": sum(row.decided_by != "rule" for row in review.screened),
        "studies": studies,
        "listed": frozenset(study.pmid for study in studies),
        "appraised": appraisal,
        "quoted": appraised.quoted(appraisal, studies),
        "aside": aside,
        "struck_by": lambda pmids: _striking(review, pmids),
        "news": changes.news(review),
        "editions": editions(review),
        "tell": told.words(wording.pubmed),
        "compared": {each.kind: each for each in review.synthesis.comparisons},
        "restated": comparisons.rows(review),
        "weight": lambda audit: comparisons.weight(audit, statements),
        "statements": statements,
        "references": entries,
        "numbers": numbers,
        "settings": _settings,
        "deciding_words": _deciding_words,
        "in_words": lambda value: value if isinstance(value, str) else ", ".join(value),
        "claims": {claim.id for claim in review.synthesis.claims},
        "columns": {
            c: review.labels.get(c, c)
            for c in STUDY_COLUMNS
            if all(hasattr(s, c) for s in review.studies)
        },
        "by_whom": reviewed.by_whom(review),
        "corrections_told": reviewed.told(review),
        "weights": Counter(statement.pmid for statement in review.statements),
        "statuses": _statuses(review),
        "longest_list": LONGEST_LIST,
        "counted": wording.counted,
        "anchor": wording.anchor,
        "pubmed": wording.pubmed,
        "pmc": wording.pmc,
        "doi": wording.doi,
        "short_name": lambda pmid: _short_name(review.records[pmid]),
        "notices": notices(review),
    }


def _prose(context: Mapping[str, Any], medium: str) -> dict[str, Markup]:
    """What people wrote, by section, with their citations as this medium sets them."""
    numbers = context["numbers"]

    def cite(name: str) -> Markup:
        if name not in numbers:
            told = f"PMID {name}" if name.isdigit() else name
            return Markup('<strong class="flag">{}: NOT INCLUDED</strong>').format(told)
        link = "[{1}]" if medium == "md" else '<a class="cite" href="#ref-{0}">[{1}]</a>'
        return Markup(link).format(numbers[name], numbers[name])  # noqa: S704 - one of the two above

    narrative = context["review"].narrative
    return {name: fragment(text, cite) for name, text in narrative.items()}


def _listed(review: Review) -> list[Any]:
    """The studies that have a row: as many as there is room for, and those set aside."""
    studies = ordered_studies(review)
    return [s for n, s in enumerate(studies) if n < ROOM or s.set_aside]


def _settings(statement: Statement) -> list[str]:
    values = (getattr(statement, name) for name in chapters.CONTEXTS)
    return list(dict.fromkeys(value for value in values if value))


def _deciding_words(row: Screened) -> list[tuple[str, list[str]]]:
    """The words that settled a record, each once, by the field that holds them."""
    fields: dict[str, dict[str, None]] = {}
    for match in row.matched:
        fields.setdefault(match.field, {})[match.text] = None
    return [(field, list(words)) for field, words in fields.items()]


def _short_name(record: Record) -> str:
    """Who and when; a record without an author goes by its journal, or by its id."""
    name = first_author(record) or record.journal_abbreviation or record.journal
    when = str(record.year or "")
    return " ".join(part for part in (name, when) if part) if name else called(record.pmid)


def who(record: Record) -> str:
    """The name by which a study goes, without its year."""
    name = first_author(record) or record.journal_abbreviation or record.journal
    return name or called(record.pmid)


def _statuses(review: Review) -> list[tuple[str, int]]:
    found = [audit.status for audit in review.synthesis.audits]
    order = ("confirmed", "refined", "contradicted", "not re-examined")
    others = sorted(set(found) - set(order))
    return [(status, found.count(status)) for status in (*order, *others) if status in found]


def _striking(review: Review, pmids: Iterable[str]) -> list[str]:
    """The kinds of notices for which screening set these studies aside, each once."""
    asked = {criterion.id: criterion.notices for criterion in review.criteria}
    by = {row.pmid: asked.get(row.criterion, ()) for row in review.screened}
    carried = notices(review)
    kinds = [kind for p in pmids for kind in carried.get(p, ()) if not by[p] or kind in by[p]]
    return list(dict.fromkeys(kinds))


def notices(review: Review) -> dict[str, list[str]]:
    """The kinds of notices that each record carries, each once, the gravest first."""
    kinds: dict[str, list[str]] = {}
    for notice in review.integrity:
        seen = kinds.setdefault(notice.pmid, [])
        seen += [notice.kind] if notice.kind not in seen else []
    return {pmid: sorted(each, key=_gravity) for pmid, each in kinds.items()}


def _gravity(kind: str) -> int:
    order = list(wording.NOTICES)
    return order.index(kind) if kind in order else len(order)
