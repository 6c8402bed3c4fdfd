"""A statement as a correction has it: with other cells, or one that nobody drew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from perennial.corrections.anchor import Spot
from perennial.corrections.correction import CONTEXT, EMPTIED, VALUES, Correction
from perennial.extract.statements import identity, mechanism_of
from perennial.extract.vocabulary import Vocabulary
from perennial.passage import Statement


def added(row: Correction, spot: Spot, vocabulary: Vocabulary) -> Statement:
    """The statement that a row adds, with the words of the text; it is a result if not said."""
    passage = spot.passage
    place = (passage.pmid, passage.section, spot.start, spot.end)
    return Statement(
        id=identity(*place, row.factor, row.direction),
        pmid=passage.pmid,
        factor=row.factor,
        factor_kind=vocabulary.factors[row.factor].kind,
        factor_text="",
        direction=row.direction,
        perturbation="",
        mechanism=mechanism_of(row.factor, spot.quote, vocabulary),
        **{name: _cell(row, name, "") for name in CONTEXT},
        standing=row.standing or "result",
        quote=spot.quote,
        section=passage.section,
        start=spot.start,
        end=spot.end,
        text_sha256=passage.sha256,
        rule="",
    )


def corrected(
    row: Correction, statement: Statement, spot: Spot | None, vocabulary: Vocabulary
) -> Statement:
    """The statement with what the row fills in; its id stays, so that the next row finds it.

    ``spot`` is where the row's quote stands, None if it leaves the quote as it is.
    """
    values: dict[str, Any] = {name: _cell(row, name, getattr(statement, name)) for name in VALUES}
    new = replace(statement, **values)
    if spot:
        place = spot.passage
        new = replace(
            new,
            section=place.section,
            start=spot.start,
            end=spot.end,
            quote=spot.quote,
            text_sha256=place.sha256,
        )
    if new.factor == statement.factor:
        return new
    return replace(
        new,
        factor_kind=vocabulary.factors[new.factor].kind,
        factor_text="",
        mechanism=mechanism_of(new.factor, new.quote, vocabulary),
    )


def difference(old: Statement, new: Statement) -> str:
    """What ``old`` had where ``new`` has something else: ``direction INC; site (none)``."""
    return "; ".join(_differences(old, new))


def told(statement: Statement) -> str:
    """A statement's values in a line, those that it has."""
    values = ((name, getattr(statement, name)) for name in VALUES)
    return "; ".join(f"{name} {value}" for name, value in values if value)


def _differences(old: Statement, new: Statement) -> Iterator[str]:
    for name in VALUES:
        if (was := getattr(old, name)) != getattr(new, name):
            yield f"{name} {was or '(none)'}"
    if (old.section, old.start, old.end) != (new.section, new.start, new.end):
        yield f"quote {old.section} {old.start}–{old.end}"


def _cell(row: Correction, name: str, otherwise: str) -> str:
    cell: str = getattr(row, name)
    return "" if cell == EMPTIED else cell or otherwise
