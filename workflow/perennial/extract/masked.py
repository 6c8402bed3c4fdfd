"""Masking: a sentence as a line of tokens in which factors and set phrases are placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial

from perennial.extract.fold import fold
from perennial.extract.terms import Mention
from perennial.extract.vocabulary import Combination, Rewrite, Vocabulary

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+%?|[^\s,;:.()\[\]/]+|[,;:.()\[\]/]")
_PLACEHOLDER = re.compile(r"<([FLG])(\d+)(\+?)c?>")
# A rewriting step is repeated while it changes the line, for nested phrases; no
# sentence of the acceptance abstracts needed more than three rounds.
ROUNDS = 5


# A passage's sentences are asked for their tokens twice: for their ground, and to be read.
@lru_cache(maxsize=512)
def tokens(text: str) -> str:
    """``text`` folded, as tokens divided by one blank."""
    return " ".join(_TOKEN.findall(fold(text).text))


def masked(source: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> str:
    """The line for ``source``; the number in a placeholder is an index into ``mentions``."""
    line = _with_placeholders(source, mentions, vocabulary)
    line = _joined(line, mentions, vocabulary)
    line = vocabulary.simplifications.rewritten(line, _repeated)
    line = vocabulary.losses.rewritten(line, partial(_marked, "L"))
    line = vocabulary.gains.rewritten(line, partial(_marked, "G"))
    return vocabulary.chunks.rewritten(line, _once)


def _with_placeholders(source: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> str:
    ends = [0, *(mention.end for mention in mentions)]
    starts = [*(mention.start for mention in mentions), len(source)]
    pieces = [tokens(source[a:b]) for a, b in zip(ends, starts, strict=True)]
    woven = [pieces[0]]
    for i, piece in enumerate(pieces[1:]):
        cell = all(vocabulary.factors[name].kind == "cell" for name in mentions[i].ids)
        woven += [f"<F{i}{'c' * cell}>", piece]
    return " ".join(piece for piece in woven if piece)


def _joined(line: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> str:
    """Put a plus on the factors that act in combination."""

    def join(joining: Combination, line: str) -> str:
        return joining.expression.sub(partial(_plus, joining, mentions, vocabulary), line)

    return vocabulary.combinations.rewritten(line, join)


def _plus(
    joining: Combination, mentions: Sequence[Mention], vocabulary: Vocabulary, match: re.Match[str]
) -> str:
    one = "joint" in match.re.groupindex
    named = re.findall(r"<F(\d+)", match.group("joint") if one else match.group())
    meant = [i for i in named if _of_kinds(mentions[int(i)], joining.kinds, vocabulary)]
    if not meant or (len(meant) < 2 and not one):
        return match.group()
    return re.sub(rf"<F({'|'.join(meant)})(?=c?>)", r"<F\1+", match.group())


def _of_kinds(mention: Mention, kinds: frozenset[str], vocabulary: Vocabulary) -> bool:
    return not kinds or all(vocabulary.factors[name].kind in kinds for name in mention.ids)


def _once(step: Rewrite, line: str) -> str:
    return step.expression.sub(step.replacement, line)


def _repeated(step: Rewrite, line: str) -> str:
    for _ in range(ROUNDS):
        changed = " ".join(step.expression.sub(step.replacement, line).split())
        if changed == line:
            break
        line = changed
    return line


def _marked(mark: str, cue: re.Pattern[str], line: str) -> str:
    """Swallow the cue and put ``mark`` on the factors it speaks of, unless marked already."""

    def marking(match: re.Match[str]) -> str:
        return re.sub(r"<F(\d+\+?c?)>", rf"<{mark}\1>", match.group("factor"))

    return cue.sub(marking, line)


def placeholders(slot: str) -> list[tuple[str, int, bool]]:
    """For each factor of a slot's text its mark, its index and whether it acts in combination."""
    found = (match.groups() for match in _PLACEHOLDER.finditer(slot))
    return [(mark, int(index), bool(joint)) for mark, index, joint in found]
