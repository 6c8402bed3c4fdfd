"""What differs between two editions.

``compare(a, b)`` is ``compare(b, a)`` read backwards: what joined in the one left in the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from perennial.editions.edition import (
    EVENLY,
    FACTOR,
    INCLUDED,
    Conclusion,
    Edition,
    Named,
    Opposed,
    Said,
)
from perennial.imports.ids import sort_key

# How a conclusion changed: its sign, what stands of it, or only the studies that say so.
REVERSED, OTHERWISE = "reversed", "stands otherwise"
STRONGER, WEAKER, REWEIGHED = "stronger", "weaker", "weighs other studies"
NEW, GONE = "new", "gone"
_BACKWARDS = {STRONGER: WEAKER, WEAKER: STRONGER, NEW: GONE, GONE: NEW}
_SIGNS = {"confirmed", "contradicted"}  # of a claim; its other statuses take no side
UNSEEN = "not screened"
# Boxes of the flow diagram from top to bottom.
_LEVELS = (
    *("identified", "removed", "screened", "excluded", "awaiting", "sought"),
    *("excluded_reports", "awaiting_reports", "included"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """Which edition, and how large."""

    number: str
    day: str
    studies: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a record, and by which criterion."""

    outcome: str  # as in Group, or ``UNSEEN``
    criterion: str
    reason: str


_UNSEEN = Fate(UNSEEN, "", "")


@dataclass(frozen=True, slots=True)
class Moved:
    """A record whose fate is another; a name only where either edition reads it as a study."""

    pmid: str
    name: str
    title: str
    doi: str
    before: Fate
    after: Fate


@dataclass(frozen=True, slots=True)
class Restated:
    """A statement that reads otherwise: another direction, context or standing."""

    before: Said
    after: Said


@dataclass(frozen=True, slots=True)
class Turned:
    """A conclusion, before and after; one of the two is None where it was not drawn."""

    how: str
    before: Conclusion | None
    after: Conclusion | None

    @property
    def one(self) -> Conclusion:
        """The later of the two."""
        both = (self.after, self.before)
        return next(conclusion for conclusion in both if conclusion is not None)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number in both editions; None where the edition has no such box."""

    id: str
    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs, from ``before`` to ``after``; every list is empty if nothing does."""

    before: Head
    after: Head
    joined: tuple[Moved, ...] = ()  # included, and not before
    left: tuple[Moved, ...] = ()  # no longer included: set aside, excluded, awaiting, not screened
    decided: tuple[Moved, ...] = ()  # other records in both whose outcome or criterion is another
    screened: tuple[Moved, ...] = ()  # records in one only, and no study in it
    new_statements: tuple[Said, ...] = ()
    gone_statements: tuple[Said, ...] = ()
    turned_statements: tuple[Restated, ...] = ()  # another direction
    altered_statements: tuple[Restated, ...] = ()  # same direction; another context or standing
    conclusions: tuple[Turned, ...] = ()
    new_contradictions: tuple[Opposed, ...] = ()
    resolved_contradictions: tuple[Opposed, ...] = ()
    flow: tuple[Counted, ...] = ()  # every box of either edition, whether or not it changed
    made_otherwise: tuple[str, ...] = ()  # names of the manifest with another version or digest

    @property
    def empty(self) -> bool:
        """Whether a reader would find nothing changed; the manifest is not read by readers."""
        lists = (getattr(self, name) for name in _LISTS)
        return not any(lists) and all(row.before == row.after for row in self.flow)


_LISTS = (
    *("joined", "left", "decided", "screened", "new_statements", "gone_statements"),
    *("turned_statements", "altered_statements", "conclusions"),
    *("new_contradictions", "resolved_contradictions"),
)


def compare(before: Edition, after: Edition) -> Changes:
    """What differs from ``before`` to ``after``; the order of every list is fixed."""
    moved = tuple(_moved(before, after))
    joined = tuple(m for m in moved if m.after.outcome == INCLUDED != m.before.outcome)
    left = tuple(m for m in moved if m.before.outcome == INCLUDED != m.after.outcome)
    others = [m for m in moved if (m.before.outcome == INCLUDED) == (m.after.outcome == INCLUDED)]
    pairs, gone, new = _paired(before.statements, after.statements)
    was, now = _opposed(before), _opposed(after)
    return Changes(
        _head(before),
        _head(after),
        joined=joined,
        left=left,
        decided=tuple(m for m in others if UNSEEN not in (m.before.outcome, m.after.outcome)),
        screened=tuple(m for m in others if UNSEEN in (m.before.outcome, m.after.outcome)),
        new_statements=tuple(new),
        gone_statements=tuple(gone),
        turned_statements=tuple(pair for pair in pairs if _turned(pair)),
        altered_statements=tuple(pair for pair in pairs if not _turned(pair) and _altered(pair)),
        conclusions=tuple(_turns(before.conclusions, after.conclusions)),
        new_contradictions=tuple(now[factor] for factor in sorted(now.keys() - was.keys())),
        resolved_contradictions=tuple(was[factor] for factor in sorted(was.keys() - now.keys())),
        flow=tuple(_counted(before, after)),
        made_otherwise=_made_otherwise(before.manifest, after.manifest),
    )


def backwards(how: str) -> str:
    """How a change reads from its end to its beginning."""
    return _BACKWARDS.get(how, how)


def _head(edition: Edition) -> Head:
    return Head(edition.number, edition.day, len(edition.having(INCLUDED)))


def _moved(before: Edition, after: Edition) -> Iterator[Moved]:
    was, now = _fates(before), _fates(after)
    names = {study.pmid: study for study in (*before.studies, *after.studies)}
    for pmid in sorted(was.keys() | now.keys(), key=sort_key):
        fates = was.get(pmid, _UNSEEN), now.get(pmid, _UNSEEN)
        if (fates[0].outcome, fates[0].criterion) != (fates[1].outcome, fates[1].criterion):
            study = names.get(pmid, Named(pmid, "", "", ""))
            yield Moved(pmid, study.name, study.title, study.doi, *fates)


def _fates(edition: Edition) -> dict[str, Fate]:
    return {
        pmid: Fate(group.outcome, group.criterion, group.reason)
        for group in edition.records
        for pmid in group.pmids
    }


Pairs = list[tuple[Said, Said]]


def _paired(
    before: Iterable[Said], after: Iterable[Said]
) -> tuple[tuple[Restated, ...], list[Said], list[Said]]:
    """Statements that are the same one, those that are gone, and those that are new.

    They are the same by id, or else by study, factor and quote: an id holds the direction and the
    place in the text, so that a statement that is read otherwise, or whose text moved, goes by
    another. Those of one quote are paired first where they agree in direction as well.
    """
    pairs: Pairs = []
    old, new = ([s for s in edition if s.counts] for edition in (before, after))
    for key in (lambda s: s.id, lambda s: (*_words(s), s.direction), _words):
        matched, old, new = _matched(old, new, key)
        pairs += matched
    pairs.sort(key=lambda pair: min(map(_place, pair)))
    restated = tuple(Restated(*pair) for pair in pairs)
    return restated, sorted(old, key=_place), sorted(new, key=_place)


def _matched(
    old: Iterable[Said], new: Iterable[Said], key: Callable[[Said], Hashable]
) -> tuple[Pairs, list[Said], list[Said]]:
    """Pairs that share a key, in the order of their ids, and what is left of either."""
    groups: dict[Hashable, tuple[list[Said], list[Said]]] = defaultdict(lambda: ([], []))
    for side, statements in enumerate((old, new)):
        for one in sorted(statements, key=_place):
            groups[key(one)][side].append(one)
    return (
        [pair for group in groups.values() for pair in zip(*group, strict=False)],
        [one for olds, news in groups.values() for one in olds[len(news) :]],
        [one for olds, news in groups.values() for one in news[len(olds) :]],
    )


def _words(one: Said) -> tuple[str, str, str]:
    return one.pmid, one.factor, one.quote


def _place(one: Said) -> tuple[tuple[int, int, str], str]:
    return sort_key(one.pmid), one.id


def _turned(pair: Restated) -> bool:
    return pair.before.direction != pair.after.direction


def _altered(pair: Restated) -> bool:
    return _reading(pair.before) != _reading(pair.after)


def _reading(one: Said) -> tuple[str, ...]:
    return one.factor, one.condition, one.site, one.standing, one.quote


def _turns(before: Iterable[Conclusion], after: Iterable[Conclusion]) -> Iterator[Turned]:
    was, now = ({(c.kind, c.id): c for c in conclusions} for conclusions in (before, after))
    for key in sorted(was.keys() | now.keys()):
        if how := _how(was.get(key), now.get(key)):
            yield Turned(how, was.get(key), now.get(key))


def _how(was: Conclusion | None, now: Conclusion | None) -> str:
    """How the conclusion changed, "" if it did not; a reworded text is no change."""
    if was is None or now is None:
        return NEW if was is None else GONE
    if was.stands != now.stands:
        return REVERSED if _opposite(was, now) else OTHERWISE
    more = now.behind - was.behind, was.against - now.against
    if more == (0, 0):
        return REWEIGHED if was.unclear != now.unclear else ""
    if min(more) >= 0:
        return STRONGER
    return WEAKER if max(more) <= 0 else REWEIGHED


def _opposite(was: Conclusion, now: Conclusion) -> bool:
    """Whether it changed its sign; a factor has one of two sides, or none."""
    both = {was.stands, now.stands}
    return EVENLY not in both if was.kind == FACTOR else both == _SIGNS


def _opposed(edition: Edition) -> dict[tuple[str, str], Opposed]:
    return {(one.factor, one.kind): one for one in edition.contradictions}


def _counted(before: Edition, after: Edition) -> Iterator[Counted]:
    was, now = ({box.id: box for box in edition.flow} for edition in (before, after))
    for id_ in sorted(was.keys() | now.keys(), key=_level):
        boxes = was.get(id_), now.get(id_)
        label = next(box.label for box in reversed(boxes) if box)
        yield Counted(id_, label, *(box.number if box else None for box in boxes))


def _level(box: str) -> tuple[int, str]:
    return (_LEVELS.index(box) if box in _LEVELS else len(_LEVELS)), box


def _made_otherwise(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    names = sorted(before.keys() | after.keys())
    return tuple(name for name in names if before.get(name) != after.get(name))
