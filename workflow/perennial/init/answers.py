"""The answers that a review is begun from: read from YAML, what was left out filled in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from perennial.config import Config
from perennial.errors import InputError
from perennial.init.queries import check_heading, check_term
from perennial.query.languages import CODES
from perennial.query.words import key
from perennial.render import csl
from perennial.render.review import STYLE

# What a question of each kind is made of, in the order in which it is read, as its method says.
KINDS = {
    "intervention": ("PICO", ("population", "intervention", "comparator", "outcome")),
    "exposure": ("PECO", ("population", "exposure", "comparator", "outcome")),
    "test": ("PIRD", ("population", "index_test", "reference", "condition")),
    "prevalence": ("CoCoPop", ("condition", "population")),
}
ACTING = ("intervention", "exposure", "index_test")
# Abstracts often do not name these, so that a search that asks for them misses studies.
_SELDOM_SEARCHED = ("comparator", "reference", "outcome")
_OUTCOMES = {
    "test": (
        ("sensitivity", ("sensitivity",), "more"),
        ("specificity", ("specificity",), "more"),
        ("accuracy", ("accuracy",), "more"),
    ),
    "prevalence": (("prevalence", ("prevalence", "proportion", "frequency"), "neither"),),
}
TYPES = ("reviews", "editorials", "letters", "comments", "news", "guidelines", "notices")
LONGEST = 500  # signs of a line; the longest titles in PubMed have about that many

_BLANKS = re.compile(r"\s+")
# What YAML or XML cannot hold, or what a reader cannot see and be misled by: a word that came with
# a soft hyphen from a paper would be sought with it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufdd0-\ufdef\ud800-\udfff\ufff9-\uffff\U000e0000-\U000e007f]"
)

Named = Mapping[str, tuple[str, ...]]  # what something is called, and by what other words
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A part of the question. ``screen``: require or none."""

    id: str
    role: str
    label: str
    terms: tuple[str, ...]
    headings: tuple[str, ...]
    search: bool
    screen: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is measured. ``better``: more, less or neither."""

    name: str
    terms: tuple[str, ...]
    better: str


@dataclass(frozen=True, slots=True)
class Exclude:
    """Ready-made exclusions; ``only`` is humans, animals or both, ``before`` a year or 0."""

    publication_types: tuple[str, ...]
    only: str
    languages: tuple[str, ...]
    before: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often the review is refreshed (day … quarter), and by what (github … none)."""

    every: str
    by: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers, checked. ``text`` is the YAML that they were read from."""

    title: str
    question: str
    maintainers: tuple[str, ...]
    email: str
    kind: str
    concepts: tuple[Concept, ...]
    factors: Named
    outcomes: tuple[Outcome, ...]
    conditions: Named
    species: Named
    exclude: Exclude
    known: tuple[str, ...]
    schedule: Schedule
    citation_style: str
    text: str = field(repr=False)

    @property
    def searched(self) -> tuple[Concept, ...]:
        """The concepts that the search joins with AND."""
        return tuple(concept for concept in self.concepts if concept.search)

    @property
    def method(self) -> str:
        """What questions of this kind are called: PICO, say."""
        return KINDS[self.kind][0]


def answers_of(config: Config) -> Answers:
    """Read answers.yaml. InputError, at its place, for what no review can be made of."""
    _check_lines(config)
    _check_words(config)
    _check_factors(config)
    kind = config.get("kind", "intervention")
    concepts = tuple(map(_concept, config["concepts"]))
    _check_concepts(config, concepts)
    style = config.get("citation_style", STYLE)
    csl.style(style, config.place("citation_style"))
    return Answers(
        title=line(config["title"]),
        question=line(config["question"]),
        maintainers=_lines(config.get("maintainers", ["The reviewers"])),
        email=config.get("email", ""),
        kind=kind,
        concepts=concepts,
        factors=_named(config.get("factors")) or _of_roles(concepts, ACTING) or _first(concepts),
        outcomes=_outcomes(config, kind, concepts),
        conditions=_named(config.get("conditions"))
        or _of_roles(concepts, ("condition",))
        or _of_roles(concepts, ("population",)),
        species=_named(config.get("species")),
        exclude=_exclude(config.get("exclude") or {}),
        known=tuple(config.get("known") or ()),
        schedule=Schedule(**{"every": "week", "by": "github", **(config.get("schedule") or {})}),
        citation_style=style,
        text=config.text or "",
    )


def line(text: str) -> str:
    """One line: blanks of all kinds are one blank."""
    return _BLANKS.sub(" ", text).strip()


def _lines(texts: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(line, texts or ())))


def _named(given: Mapping[str, Sequence[str]] | None) -> Named:
    return {line(name): _lines(words) for name, words in (given or {}).items()}


def _concept(row: Mapping[str, Any]) -> Concept:
    seldom = row["role"] in _SELDOM_SEARCHED
    return Concept(
        id=row["id"],
        role=row["role"],
        label=line(row["label"]),
        terms=_lines(row.get("terms")),
        headings=_lines(row.get("headings")),
        search=row.get("search", not seldom),
        screen=row.get("screen", "none" if seldom else "require"),
    )


def _of_roles(concepts: Sequence[Concept], roles: Sequence[str]) -> Named:
    return {c.label: c.terms for c in concepts if c.role in roles}


def _first(concepts: Sequence[Concept]) -> Named:
    return {concepts[0].label: concepts[0].terms}


def _outcomes(config: Config, kind: str, concepts: Sequence[Concept]) -> tuple[Outcome, ...]:
    if given := config.get("outcomes"):
        return tuple(_outcome(row) for row in given)
    asked = [
        Outcome(c.label, c.terms or (c.label,), "neither") for c in concepts if c.role == "outcome"
    ]
    if asked or kind not in _OUTCOMES:
        return tuple(asked) or _no_outcome(config)
    return tuple(Outcome(*measure) for measure in _OUTCOMES[kind])


def _outcome(row: Mapping[str, Any]) -> Outcome:
    terms = _lines(row.get("terms", [row["name"]]))
    return Outcome(line(row["name"]), terms, row.get("better", "neither"))


def _no_outcome(config: Config) -> tuple[Outcome, ...]:
    hint = "add outcomes: a list of name, terms and better"
    raise InputError("no outcome is named", config.place("concepts"), hint)


def _exclude(given: Mapping[str, Any]) -> Exclude:
    return Exclude(
        tuple(given.get("publication_types", TYPES)),
        given.get("only", "both"),
        tuple(one.lower() for one in given.get("languages") or ()),
        given.get("before", 0),
    )


def _check_concepts(config: Config, concepts: Sequence[Concept]) -> None:
    seen: set[str] = set()
    for index, concept in enumerate(concepts):
        if concept.id.lower() in seen:
            place = config.place("concepts", index, "id")
            raise InputError(f"two concepts are called {concept.id!r}", place, "rename one")
        seen.add(concept.id.lower())
    if not any(concept.search for concept in concepts):
        hint = "give one concept search: true"
        raise InputError("no concept is searched for", config.place("concepts"), hint)


def _check_lines(config: Config) -> None:
    """No text may be longer than a line, or hold signs that no file of the review can."""
    for path, text in _texts(config.data, ()):
        if found := _UNSEEN.search(text):
            sign = f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '')}".strip()
            wrong = f"{sign} is a sign that cannot be seen, or not be kept"
            raise InputError(wrong, config.place(*path), "take it out")
        if len(text) > LONGEST:
            wrong = f"{len(text):,} signs are more than {LONGEST} in one line"
            raise InputError(wrong, config.place(*path), "say it in fewer words")


def _texts(data: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of the answers, keys among them, with the path to it."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield (*path, name), str(name)
            yield from _texts(value, (*path, name))
    elif isinstance(data, Sequence):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def _check_words(config: Config) -> None:
    """What is looked for must be such as a query, or a reader of sentences, can hold."""
    for path, text in _texts(config.data, ()):
        try:
            _check_word(path, text)
        except InputError as error:
            raise InputError(error.message, config.place(*path), error.hint) from None


def _check_word(path: Path, text: str) -> None:
    match path:
        case (*_, "headings", int()):
            check_heading(line(text))
        case (*_, "languages", int()):
            _check_language(text)
        case ("concepts", *_, "terms", int()) | ("outcomes", *_, "terms", int()):
            check_term(line(text))
        case ("outcomes", int(), "name"):
            check_term(line(text))
        case (("factors" | "conditions" | "species"), _, *_) if not key(text):
            raise InputError(f"{text!r} holds no word to look for")


def _check_factors(config: Config) -> None:
    """No name may belong to two factors: a sentence could not tell which is meant."""
    owners: dict[str, str] = {}
    for factor, words in (config.get("factors") or {}).items():
        for index, name in enumerate((factor, *words), -1):
            if owners.setdefault(line(name).casefold(), factor) != factor:
                place = config.place("factors", factor, *([index] if index >= 0 else []))
                wrong = f"{name!r} is a name of {owners[line(name).casefold()]!r} too"
                raise InputError(wrong, place, "give it to one of the two")


def _check_language(name: str) -> None:
    if name.lower() not in CODES:
        raise InputError(f"{name!r} is no language that is known here", hint="such as english")
