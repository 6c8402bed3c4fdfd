"""Statements: the findings of a study's sentences as rows of evidence."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from perennial.extract import sentences
from perennial.extract.fold import fold
from perennial.extract.masked import tokens
from perennial.extract.reading import Finding, Passing, Reading, read
from perennial.extract.terms import find
from perennial.extract.vocabulary import CONTEXTS, Vocabulary
from perennial.passage import Passage, Statement

Located = tuple[Passage, Reading]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a study's title and whole text say of its context, for sentences that do not."""

    title: Mapping[str, tuple[str, ...]]
    study: Mapping[str, tuple[str, ...]]


def extract(
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    *,
    title: str,
    publication_types: Sequence[str],
) -> list[Statement]:
    """The statements of one study's ``passages``, in the order of the text.

    A secondary publication (by its type) yields none. ``title`` lends its object and
    context to sentences that name none.
    """
    if any(kind.lower() in vocabulary.secondary for kind in publication_types):
        return []
    read_passages = [p for p in passages if _kind(p) not in vocabulary.sections.skipped]
    object_known = bool(vocabulary.objects.search(tokens(title)))
    located = [
        (passage, read(passage.text[a:b], a, object_known, vocabulary))
        for passage in read_passages
        for a, b in sentences.spans(passage.text)
    ]
    setting = Setting(
        contexts(title, vocabulary), contexts(" ".join(p.text for p in read_passages), vocabulary)
    )
    rows = [_row(place, f, setting, vocabulary) for place, f in _all_findings(located, vocabulary)]
    return list({row.id: row for row in rows}.values())


def gate(
    statements: Sequence[Statement], passages: Sequence[Passage]
) -> tuple[list[Statement], list[Statement]]:
    """Divide ``statements`` into those whose quote stands where they say, and the rest."""
    texts = {(p.pmid, p.section): p.text for p in passages}
    kept = [s for s in statements if _anchored(s, texts)]
    return kept, [s for s in statements if not _anchored(s, texts)]


def contexts(text: str, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """For each context the ids named in ``text``, the most frequent first."""
    folded = fold(text)
    return {
        name: _ranked(
            i for mention in find(vocabulary.contexts[name], text, folded) for i in mention.ids
        )
        for name in CONTEXTS
    }


def _ranked(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(ids).most_common())


def _anchored(statement: Statement, texts: Mapping[tuple[str, str], str]) -> bool:
    text = texts.get((statement.pmid, statement.section))
    if text is None or statement.text_sha256 != hashlib.sha256(text.encode()).hexdigest():
        return False
    inside = 0 <= statement.start < statement.end <= len(text)
    return inside and statement.quote == text[statement.start : statement.end]


def _kind(passage: Passage) -> str:
    return passage.section.partition(".")[0]


def _all_findings(
    located: Sequence[Located], vocabulary: Vocabulary
) -> Iterator[tuple[Located, Finding]]:
    sides = _settled(located, vocabulary)
    for place in located:
        own = place[1].findings
        yield from ((place, finding) for finding in own)
        said = {finding.factor for finding in own}
        for passing in place[1].passings:
            relayed = _relayed(passing, sides, vocabulary)
            if relayed and passing.upstream not in said:
                yield place, relayed


def _settled(located: Sequence[Located], vocabulary: Vocabulary) -> dict[str, str]:
    """The direction a study gives a factor, for factors it never sends both ways."""
    said: dict[str, list[str]] = {}
    for _, reading in located:
        for finding in reading.findings:
            if vocabulary.directions[finding.direction].side != "neither":
                said.setdefault(finding.factor, []).append(finding.direction)
    return {
        factor: codes[0]
        for factor, codes in said.items()
        if len({vocabulary.directions[code].side for code in codes}) == 1
    }


def _relayed(
    passing: Passing, settled: Mapping[str, str], vocabulary: Vocabulary
) -> Finding | None:
    """What acts on a factor of known direction has that direction, or its inverse."""
    code = settled.get(passing.downstream)
    own = settled.get(passing.upstream)
    if code is None:
        return None
    direction = code if passing.same else vocabulary.directions[code].inverse
    side = vocabulary.directions[direction].side
    if own and vocabulary.directions[own].side != side:
        return None
    return Finding(
        passing.upstream,
        direction,
        passing.perturbation,
        passing.mention,
        passing.rule,
        passing.clause,
    )


def _row(place: Located, finding: Finding, setting: Setting, vocabulary: Vocabulary) -> Statement:
    passage, reading = place
    quote = passage.text[reading.start : reading.end]
    near = contexts(quote, vocabulary)
    cancer, site, model, species = (
        "; ".join(near[name] or setting.title[name] or setting.study[name]) for name in CONTEXTS
    )
    return Statement(
        id=_identity(passage, reading, finding),
        pmid=passage.pmid,
        factor=finding.factor,
        factor_kind=vocabulary.factors[finding.factor].kind,
        factor_text=quote[finding.mention.start : finding.mention.end],
        direction=finding.direction,
        perturbation=finding.perturbation,
        mechanism=_mechanism(finding.factor, tokens(quote), vocabulary),
        cancer=cancer,
        site=site,
        model=model,
        species=species,
        standing=_standing(passage, finding.clause, vocabulary),
        quote=quote,
        section=passage.section,
        start=reading.start,
        end=reading.end,
        text_sha256=passage.sha256,
        rule=finding.rule,
    )


def _identity(passage: Passage, reading: Reading, finding: Finding) -> str:
    """Twelve hex digits: at a million statements a collision is expected once in 500 reviews."""
    parts = (
        passage.pmid,
        passage.section,
        str(reading.start),
        str(reading.end),
        finding.factor,
        finding.direction,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _mechanism(factor: str, line: str, vocabulary: Vocabulary) -> str:
    """The category of ``factor`` with most cues in the sentence; the first listed on a tie."""
    fitting = [m for m in vocabulary.mechanisms if factor in m.factors]
    counts = [len(m.cues.findall(line)) if m.cues else 0 for m in fitting]
    return fitting[counts.index(max(counts))].id if fitting else ""


def _standing(passage: Passage, clause: str, vocabulary: Vocabulary) -> str:
    if vocabulary.standing.hypothesis.search(clause):
        return "hypothesis"
    if _kind(passage) in vocabulary.sections.background:
        return "background"
    return "background" if vocabulary.standing.background.search(clause) else "result"
