"""Practice records: no literature, made of a review's own words, so that it runs at once.

Each goes another way through the review. They are told apart from records of the literature by
their title, abstract, journal, copyright line, and PMIDs beyond those that PubMed has given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from perennial.init.answers import Answers, Concept
from perennial.query.languages import CODES

JOURNAL = "Practice records (no literature)"
SAYS = "This is a practice record, made by perennial init; it is no literature."
FIRST = 99_000_001  # PubMed counts up from 1 and had given some 41 million by 2026
YEAR = 2026
TODAY = f"{YEAR}-01-31"  # the day that the embedded server believes it is

# The publication type of a ready-made exclusion, as PubMed writes it.
TYPES = {
    "reviews": ("Review", "Systematic Review"),
    "editorials": ("Editorial",),
    "letters": ("Letter",),
    "comments": ("Comment",),
    "news": ("News",),
    "guidelines": ("Guideline", "Practice Guideline"),
    "protocols": ("Clinical Trial Protocol",),
    "case reports": ("Case Reports",),
    "preprints": ("Preprint",),
    "notices": ("Retraction of Publication", "Published Erratum", "Expression of Concern"),
}

# What is found, then the opposite, then no difference: as the vocabulary of each kind reads it.
_ACTS = (
    "Here {factor} increased {outcome}{where}.",
    "Here {factor} reduced {outcome}{where}.",
    "Here {factor} had no effect on {outcome}{where}.",
)
_FOUND = {
    "test": (
        "Here {factor} had high {outcome}{where}.",
        "Here {factor} had low {outcome}{where}.",
        "Here {outcome} did not differ between {factor} and the reference{where}.",
    ),
    "prevalence": (
        "Here the {outcome} of {factor} was 40%.",
        "Here the {outcome} of {factor} was 0%.",
        "Here the {outcome} of {factor} was 41%.",
    ),
}
FINDINGS = ("a finding", "the opposite finding", "no difference")


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice record, written out by practice.xml.j2. ``way`` is what it is there to show."""

    way: str
    title: str
    sentences: tuple[str, ...]  # of its abstract; none, no abstract
    headings: tuple[str, ...] = ()
    types: tuple[str, ...] = ("Journal Article",)
    language: str = "eng"
    notice: tuple[str, int] | None = None  # RefType, and how many records further the other is


def records(answers: Answers) -> tuple[Practice, ...]:
    """One record for each way through the review, in a fixed order."""
    base = _base(answers)
    return (*_findings(answers, base), *_waiting(answers, base), *_excluded(answers, base))


def _base(answers: Answers) -> Practice:
    """A record that every concept is found in, and that says nothing yet."""
    named = ", ".join(_word(concept) for concept in answers.concepts)
    headings = tuple(concept.headings[0] for concept in answers.concepts if concept.headings)
    return Practice("", f"on {named}", (f"It names {named}.",), headings)


def _findings(answers: Answers, base: Practice) -> Iterator[Practice]:
    """Included: of a factor and the first outcome a finding, its opposite, and no difference."""
    outcome, name = _stem(answers.outcomes[0].terms[0]), next(iter(answers.factors))
    sentences = _FOUND.get(answers.kind, _ACTS)
    for index, (way, sentence) in enumerate(zip(FINDINGS, sentences, strict=True)):
        said = sentence.format(factor=name, outcome=outcome, where=_where(answers, index))
        yield replace(
            base,
            way=f"included: {way}",
            title=f"{way} {base.title}",
            sentences=(*base.sentences, said),
        )


def _where(answers: Answers, index: int) -> str:
    conditions = list(answers.conditions)
    return f" in {conditions[index % len(conditions)]}" if conditions else ""


def _waiting(answers: Answers, base: Practice) -> Iterator[Practice]:
    """In the queue: what lacks an outcome or a concept, unless other words of it show it too."""
    words = [term for one in answers.outcomes for term in one.terms]
    alone = replace(base, title=f"title alone {base.title}", sentences=())
    if _shows(base, words):
        yield replace(alone, way="included: no abstract")
    else:
        yield replace(alone, way="waits: no abstract")
        yield replace(base, way="waits: no outcome", title=f"without an outcome {base.title}")
    for concept in answers.concepts:
        if concept.screen == "require" and not concept.search:
            rest = tuple(other for other in answers.concepts if other is not concept)
            less = _base(replace(answers, concepts=rest))
            if not _shows(less, concept.terms):
                title = f"incomplete {less.title}"
                yield replace(less, way=f"waits: no {concept.id}", title=title)


def _shows(one: Practice, terms: Sequence[str]) -> bool:
    return any(_stem(term).lower() in one.title.lower() for term in terms)


def _excluded(answers: Answers, base: Practice) -> Iterator[Practice]:
    """Excluded: by each ready-made exclusion, and a study with the notice of its retraction."""
    exclude = answers.exclude
    for name in exclude.publication_types:
        if name != "notices":
            types = (TYPES[name][0],)
            yield replace(base, way=f"excluded: {name}", title=f"{name} {base.title}", types=types)
    other = {"humans": "Animals", "animals": "Humans", "both": ""}[exclude.only]
    if other:
        title = f"{other.lower()} alone {base.title}"
        headings = (*base.headings, other)
        yield replace(base, way=f"excluded: {other}", title=title, headings=headings)
    if exclude.languages:
        own = {CODES[name] for name in exclude.languages}
        other = next(code for code in CODES.values() if code not in own)
        title = f"other tongue {base.title}"
        yield replace(base, way="excluded: language", title=title, language=other)
    yield from _retracted(base)


def _retracted(base: Practice) -> Sequence[Practice]:
    study, notice = f"later retracted {base.title}", f"retraction notice {base.title}"
    return (
        replace(
            base,
            way="excluded: retracted",
            title=study,
            types=("Journal Article", "Retracted Publication"),
            notice=("RetractionIn", 1),
        ),
        replace(
            base,
            way="excluded: the notice of it",
            title=notice,
            types=("Retraction of Publication",),
            notice=("RetractionOf", -1),
        ),
    )


def _word(concept: Concept) -> str:
    """A term in which the concept is found, a whole word if there is one."""
    whole = [term for term in concept.terms if not term.endswith("*")]
    return next(map(_stem, (*whole, *concept.terms)), concept.label)


def _stem(term: str) -> str:
    """A text in which ``term`` is found: an asterisk stands for any letters or none."""
    return term.rstrip("*")
