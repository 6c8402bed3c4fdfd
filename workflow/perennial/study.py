"""The study: what kind of work stands behind its statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from perennial.extract.masked import tokens
from perennial.extract.statements import contexts
from perennial.extract.vocabulary import Tier, Vocabulary
from perennial.passage import Passage, Statement
from perennial.record import Author, Record
from perennial.screened import Integrity


@dataclass(frozen=True, slots=True)
class Study:
    """One row of the table of studies. Lists of names are ordered, the most frequent first."""

    pmid: str
    title: str
    first_author: str  # family name and initials, or the group; "" if the record has none
    year: int  # 0 when the record gives none
    journal: str
    doi: str
    design: str  # designs of config/evidence.yaml, joined by "; "
    cancers: tuple[str, ...]
    sites: tuple[str, ...]
    models: tuple[str, ...]
    species: tuple[str, ...]
    tier: str  # "" when the text does not decide it
    integrity: tuple[str, ...]  # kinds of notices: retracted, concern, corrected, ...
    statements: int
    text: str  # how much was read: title | title and abstract | full text
    set_aside: bool = False  # read, but for a notice such as a retraction it does not count


def characterise(
    record: Record,
    passages: Sequence[Passage],
    statements: Sequence[Statement],
    vocabulary: Vocabulary,
    integrity: Sequence[Integrity],
    set_aside: bool = False,
) -> Study:
    """Describe ``record`` by the ``passages`` read of it and the ``statements`` drawn."""
    text = " ".join(p.text for p in passages)
    designs = _designs(record, tokens(text), vocabulary)
    found = contexts(text, vocabulary)
    secondary = any(kind.lower() in vocabulary.secondary for kind in record.publication_types)
    return Study(
        pmid=record.pmid,
        title=record.title,
        first_author=_name(record.authors[0]) if record.authors else "",
        year=record.year,
        journal=record.journal,
        doi=record.doi,
        design="; ".join(designs),
        cancers=found["cancers"],
        sites=found["sites"],
        models=found["models"],
        species=found["species"],
        tier="" if secondary else _tier(designs, statements, vocabulary.tiers),
        integrity=tuple(sorted({notice.kind for notice in integrity})),
        statements=len(statements),
        text=_text_read(passages),
        set_aside=set_aside,
    )


def _name(author: Author) -> str:
    return author.collective or f"{author.family} {author.initials}".strip()


def _designs(record: Record, line: str, vocabulary: Vocabulary) -> list[str]:
    """Designs that a publication type states or a word of the text shows, in config order."""
    stated = {vocabulary.design_types.get(kind.lower()) for kind in record.publication_types}
    return [
        name for name, cues in vocabulary.designs.items() if name in stated or cues.search(line)
    ]


def _tier(designs: Sequence[str], statements: Sequence[Statement], tiers: Sequence[Tier]) -> str:
    perturbed = any(statement.perturbation for statement in statements)
    return next((rule.tier for rule in tiers if _fits(rule, designs, perturbed)), "")


def _fits(rule: Tier, designs: Sequence[str], perturbed: bool) -> bool:
    present = all(design in designs for design in rule.designs)
    absent = not any(design in designs for design in rule.not_designs)
    return present and absent and rule.perturbed in (None, perturbed)


def _text_read(passages: Sequence[Passage]) -> str:
    if any(not re.fullmatch("title|abstract", p.section) for p in passages):
        return "full text"
    return "title and abstract" if any(p.section == "abstract" for p in passages) else "title"
