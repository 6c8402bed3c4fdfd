"""Standing: what a study found itself, told from what it repeats or supposes.

A text is read sentence by sentence. A *label* ("RESULTS:") settles its part. Elsewhere
words decide, and what they say holds until others say otherwise: after a cue of what was
known before, the sentences that follow are background too, up to a turn ("however") or a
cue of own work ("we found"). A passage that opens with what is known (an abstract) is
background up to its first cue of own work, or up to the end of the sentence that names
what was not known, since what follows such a sentence is the answer to it. A passage of
one sentence has no opening.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perennial.extract.phrasing import Phrases, any_of

RESULT, BACKGROUND, HYPOTHESIS, COMBINATION = "result", "background", "hypothesis", "combination"
# The ground of a sentence that has both what was known and what was found.
MIXED = "mixed"
# In tokens: "background and aims :" has three. A longer opening up to a colon is prose.
LONGEST_LABEL = 5

Cue = tuple[str, int, int]  # kind, start, end


@dataclass(frozen=True, slots=True)
class Standing:
    """The words that decide; ``cues`` are tried in their order, an earlier one covers a later."""

    hypothesis: re.Pattern[str]
    cues: Mapping[str, re.Pattern[str]]  # by kind: background, gap, own, turn
    labels: Mapping[str, frozenset[str]]  # words of a label by the standing it gives
    opening: tuple[str, ...]  # section types that open with what is known


def standing(entry: Mapping[str, Any], known: Phrases) -> Standing:
    """Compile the key ``standing`` of the vocabulary; ``InputError`` names a bad expression."""

    def compiled(kind: str) -> re.Pattern[str]:
        return any_of(entry.get(kind, ()), known, f"standing.{kind}")

    return Standing(
        hypothesis=compiled(HYPOTHESIS),
        cues={kind: compiled(kind) for kind in (BACKGROUND, "gap", "own", "turn")},
        labels={
            name: frozenset(entry.get("labels", {}).get(name, ()))
            for name in (RESULT, BACKGROUND, HYPOTHESIS)
        },
        opening=tuple(entry.get("opening", ())),
    )


def grounds(lines: Iterable[str], section: str, words: Standing) -> Iterator[str]:
    """The ground of each sentence of a passage of the type ``section``, in order.

    ``lines`` are the sentences as tokens. A ground is ``result``, ``background``,
    ``hypothesis``, or ``mixed`` where ``at`` has to look at the single finding.
    """
    sentences = list(lines)
    opened = section not in words.opening or len(sentences) == 1
    told, settled = False, ""
    for line in sentences:
        label = _label(line, words)
        if label:
            opened, told, settled = True, False, "" if label == RESULT else label
        cues = list(_cues(line, words))
        for kind, _, _ in cues:
            opened = opened or kind == "own"
            told = kind == BACKGROUND or (told and kind == "gap")
        yield settled or _ground(cues, BACKGROUND if told or not opened else RESULT)
        if any(kind == "gap" for kind, _, _ in cues):
            opened, told = True, False


def at(ground: str, line: str, end: int, clause: str, words: Standing) -> str:
    """The standing of a finding that ends at ``end`` of a masked ``line`` on ``ground``.

    Where a sentence is mixed, the last cue before the finding's end decides, else the first.
    """
    if words.hypothesis.search(clause):
        return HYPOTHESIS
    if ground != MIXED:
        return ground
    cues = [cue for cue in _cues(line, words) if cue[0] != "turn"]
    before = [cue for cue in cues if cue[1] < end]
    kind = before[-1][0] if before else cues[0][0] if cues else "own"
    return RESULT if kind == "own" else BACKGROUND


def _ground(cues: Sequence[Cue], state: str) -> str:
    kinds = {kind for kind, _, _ in cues} - {"turn"}
    if "own" in kinds and len(kinds) > 1:
        return MIXED
    return BACKGROUND if "gap" in kinds else state


def _cues(line: str, words: Standing) -> list[Cue]:
    """In the order of the line; a cue that begins inside an earlier kind's is part of that."""
    found: list[Cue] = []
    for kind, expression in words.cues.items():
        for match in expression.finditer(line):
            if not any(start <= match.start() < end for _, start, end in found):
                found.append((kind, match.start(), match.end()))
    return sorted(found, key=lambda cue: cue[1])


def _label(line: str, words: Standing) -> str:
    """What the label that opens ``line`` says; results prevail over all else it names."""
    label, colon, _ = line.partition(" : ")
    tokens = label.split()
    if not colon or len(tokens) > LONGEST_LABEL:
        return ""
    known = set().union(*words.labels.values())
    if not all(token in known for token in tokens):
        return ""
    ranked = (name for name in (RESULT, BACKGROUND, HYPOTHESIS) if words.labels[name] & {*tokens})
    return next(ranked, "")
