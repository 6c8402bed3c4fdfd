"""The designs that a study names and the tier that they give it, each with the words behind it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perennial.errors import InputError
from perennial.extract.masked import tokens
from perennial.extract.phrasing import Phrases, any_of
from perennial.extract.standing import BACKGROUND, HYPOTHESIS
from perennial.extract.statements import ASSOCIATED, PERTURBED
from perennial.passage import Statement

MOST = 3  # factors named behind a tier: the evidence table has the others


@dataclass(frozen=True, slots=True)
class Design:
    """A design, the words that name it, and the publication types, in lower case, that state it."""

    name: str
    cues: re.Pattern[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for a tier: all conditions given must hold."""

    tier: str
    designs: tuple[str, ...]
    not_designs: tuple[str, ...]
    changed: bool | None


@dataclass(frozen=True, slots=True)
class Tiers:
    """What config/appraisal.yaml says of designs and tiers, compiled."""

    designs: tuple[Design, ...]
    rules: tuple[Rule, ...]
    changed: re.Pattern[str]  # words of a result that show that its factor was changed


def load_tiers(document: Mapping[str, Any], known: Phrases) -> Tiers:
    """Compile the part of a document that satisfies ``appraisal.schema.json``.

    Raises ``InputError`` naming the key for an unknown design, a bad expression, and for a tier
    that has a rule but no meaning.
    """
    designs = tuple(_designs(document["designs"], known))
    rules = tuple(_rules(document, {design.name for design in designs}))
    return Tiers(designs, rules, any_of(document["changed"], known, "changed"))


def _designs(entries: Mapping[str, Any], known: Phrases) -> Iterator[Design]:
    for name, entry in entries.items():
        types = frozenset(kind.lower() for kind in entry.get("publication_types", ()))
        yield Design(name, any_of(entry["cues"], known, f"designs.{name}.cues"), types)


def _rules(document: Mapping[str, Any], designs: Collection[str]) -> Iterator[Rule]:
    for i, entry in enumerate(document["tier_rules"]):
        wanted, unwanted = tuple(entry["designs"]), tuple(entry.get("not_designs", ()))
        if odd := sorted({*wanted, *unwanted} - set(designs)):
            hint = f"designs: {', '.join(sorted(designs))}"
            raise InputError(f"tier_rules[{i}]: there is no design {odd[0]!r}", hint=hint)
        if entry["tier"] not in document["tiers"]:
            wrong = f"tier_rules[{i}]: nothing says what tier {entry['tier']!r} means"
            raise InputError(wrong, hint="say it under tiers")
        yield Rule(entry["tier"], wanted, unwanted, entry.get("changed"))


def named(
    kinds: Iterable[str], sentences: Iterable[tuple[str, str]], tiers: Tiers
) -> dict[str, str]:
    """The designs of a study in config order, each with what names it.

    ``kinds`` are its publication types, ``sentences`` its text with the section of each. The first
    words that name a design are given as they are written: ``“cell lines” (abstract)``.
    """
    stated = {kind.lower(): f"publication type “{kind}”" for kind in kinds}
    lines = [(tokens(text), text, section) for text, section in sentences]
    found = {design.name: _words(design, stated, lines) for design in tiers.designs}
    return {name: words for name, words in found.items() if words}


def _words(design: Design, stated: Mapping[str, str], lines: Iterable[tuple[str, str, str]]) -> str:
    for kind, words in stated.items():
        if kind in design.types:
            return words
    for line, text, section in lines:
        if cue := design.cues.search(line):
            return f"“{_as_written(cue[0], text)}” ({section})"
    return ""


def _as_written(words: str, text: str) -> str:
    """Folded words as the text has them; as they are, where it has other letters."""
    written = re.search(r"\s*".join(map(re.escape, words.split())), text, re.IGNORECASE)
    return written[0] if written else words


def changed(statements: Iterable[Statement], tiers: Tiers) -> tuple[str, ...]:
    """The factors of which a result tells what changing them did, in the order of the text."""
    return tuple(dict.fromkeys(s.factor for s in statements if _is_changed(s, tiers)))


def _is_changed(statement: Statement, tiers: Tiers) -> bool:
    if statement.standing in (BACKGROUND, HYPOTHESIS) or statement.basis == ASSOCIATED:
        return False
    told = statement.perturbation or statement.basis == PERTURBED
    return bool(told or tiers.changed.search(tokens(statement.quote)))


def tier(designs: Mapping[str, str], factors: Sequence[str], tiers: Tiers) -> tuple[str, str]:
    """The tier by the first rule that fits, and the words behind it; "" and why, if none does.

    ``designs`` are as ``named`` gives them, ``factors`` as ``changed`` does.
    """
    rule = next((rule for rule in tiers.rules if _fits(rule, designs, bool(factors))), None)
    wanted = {name: designs[name] for name in (rule.designs if rule else designs)}
    parts = [f"{name}: {words}" for name, words in wanted.items()]
    if rule and rule.not_designs:
        parts.append(f"not named: {', '.join(rule.not_designs)}")
    if not (rule or designs):
        parts.append("the text does not name the model or the design")
    if factors or rule is None or rule.changed is not None:
        parts.append(_told(factors))
    return rule.tier if rule else "", "; ".join(parts) or "given where no other rule fits"


def _told(factors: Sequence[str]) -> str:
    if not factors:
        return "no result tells what changing a factor did"
    more = f" and {len(factors) - MOST} more" if len(factors) > MOST else ""
    return f"changed: {', '.join(factors[:MOST])}{more}"


def _fits(rule: Rule, designs: Collection[str], is_changed: bool) -> bool:
    present = all(design in designs for design in rule.designs)
    absent = not any(design in designs for design in rule.not_designs)
    return present and absent and rule.changed in (None, is_changed)
