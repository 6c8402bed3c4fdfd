"""Extractors of another package: one that says what does not hold, and one that keeps silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perennial.extract import Drawn, Vocabulary, draw
from perennial.extract.statements import identity
from perennial.passage import Passage, Statement

NOT_CALLABLE_BY_THAT_NAME = "there is no function `absent` here"


def told(one: Statement, **changes: str | int) -> Statement:
    """``one`` with ``changes``, under the id that is then its own."""
    other = replace(one, **changes)  # type: ignore[arg-type]
    address = (other.pmid, other.section, other.start, other.end, other.factor, other.direction)
    return replace(other, id=identity(*address))


def lies(one: Statement) -> dict[str, list[Statement]]:
    """What does not pass, by the reason."""
    return {
        "no such passage": [told(one, section="results.9"), told(one, pmid="77")],
        "drawn from another text": [told(one, text_sha256="0" * 64)],
        "quote not at its place": [
            told(one, quote=f"{one.quote} Indeed."),
            told(one, start=one.start + 1),
            told(one, start=-1),
            told(one, end=10**6),
            told(one, start=one.end, end=one.start),
        ],
        "factor not named in the quote": [told(one, factor_text="an invented name")],
        "unknown factor": [told(one, factor="NOSUCH1")],
        "unknown direction": [told(one, direction="XYZ")],
        "unknown kind of factor": [told(one, factor_kind="process")],
        "unknown mechanism": [told(one, mechanism="C99")],
        "unknown perturbation": [told(one, perturbation="both")],
        "unknown standing": [told(one, standing="certain")],
        "unknown basis": [told(one, basis="guessed")],
        "wrong id": [replace(one, id="0" * 12)],
        "said twice": [one],
    }


def lying(
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    *,
    title: str,
    publication_types: Sequence[str],
) -> Drawn:
    """What the patterns draw, and after it every lie about the first of them."""
    honest = draw(passages, vocabulary, title=title, publication_types=publication_types)
    untrue = [lie for one in honest.statements[:1] for each in lies(one).values() for lie in each]
    return Drawn((*honest.statements, *untrue), honest.unread)


def silent(
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    *,
    title: str,
    publication_types: Sequence[str],
) -> Drawn:
    """Nothing at all."""
    return Drawn((), ())
