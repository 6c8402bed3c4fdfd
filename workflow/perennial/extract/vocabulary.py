"""The vocabulary: config/evidence.yaml as checked, compiled values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from perennial.errors import InputError
from perennial.extract import phrasing, terms
from perennial.extract.phrasing import Phrases, any_of
from perennial.extract.sieve import Sieve
from perennial.extract.standing import Standing, standing
from perennial.extract.terms import Alias, Terms
from perennial.labels import labels

Member = TypeVar("Member")
CONTEXTS = ("conditions", "sites", "models", "species")
# What a document may leave out; nothing is then known of it.
_LISTS = (
    "joint_aliases",
    *("barriers", "conjunctions", "negations", "objects", "foreign", "association", "namesakes"),
    *("combinations", "simplifications", "chunks", "patterns", "relays", "echoes"),
    "secondary_publication_types",
)
_TABLES = ("contexts", "sections", "phrases", "perturbations", "standing")
_LEFT_OUT: dict[str, Any] = {**dict.fromkeys(_LISTS, ()), **{key: {} for key in _TABLES}}


@dataclass(frozen=True, slots=True)
class Direction:
    """What more of a factor does; ``inverse`` is what it does if *less* of it did ``code``."""

    code: str
    label: str
    meaning: str
    inverse: str
    side: str = ""  # those of one side agree; "" if it stands for itself
    yields_to: tuple[str, ...] = ()  # directions that say more; both of one factor are one finding


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A category of the review and the factors that belong to it; ``cues`` settle ties."""

    id: str
    label: str
    description: str
    factors: tuple[str, ...]
    cues: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Factor:
    """``targets``: what the factor lowers or blocks, so that its effect is their loss."""

    id: str
    kind: str
    members: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A step that masks, shortens or marks: a match becomes ``replacement``."""

    expression: re.Pattern[str]
    replacement: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence pattern; ``gives`` maps each slot to the direction of what it names.

    A ``lost`` one speaks of less of the factor and gives the direction of more as it stands.
    """

    id: str
    expression: re.Pattern[str]
    gives: Mapping[str, str]
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Relay:
    """``upstream`` makes more (``same``) or less (not ``same``) of ``downstream``."""

    id: str
    expression: re.Pattern[str]
    same: bool


@dataclass(frozen=True, slots=True)
class Echo:
    """What the sentence before found needs the factor (``same``), or is undone by it."""

    id: str
    expression: re.Pattern[str]
    same: bool


@dataclass(frozen=True, slots=True)
class Combination:
    """Words that join factors; if ``kinds`` are given, all those joined must be of them."""

    expression: re.Pattern[str]  # marks the group ``joint`` if it has one, else all it spans
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sections:
    """Section types (``results`` of ``results.3``) that are not read, or only as background."""

    skipped: tuple[str, ...]
    background: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that extraction knows of its subject."""

    directions: Mapping[str, Direction]
    mechanisms: tuple[Mechanism, ...]
    factors: Mapping[str, Factor]
    terms: Terms
    contexts: Mapping[str, Terms]
    labels: Mapping[str, str]  # of the fields of statements and studies, as people read them
    objects: re.Pattern[str]
    foreign: re.Pattern[str]
    combinations: Sieve[Combination]
    simplifications: Sieve[Rewrite]
    chunks: Sieve[Rewrite]
    losses: Sieve[re.Pattern[str]]
    gains: Sieve[re.Pattern[str]]
    patterns: Sieve[Pattern]
    relays: Sieve[Relay]
    echoes: Sieve[Echo]
    negated: re.Pattern[str]  # found at the end of what stands before a denied name
    standing: Standing
    association: re.Pattern[str]  # words of what was seen together, not brought about
    namesakes: re.Pattern[str]  # long forms of what only shares a name with a term
    sections: Sections
    secondary: frozenset[str]  # publication types that are never a source, in lower case


def load_vocabulary(document: Mapping[str, Any], patterns: bool = True) -> Vocabulary:
    """Compile a document that satisfies ``evidence.schema.json``.

    Raises ``InputError`` naming the key for what a schema cannot see: an unknown id, a
    name claimed twice without a condition, a bad expression, an unknown slot or list. The
    last document is kept compiled: sentence patterns take some 1.5 seconds. Who only needs
    names does without ``patterns``; no sentence can be read with what is left.
    """
    return _compiled(json.dumps(document), patterns)


@lru_cache(maxsize=2)
def _compiled(text: str, patterns: bool) -> Vocabulary:
    document = {**_LEFT_OUT, **json.loads(text)}
    directions = _directions(document["directions"])
    factors = _factors(document["factors"])
    known = phrasing.phrases(
        document["phrases"],
        [chunk["name"] for chunk in document["chunks"]],
        document["barriers"],
        document["conjunctions"],
    )
    return Vocabulary(
        directions=directions,
        mechanisms=tuple(_mechanisms(document["mechanisms"], factors)),
        factors=factors,
        terms=terms.build(_checked(_factor_aliases(document, factors))),
        contexts={name: _context(name, document["contexts"].get(name, {})) for name in CONTEXTS},
        labels=labels(document["contexts"]),
        objects=_objects(document["objects"], known),
        foreign=any_of(document["foreign"], known, "foreign"),
        combinations=_sieved(_combinations(document["combinations"], known)),
        simplifications=_sieved(_rewrites(document["simplifications"], known)),
        chunks=_sieved(_chunks(document["chunks"], known)),
        losses=_sieved(_perturbations(document, "loss", known)),
        gains=_sieved(_perturbations(document, "gain", known)),
        patterns=_sieved(_patterns(document["patterns"] if patterns else (), known, directions)),
        relays=_sieved(_relays(document["relays"], known)),
        echoes=_sieved(_echoes(document["echoes"], known)),
        negated=_negated(document["negations"]),
        standing=standing(document["standing"], known),
        association=any_of(document["association"], known, "association"),
        namesakes=any_of(document["namesakes"], known, "namesakes"),
        sections=Sections(
            *(tuple(document["sections"].get(kind, ())) for kind in ("skipped", "background"))
        ),
        secondary=frozenset(t.lower() for t in document["secondary_publication_types"]),
    )


def _sieved(members: Iterable[Member]) -> Sieve[Member]:
    """``members`` that are expressions, or have one."""

    def expression_of(member: Any) -> Any:
        return getattr(member, "expression", member)

    return Sieve(tuple(members), expression_of)


def _objects(texts: Sequence[str], known: Phrases) -> re.Pattern[str]:
    """Without any, whatever is said is said of what the review is about."""
    return any_of(texts, known, "objects") if texts else re.compile("")


def _negated(texts: Sequence[str]) -> re.Pattern[str]:
    return phrasing.compiled(rf"(?:^| )(?:{'|'.join(texts) or '(?!)'}) $", "negations")


def _directions(entries: Mapping[str, Any]) -> dict[str, Direction]:
    for code, entry in entries.items():
        _known(entry["inverse"], entries, f"directions.{code}.inverse", "direction")
        for i, other in enumerate(entry.get("yields_to", ())):
            _known(other, entries, f"directions.{code}.yields_to[{i}]", "direction")
    return {
        code: Direction(code, **{**entry, "yields_to": tuple(entry.get("yields_to", ()))})
        for code, entry in entries.items()
    }


def _factors(entries: Mapping[str, Any]) -> dict[str, Factor]:
    for name, entry in entries.items():
        for i, target in enumerate(entry.get("targets", ())):
            _known(target, entries, f"factors.{name}.targets[{i}]", "factor")
    return {
        name: Factor(
            name, entry["kind"], tuple(entry.get("members", ())), tuple(entry.get("targets", ()))
        )
        for name, entry in entries.items()
    }


def _mechanisms(
    entries: Sequence[Mapping[str, Any]], factors: Mapping[str, Factor]
) -> Iterator[Mechanism]:
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        path = f"mechanisms[{i}]"
        _once(entry["id"], seen, f"{path}.id", "mechanism")
        for j, factor in enumerate(entry.get("factors", ())):
            _known(factor, factors, f"{path}.factors[{j}]", "factor")
        cues = entry.get("cues")
        yield Mechanism(
            entry["id"],
            entry["label"],
            entry.get("description", ""),
            tuple(entry.get("factors", ())),
            _words(cues, f"{path}.cues") if cues else None,
        )


def _factor_aliases(
    document: Mapping[str, Any], factors: Mapping[str, Factor]
) -> Iterator[tuple[str, Alias]]:
    for name, entry in document["factors"].items():
        if entry.get("name_is_alias", entry["kind"] == "gene"):
            yield f"factors.{name}", Alias(name, (name,))
        for i, alias in enumerate(entry.get("aliases", ())):
            path = f"factors.{name}.aliases[{i}]"
            yield path, _alias(alias, (name,), path)
    for i, joint in enumerate(document["joint_aliases"]):
        path = f"joint_aliases[{i}]"
        for j, factor in enumerate(joint["means"]):
            _known(factor, factors, f"{path}.means[{j}]", "factor")
        yield path, _alias(joint["text"], tuple(joint["means"]), path)


def _alias(entry: str | Mapping[str, Any], ids: tuple[str, ...], path: str) -> Alias:
    if isinstance(entry, str):
        return Alias(entry, ids)
    when, unless = entry.get("when"), entry.get("unless")
    return Alias(
        entry["text"],
        ids,
        entry.get("exact", False),
        _words(when, f"{path}.when") if when else None,
        _words(unless, f"{path}.unless") if unless else None,
    )


def _checked(aliases: Iterable[tuple[str, Alias]]) -> list[Alias]:
    """Refuse a name that two factors claim unless every claim has a condition."""
    claims: dict[str, list[tuple[str, Alias]]] = {}
    for path, alias in aliases:
        claims.setdefault(terms.key(alias.text), []).append((path, alias))
    for same in claims.values():
        _undisputed(same)
    return [alias for same in claims.values() for _, alias in same]


def _undisputed(claims: list[tuple[str, Alias]]) -> None:
    bare = [path for path, alias in claims if not (alias.when or alias.unless)]
    if len({alias.ids for _, alias in claims}) > 1 and bare:
        others = ", ".join(path for path, _ in claims if path != bare[0])
        raise InputError(
            f"{bare[0]}: the name {claims[0][1].text!r} is also claimed at {others}",
            hint="give each of them a 'when' or an 'unless' so that the sentence can decide",
        )


def _context(name: str, entries: Mapping[str, Any]) -> Terms:
    found = [
        (f"contexts.{name}.{key}[{i}]", _alias(alias, (key,), f"contexts.{name}.{key}[{i}]"))
        for key, aliases in entries.items()
        for i, alias in enumerate(aliases)
    ]
    return terms.build(_checked(found))


def _rewrites(entries: Sequence[Mapping[str, str]], known: Phrases) -> Iterator[Rewrite]:
    for i, entry in enumerate(entries):
        path = f"simplifications[{i}].from"
        expression = phrasing.over_tokens(entry["from"], known, path)
        yield Rewrite(expression, entry["to"])


def _combinations(entries: Sequence[Mapping[str, Any]], known: Phrases) -> Iterator[Combination]:
    for i, entry in enumerate(entries):
        for j, text in enumerate(entry["texts"]):
            expression = phrasing.over_tokens(text, known, f"combinations[{i}].texts[{j}]")
            yield Combination(expression, frozenset(entry.get("kinds", ())))


def _chunks(entries: Sequence[Mapping[str, Any]], known: Phrases) -> Iterator[Rewrite]:
    for i, entry in enumerate(entries):
        for j, text in enumerate(entry["texts"]):
            path = f"chunks[{i}].texts[{j}]"
            yield Rewrite(phrasing.over_tokens(text, known, path), f"<{entry['name']}>")


def _perturbations(
    document: Mapping[str, Any], kind: str, known: Phrases
) -> Iterator[re.Pattern[str]]:
    for i, text in enumerate(document["perturbations"].get(kind, ())):
        path = f"perturbations.{kind}[{i}]"
        yield phrasing.over_tokens(text, known, path, ("factor",), phrasing.LIST)


def _patterns(
    entries: Sequence[Mapping[str, Any]], known: Phrases, directions: Mapping[str, Direction]
) -> Iterator[Pattern]:
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        _once(entry["id"], seen, f"patterns[{i}].id", "pattern")
        for slot, code in entry["gives"].items():
            _known(code, directions, f"patterns[{i}].gives.{slot}", "direction")
        yield from _variants(entry, i, known)


def _variants(entry: Mapping[str, Any], i: int, known: Phrases) -> Iterator[Pattern]:
    for j, text in enumerate(entry["texts"]):
        path = f"patterns[{i}].texts[{j}]"
        slots = [slot for slot in entry["gives"] if f"{{{slot}}}" in text]
        if not slots:
            raise InputError(f"{path}: the text binds none of {', '.join(entry['gives'])}")
        expression = phrasing.over_tokens(text, known, path, slots)
        gives = {slot: entry["gives"][slot] for slot in slots}
        yield Pattern(entry["id"], expression, gives, entry.get("lost", False))


def _relays(entries: Sequence[Mapping[str, Any]], known: Phrases) -> Iterator[Relay]:
    for i, entry in enumerate(entries):
        for j, text in enumerate(entry["texts"]):
            path = f"relays[{i}].texts[{j}]"
            if "{upstream}" not in text or "{downstream}" not in text:
                raise InputError(f"{path}: a relay needs both {{upstream}} and {{downstream}}")
            expression = phrasing.over_tokens(text, known, path, ("upstream", "downstream"))
            yield Relay(entry["id"], expression, entry["effect"] == "more")


def _echoes(entries: Sequence[Mapping[str, Any]], known: Phrases) -> Iterator[Echo]:
    for i, entry in enumerate(entries):
        for j, text in enumerate(entry["texts"]):
            path = f"echoes[{i}].texts[{j}]"
            if "{factor}" not in text:
                raise InputError(f"{path}: the text binds no {{factor}}")
            expression = phrasing.over_tokens(text, known, path, ("factor",))
            yield Echo(entry["id"], expression, entry["effect"] == "more")


def _words(texts: Sequence[str], path: str) -> re.Pattern[str]:
    """An expression over a folded, unmasked sentence, at word boundaries."""
    each = [
        phrasing.compiled(rf"(?<!\w)(?:{text})(?!\w)", f"{path}[{i}]").pattern
        for i, text in enumerate(texts)
    ]
    return re.compile("|".join(each))


def _known(name: str, among: Iterable[str], path: str, what: str) -> None:
    if name not in among:
        raise InputError(f"{path}: there is no {what} {name!r}", hint=f"define it or mend {path}")


def _once(name: str, seen: set[str], path: str, what: str) -> None:
    if name in seen:
        raise InputError(f"{path}: the {what} {name!r} is defined twice")
    seen.add(name)
