"""Statements: the findings of a study's sentences as rows of evidence."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from perennial.extract import sentences, standing
from perennial.extract.echoes import echoed
from perennial.extract.fold import fold
from perennial.extract.masked import tokens
from perennial.extract.meanings import within
from perennial.extract.reading import Finding, Passing, Reading, read
from perennial.extract.terms import find
from perennial.extract.vocabulary import CONTEXTS, Vocabulary
from perennial.passage import Passage, Statement

PERTURBED, ASSOCIATED = "perturbed", "associated"
# The kind of factor that is given on purpose.
GIVEN = "agent"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Located:
    """A sentence as read, in its passage, on its ground (see ``standing.grounds``)."""

    passage: Passage
    reading: Reading
    ground: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What may state something and was not drawn: an overlong sentence, or a disputed factor."""

    pmid: str
    section: str
    start: int
    factor: str  # "" where the whole sentence was not read


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one study's passages yield, and what was passed over."""

    statements: tuple[Statement, ...]
    unread: tuple[Unread, ...]


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
    """The statements of one study's ``passages``, as ``draw`` gives them; the rest is logged."""
    drawn = draw(passages, vocabulary, title=title, publication_types=publication_types)
    return list(drawn.statements)


def draw(
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    *,
    title: str,
    publication_types: Sequence[str],
) -> Drawn:
    """The statements of one study's ``passages``, in the order of the text.

    A secondary publication (by its type) yields none. ``title`` lends its object and
    context to sentences that name none. What was passed over is returned and logged.
    """
    if any(kind.lower() in vocabulary.secondary for kind in publication_types):
        return Drawn((), ())
    read_passages = [p for p in passages if _kind(p) not in vocabulary.sections.skipped]
    vocabulary = within(vocabulary, (p.text for p in read_passages))
    object_known = bool(vocabulary.objects.search(tokens(title)))
    located = [
        place for passage in read_passages for place in _located(passage, object_known, vocabulary)
    ]
    setting = Setting(
        contexts(title, vocabulary), contexts(" ".join(p.text for p in read_passages), vocabulary)
    )
    rows = [_row(place, f, setting, vocabulary) for place, f in _all_findings(located, vocabulary)]
    unread = tuple(_unread(located))
    if unread:
        _report(unread)
    return Drawn(tuple({row.id: row for row in rows}.values()), unread)


def _located(passage: Passage, object_known: bool, vocabulary: Vocabulary) -> Iterator[Located]:
    text, spans = passage.text, sentences.spans(passage.text)
    lines = (tokens(text[a:b]) for a, b in spans)
    grounds = standing.grounds(lines, _kind(passage), vocabulary.standing)
    for (a, b), ground in zip(spans, grounds, strict=True):
        yield Located(passage, read(text[a:b], a, object_known, vocabulary), ground)


def _unread(located: Iterable[Located]) -> Iterator[Unread]:
    for place in located:
        where = (place.passage.pmid, place.passage.section, place.reading.start)
        if place.reading.overlong:
            yield Unread(*where, "")
        yield from (Unread(*where, factor) for factor in place.reading.disputed)


def _report(unread: Sequence[Unread]) -> None:
    disputed = [row.factor for row in unread if row.factor]
    log.warning(
        "PMID %s: not drawn: %d overlong sentences, %d factors sent both ways by one sentence%s",
        unread[0].pmid,
        len(unread) - len(disputed),
        len(disputed),
        f" ({', '.join(disputed)})" if disputed else "",
    )


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


def _kind(passage: Passage) -> str:
    return passage.section.partition(".")[0]


def _all_findings(
    located: Sequence[Located], vocabulary: Vocabulary
) -> Iterator[tuple[Located, Finding]]:
    sides = _settled(located, vocabulary)
    before: Sequence[Finding] = ()
    for place in located:
        own = [_credited(f, place, sides, vocabulary) for f in place.reading.findings]
        own += echoed(place.reading, place.passage.text, before, vocabulary)
        yield from ((place, finding) for finding in own)
        said = {finding.factor for finding in own}
        for passing in place.reading.passings:
            relayed = _relayed(passing, sides, vocabulary)
            if relayed and passing.upstream not in said:
                yield place, relayed
        before = own


def _credited(
    finding: Finding, place: Located, settled: Mapping[str, str], vocabulary: Vocabulary
) -> Finding:
    """``finding``; the factor's own if what it is combined with does the opposite by itself."""
    if not finding.joint:
        return finding
    quote = place.passage.text[place.reading.start : place.reading.end]
    named = {i for mention in find(vocabulary.terms, quote, fold(quote)) for i in mention.ids}
    inverse = vocabulary.directions[finding.direction].inverse
    opposite = vocabulary.directions[inverse].side
    countered = any(
        vocabulary.factors[name].kind == GIVEN
        and vocabulary.directions[settled[name]].side == opposite != ""
        for name in named & settled.keys()
    )
    return replace(finding, joint=False) if countered else finding


def _settled(located: Sequence[Located], vocabulary: Vocabulary) -> dict[str, str]:
    """The direction a study gives a factor, for factors it never sends both ways."""
    said: dict[str, list[str]] = {}
    for place in located:
        for finding in (f for f in place.reading.findings if not f.joint):
            if vocabulary.directions[finding.direction].side:
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
        passing.span,
        joint=passing.joint,
    )


def _row(place: Located, finding: Finding, setting: Setting, vocabulary: Vocabulary) -> Statement:
    passage, reading = place.passage, place.reading
    quote = passage.text[reading.start : reading.end]
    near = contexts(quote, vocabulary)
    condition, site, model, species = (
        "; ".join(near[name] or setting.title[name] or setting.study[name]) for name in CONTEXTS
    )
    kind = vocabulary.factors[finding.factor].kind
    basis = _basis(reading.line, finding, kind, vocabulary)
    return Statement(
        id=identity(
            passage.pmid,
            passage.section,
            reading.start,
            reading.end,
            finding.factor,
            finding.direction,
        ),
        pmid=passage.pmid,
        factor=finding.factor,
        factor_kind=kind,
        factor_text=quote[finding.mention.start : finding.mention.end],
        direction=finding.direction,
        perturbation="" if basis == ASSOCIATED else finding.perturbation,
        mechanism=mechanism_of(finding.factor, quote, vocabulary),
        condition=condition,
        site=site,
        model=model,
        species=species,
        standing=_standing(place, finding, vocabulary),
        quote=quote,
        section=passage.section,
        start=reading.start,
        end=reading.end,
        text_sha256=passage.sha256,
        rule=finding.rule,
        basis=basis,
    )


def identity(pmid: str, section: str, start: int, end: int, factor: str, direction: str) -> str:
    """Twelve hex digits: at a million statements a collision is expected once in 500 reviews."""
    parts = (pmid, section, str(start), str(end), factor, direction)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def mechanism_of(factor: str, quote: str, vocabulary: Vocabulary) -> str:
    """The category of ``factor`` with most cues in the quote; the first listed on a tie."""
    line = tokens(quote)
    fitting = [m for m in vocabulary.mechanisms if factor in m.factors]
    counts = [len(m.cues.findall(line)) if m.cues else 0 for m in fitting]
    return fitting[counts.index(max(counts))].id if fitting else ""


def _standing(place: Located, finding: Finding, vocabulary: Vocabulary) -> str:
    """As the sentence says; in a background section nothing is a result."""
    words, line = vocabulary.standing, place.reading.line
    said = standing.at(place.ground, line, finding.span[1], finding.clause, words)
    if said == standing.RESULT and _kind(place.passage) in vocabulary.sections.background:
        return standing.BACKGROUND
    return standing.COMBINATION if said == standing.RESULT and finding.joint else said


def _basis(line: str, finding: Finding, kind: str, vocabulary: Vocabulary) -> str:
    """What was seen together was not brought about; to give an agent is to intervene."""
    if vocabulary.association.search(line[slice(*finding.span)]):
        return ASSOCIATED
    return PERTURBED if finding.perturbation or kind == GIVEN else ""
