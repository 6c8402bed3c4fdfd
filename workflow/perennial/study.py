"""The study: what kind of work stands behind its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perennial.appraisal import (
    REVERSIBILITY,
    VIABILITY,
    Checklist,
    Shown,
    appraise,
    asked,
    sentences_read,
)
from perennial.extract.meanings import within
from perennial.extract.statements import contexts
from perennial.extract.vocabulary import Vocabulary
from perennial.passage import Passage, Statement
from perennial.record import Author, Record
from perennial.screened import Integrity
from perennial.tier import changed, named, tier

SHOWN, NOT_STATED = "shown", "not stated"


@dataclass(frozen=True, slots=True)
class Study:
    """One row of the table of studies. Lists of names are ordered, the most frequent first."""

    pmid: str
    title: str
    first_author: str  # family name and initials, or the group; "" if the record has none
    year: int  # 0 when the record gives none
    journal: str
    doi: str
    design: str  # designs of config/appraisal.yaml, joined by "; "
    conditions: tuple[str, ...]
    sites: tuple[str, ...]
    models: tuple[str, ...]
    species: tuple[str, ...]
    tier: str  # "" when the text does not decide it
    integrity: tuple[str, ...]  # kinds of notices: retracted, concern, corrected, ...
    statements: int
    text: str  # how much was read: title | title and abstract | full text
    set_aside: bool = False  # read, but for a notice such as a retraction it does not count
    tier_why: str = ""  # the words that gave the tier, or why there is none
    viability: str = NOT_STATED  # was what it studied alive? shown | not stated
    reversibility: str = NOT_STATED  # could its state be undone? shown | not stated
    # Ids of the other items of config/appraisal.yaml that a study of this design is asked.
    reported: tuple[str, ...] = ()
    not_reported: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()  # the words behind whatever is shown or reported


def characterise(
    record: Record,
    passages: Sequence[Passage],
    statements: Sequence[Statement],
    vocabulary: Vocabulary,
    checklist: Checklist,
    integrity: Sequence[Integrity],
    set_aside: bool = False,
) -> Study:
    """Describe ``record`` by the ``passages`` read of it and the ``statements`` that stand."""
    texts = [p.text for p in passages]
    found = contexts(" ".join(texts), within(vocabulary, texts))
    tiers = checklist.tiers
    designs = named(record.publication_types, _sentences(passages, checklist), tiers)
    given, why = tier(designs, changed(statements, tiers), tiers)
    shown = appraise(passages, tuple(designs), checklist)
    answered = {words.item for words in shown}
    wanted = asked(tuple(designs), checklist)
    others = [item for item in wanted if item not in (VIABILITY, REVERSIBILITY)]
    return Study(
        pmid=record.pmid,
        title=record.title,
        first_author=_name(record.authors[0]) if record.authors else "",
        year=record.year,
        journal=record.journal,
        doi=record.doi,
        design="; ".join(designs),
        conditions=found["conditions"],
        sites=found["sites"],
        models=found["models"],
        species=found["species"],
        tier=given,
        integrity=tuple(sorted({notice.kind for notice in integrity})),
        statements=len(statements),
        text=_text_read(passages),
        set_aside=set_aside,
        tier_why=why,
        viability=SHOWN if VIABILITY in answered else NOT_STATED,
        reversibility=SHOWN if REVERSIBILITY in answered else NOT_STATED,
        reported=tuple(item for item in others if item in answered),
        not_reported=tuple(item for item in others if item not in answered),
        shown=shown,
    )


def _name(author: Author) -> str:
    return author.collective or f"{author.family} {author.initials}".strip()


def _sentences(passages: Sequence[Passage], checklist: Checklist) -> Iterator[tuple[str, str]]:
    for passage in passages:
        for start, end in sentences_read(passage, checklist):
            yield passage.text[start:end], passage.section


def _text_read(passages: Sequence[Passage]) -> str:
    if any(not re.fullmatch("title|abstract", p.section) for p in passages):
        return "full text"
    return "title and abstract" if any(p.section == "abstract" for p in passages) else "title"
