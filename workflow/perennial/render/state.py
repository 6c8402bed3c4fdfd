"""The state of a review: the edition that it would be if it were published now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from perennial.claim import Audit
from perennial.contradictions import WHOLLY
from perennial.editions.edition import (
    ASIDE,
    AWAITING,
    CLAIM,
    EVENLY,
    EXCLUDED,
    FACTOR,
    INCLUDED,
    Conclusion,
    Count,
    Edition,
    Group,
    Named,
    Opposed,
    Said,
)
from perennial.imports.ids import sort_key
from perennial.passage import Statement
from perennial.record import Record
from perennial.render.contrasts import label_of
from perennial.render.review import Review
from perennial.screened import Screened

_OUTCOMES = {"include": INCLUDED, "exclude": EXCLUDED, "human": AWAITING}


def state(review: Review) -> Edition:
    """What ``review`` shows, without a note and without the digest of its page."""
    return Edition(
        number=review.version,
        day=review.as_of,
        title=review.title,
        records=tuple(_groups(review.screened)),
        studies=tuple(_named(review.records[pmid]) for pmid in _studies(review)),
        statements=tuple(_said(review)),
        conclusions=(*_claims(review), *_factors(review)),
        contradictions=tuple(_opposed(review)),
        flow=tuple(Count(box.id, box.label, box.count) for box in review.flow.boxes),
        manifest=dict(sorted(review.manifest.items())),
    )


def _outcome(row: Screened) -> str:
    return ASIDE if row.set_aside else _OUTCOMES[row.outcome]


def _groups(rows: Iterable[Screened]) -> Iterator[Group]:
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        found[_outcome(row), row.criterion, row.reason].append(row.pmid)
    for key in sorted(found):
        yield Group(*key, tuple(sorted(found[key], key=sort_key)))


def _studies(review: Review) -> list[str]:
    return sorted((study.pmid for study in review.studies), key=sort_key)


def _named(record: Record) -> Named:
    first = record.authors[0] if record.authors else None
    who = (first.collective or first.family or first.given) if first else ""
    name = who or record.journal_abbreviation or record.journal or record.pmid
    words = f"{name} {record.year or ''}".strip()
    return Named(record.pmid, words, record.title or record.vernacular_title, record.doi)


def _said(review: Review) -> Iterator[Said]:
    aside = {study.pmid for study in review.set_aside}
    for one in sorted(review.statements, key=lambda s: (sort_key(s.pmid), s.id)):
        yield Said(
            id=one.id,
            pmid=one.pmid,
            factor=review.factors.get(one.factor, one.factor),
            direction=review.directions[one.direction].label,
            condition=one.condition,
            site=one.site,
            standing=one.standing,
            quote=one.quote,
            counts=one.pmid not in aside,
        )


def _claims(review: Review) -> Iterator[Conclusion]:
    texts = {claim.id: claim.text for claim in review.synthesis.claims}
    number = _counter(review.statements)
    for audit in sorted(review.synthesis.audits, key=lambda a: a.claim):
        yield Conclusion(
            CLAIM, audit.claim, texts[audit.claim], audit.status, *_weighed(audit, number)
        )


def _weighed(audit: Audit, number: Callable[[Iterable[str]], int]) -> tuple[int, int, int]:
    """Studies behind what stands, against it, and unclear."""
    sides = number(audit.supports), number(audit.contradicts)
    behind, against = reversed(sides) if audit.status == "contradicted" else sides
    return behind, against, number(audit.unclear)


def _counter(statements: Iterable[Statement]) -> Callable[[Iterable[str]], int]:
    studies = {one.id: one.pmid for one in statements}
    return lambda ids: len({studies[id_] for id_ in ids})


def _factors(review: Review) -> Iterator[Conclusion]:
    """Where the results point, factor by factor; a study counts once on a side."""
    sides: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in review.stated:
        side = review.directions[one.direction].side
        if one.standing == "result" and side:
            sides[one.factor][side].add(one.pmid)
    for factor in sorted(sides):
        counts = {side: len(pmids) for side, pmids in sorted(sides[factor].items())}
        text = review.factors.get(factor, factor)
        yield Conclusion(FACTOR, factor, text, _leaning(counts), *_either(counts), 0)


def _either(counts: Mapping[str, int]) -> tuple[int, int]:
    most = max(counts.values())
    return most, sum(counts.values()) - most


def _leaning(counts: Mapping[str, int]) -> str:
    most = max(counts.values())
    leading = [side for side, number in counts.items() if number == most]
    return f"towards {leading[0]}" if len(leading) == 1 else EVENLY


def _opposed(review: Review) -> Iterator[Opposed]:
    tested = [one for one in review.synthesis.contradictions if one.tested]
    for one in sorted(tested, key=lambda c: (c.kind, c.factor)):
        sides = len(one.one.studies), len(one.other.studies)
        apart = tuple(label_of(review, s.context) for s in one.separation if s.how == WHOLLY)
        yield Opposed(review.factors.get(one.factor, one.factor), one.kind, sides, apart)
