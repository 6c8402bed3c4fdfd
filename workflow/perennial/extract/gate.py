"""The gate: whoever drew a statement, it must stand where it says and say what can be said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from perennial.extract import standing
from perennial.extract.statements import ASSOCIATED, PERTURBED, identity
from perennial.extract.vocabulary import Vocabulary
from perennial.passage import Passage, Statement

STANDINGS = (standing.RESULT, standing.BACKGROUND, standing.HYPOTHESIS, standing.COMBINATION)


@dataclass(frozen=True, slots=True)
class Thrown:
    """A statement that did not pass, and why."""

    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """What became of all that an extractor read and said (results/5_evidence/extraction.json)."""

    extractor: str
    studies: int
    statements: int  # that passed the gate
    thrown: Mapping[str, int]  # that did not, by reason
    overlong: int  # sentences that were not read
    disputed: int  # factors that one sentence sends both ways; not drawn


def gate(
    statements: Iterable[Statement], passages: Sequence[Passage], vocabulary: Vocabulary
) -> tuple[list[Statement], list[Thrown]]:
    """Divide ``statements`` on one study's ``passages`` into those that pass and the rest.

    One passes whose quote is the text at its address, whose words the vocabulary knows, and
    which is said once.
    """
    texts = {(p.pmid, p.section): p.text for p in passages}
    kept: dict[str, Statement] = {}
    thrown: list[Thrown] = []
    for statement in statements:
        reason = next(_faults(statement, texts, vocabulary), "")
        reason = reason or ("said twice" if statement.id in kept else "")
        if reason:
            thrown.append(Thrown(statement, reason))
        else:
            kept[statement.id] = statement
    return list(kept.values()), thrown


def _faults(
    said: Statement, texts: Mapping[tuple[str, str], str], vocabulary: Vocabulary
) -> Iterator[str]:
    text = texts.get((said.pmid, said.section))
    if text is None:
        yield "no such passage"
    elif said.text_sha256 != hashlib.sha256(text.encode()).hexdigest():
        yield "drawn from another text"
    elif not _stands(said, text):
        yield "quote not at its place"
    if said.factor_text not in said.quote:
        yield "factor not named in the quote"
    yield from (f"unknown {what}" for what in _unknown(said, vocabulary))
    if said.id != identity(*_address(said), said.factor, said.direction):
        yield "wrong id"


def _stands(said: Statement, text: str) -> bool:
    inside = 0 <= said.start < said.end <= len(text)
    return inside and said.quote == text[said.start : said.end]


def _address(said: Statement) -> tuple[str, str, int, int]:
    return said.pmid, said.section, said.start, said.end


def _unknown(said: Statement, vocabulary: Vocabulary) -> Iterator[str]:
    factor = vocabulary.factors.get(said.factor)
    known = {
        "factor": factor is not None,
        "direction": said.direction in vocabulary.directions,
        "kind of factor": factor is not None and said.factor_kind == factor.kind,
        "mechanism": said.mechanism in {"", *(each.id for each in vocabulary.mechanisms)},
        "perturbation": said.perturbation in ("", "gain", "loss"),
        "standing": said.standing in STANDINGS,
        "basis": said.basis in ("", PERTURBED, ASSOCIATED),
    }
    yield from (what for what, is_known in known.items() if not is_known)
