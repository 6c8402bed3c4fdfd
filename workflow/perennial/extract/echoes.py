"""Echoes: "this needs X" says of X what the sentence before says of what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perennial.extract.fold import fold
from perennial.extract.masked import placeholders
from perennial.extract.reading import PERTURBATION, Finding, Reading, bindings
from perennial.extract.terms import find
from perennial.extract.vocabulary import Vocabulary


def echoed(
    reading: Reading, text: str, before: Sequence[Finding], vocabulary: Vocabulary
) -> Iterator[Finding]:
    """What ``reading``, a sentence of ``text``, adds to the findings of the sentence ``before``.

    Those must all have one direction: else what "this" is cannot be told.
    """
    directions = {finding.direction for finding in before}
    if len(directions) != 1:
        return
    code = directions.pop()
    source = text[reading.start : reading.end]
    said = {finding.factor for finding in reading.findings}
    for echo in vocabulary.echoes.possible(reading.line):
        direction = code if echo.same else vocabulary.directions[code].inverse
        for match in bindings(echo.expression, reading.line, vocabulary.negated):
            mentions = find(vocabulary.terms, source, fold(source))
            for mark, index, joint in placeholders(match.group("factor")):
                for factor in (name for name in mentions[index].ids if name not in said):
                    yield Finding(
                        factor,
                        direction,
                        PERTURBATION[mark],
                        mentions[index],
                        echo.id,
                        reading.line,
                        match.span(),
                        joint=joint,
                    )
