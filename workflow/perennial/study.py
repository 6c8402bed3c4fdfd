"""The study: what kind of work stands behind its statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from perennial.appraisal import REVERSIBILITY, VIABILITY, Checklist, Shown, appraise, asked
from perennial.extract.masked import tokens
from perennial.extract.statements import contexts
from perennial.extract.vocabulary import Tier, Vocabulary
from perennial.passage import Passage, Statement
from perennial.record import Author, Record
from perennial.screened import Integrity

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
    tier_why: str = ""  # the rule that gave the tier, in words
    viability: str = NOT_STATED  # were resting cells alive? shown | not stated
    reversibility: str = NOT_STATED  # could they divide again? shown | not stated
    # Ids of the other items of config/appraisal.yaml that a study of this design is asked.
    reported: tuple[str, ...] = ()
    not_reported: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()  # the words behind whatever is shown or reported


def characterise(
    record: Record,
    passages: Sequence[Passage],
    statements: Sequence[Statement],
    vocabulary: Vocabulary,
    integrity: Sequence[Integrity],
    set_aside: bool = False,
    checklist: Checklist | None = None,
) -> Study:
    """Describe ``record`` by the ``passages`` read of it and the ``statements`` drawn.

    Without a ``checklist`` nothing is asked, so that nothing is reported or missed.
    """
    text = " ".join(p.text for p in passages)
    designs = _designs(record, tokens(text), vocabulary)
    found = contexts(text, vocabulary)
    tier, why = _tier(record, designs, statements, vocabulary)
    shown = appraise(passages, designs, checklist) if checklist else ()
    answered = {words.item for words in shown}
    others = [
        item
        for item in (asked(designs, checklist) if checklist else ())
        if item not in (VIABILITY, REVERSIBILITY)
    ]
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
        tier=tier,
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


def _designs(record: Record, line: str, vocabulary: Vocabulary) -> list[str]:
    """Designs that a publication type states or a word of the text shows, in config order."""
    stated = {vocabulary.design_types.get(kind.lower()) for kind in record.publication_types}
    return [
        name for name, cues in vocabulary.designs.items() if name in stated or cues.search(line)
    ]


def _tier(
    record: Record,
    designs: Sequence[str],
    statements: Sequence[Statement],
    vocabulary: Vocabulary,
) -> tuple[str, str]:
    """The tier and, in words, the rule that gave it; the first rule that fits."""
    if any(kind.lower() in vocabulary.secondary for kind in record.publication_types):
        return "", "its publication type says that it reports other people's work"
    perturbed = any(statement.perturbation for statement in statements)
    rule = next((rule for rule in vocabulary.tiers if _fits(rule, designs, perturbed)), None)
    if rule:
        return rule.tier, _in_words(rule)
    named = f"designs named: {', '.join(designs) or 'none'}"
    return "", f"no rule fits; {named}; {_CHANGED[perturbed]}"


_CHANGED = {True: "a finding by changing a factor", False: "no finding by changing a factor"}


def _in_words(rule: Tier) -> str:
    parts = [f"designs named: {', '.join(rule.designs)}"] if rule.designs else []
    parts += [f"not named: {', '.join(rule.not_designs)}"] if rule.not_designs else []
    parts += [] if rule.perturbed is None else [_CHANGED[rule.perturbed]]
    return "; ".join(parts) or "given where no other rule fits"


def _fits(rule: Tier, designs: Sequence[str], perturbed: bool) -> bool:
    present = all(design in designs for design in rule.designs)
    absent = not any(design in designs for design in rule.not_designs)
    return present and absent and rule.perturbed in (None, perturbed)


def _text_read(passages: Sequence[Passage]) -> str:
    if any(not re.fullmatch("title|abstract", p.section) for p in passages):
        return "full text"
    return "title and abstract" if any(p.section == "abstract" for p in passages) else "title"
