"""Groups: which records are one work, and which of them stands for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from perennial.imports.ids import sort_key
from perennial.linking.card import Card
from perennial.linking.rules import (
    APART,
    MAYBE,
    PREPRINT,
    RULES,
    Rule,
    discord,
    judge,
    titles_differ,
)
from perennial.screened import DUPLICATE, Link

# More records than this under one title or page are a series or a column, not copies; without
# a bound, a column of ten thousand notes would be fifty million pairs.
CROWD = 40
_STRENGTH = {rule.name: number for number, rule in enumerate(RULES)}
_THROUGH = "through"

Pair = tuple[str, str]


def linked(cards: Sequence[Card], related: frozenset[Pair]) -> list[Link]:
    """Duplicates, preprints and maybes among ``cards``, whatever their order.

    ``related`` are pairs that the source itself relates (a retraction and its paper, two
    versions of a review): no rule of likeness is asked about them.
    """
    held = {card.id: card for card in cards}
    judged = {
        pair: rule
        for pair in _candidates(cards)
        if pair not in related and (rule := judge(held[pair[0]], held[pair[1]]))
    }
    stands, refused = _united(held, judged, related)
    links = [*_duplicates(stands, judged), *_preprints(held, stands, judged)]
    settled = {frozenset((stands[link.pmid], stands[link.other])) for link in links}
    return links + list(_maybes(stands, judged, refused, settled))


def _candidates(cards: Iterable[Card]) -> list[Pair]:
    """Pairs that share anything a rule could use, each once, in an order of their own."""
    shelves: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for card in cards:
        for key in set(_keys(card)):
            shelves[key].append(card.id)
    pairs = {
        pair
        for key, ids in shelves.items()
        if len(ids) <= CROWD or key[0] in ("doi", "pmcid", "pmid")
        for pair in _near(key, sorted(ids, key=sort_key))
    }
    return sorted(pairs, key=_in_order)


def _near(key: tuple[object, ...], ids: list[str]) -> Iterable[Pair]:
    """All pairs of a shelf; of a crowd under one identifier, each with the first only."""
    if len(ids) <= CROWD:
        return combinations(ids, 2)
    return ((ids[0], other) for other in ids[1:])


def _keys(card: Card) -> Iterator[tuple[object, ...]]:
    if card.doi:
        yield ("doi", card.doi)
    if card.pmcid:
        yield ("pmcid", card.pmcid)
    yield ("pmid", card.id)
    if card.given:
        yield ("pmid", card.given)
    if card.telling:
        yield ("title", card.title)
        opening = tuple(card.title.split()[:3])
        yield ("opening", card.first, *opening)
        yield ("ending", card.first, *card.title.split()[-3:])
        yield ("authors", card.first, card.last)
    if card.page and card.year:
        yield from (("page", card.page, card.volume, year) for year in (card.year, card.year + 1))


def _in_order(pair: Pair) -> tuple[object, object]:
    return sort_key(pair[0]), sort_key(pair[1])


def _united(
    held: Mapping[str, Card], judged: Mapping[Pair, Rule], related: frozenset[Pair]
) -> tuple[dict[str, str], set[Pair]]:
    """Who stands for each record, and the duplicate pairs that would have joined strangers.

    The strongest rule joins first. Two groups are joined only if no member of the one is told
    apart from a member of the other, by a rule or by the source.
    """
    groups: dict[str, tuple[str, ...]] = {id_: (id_,) for id_ in held}
    refused: set[Pair] = set()
    same = [pair for pair, rule in judged.items() if rule.says == DUPLICATE]

    def strength(pair: Pair) -> tuple[object, ...]:
        return _STRENGTH[judged[pair].name], discord(held[pair[0]], held[pair[1]]), _in_order(pair)

    for pair in sorted(same, key=strength):
        left, right = groups[pair[0]], groups[pair[1]]
        if left is right:
            continue
        if any(_strangers(held, x, y, related) for x in left for y in right):
            refused.add(pair)
            continue
        joined = (*left, *right)
        groups.update(dict.fromkeys(joined, joined))
    return {id_: min(group, key=sort_key) for id_, group in groups.items()}, refused


def _strangers(held: Mapping[str, Card], x: str, y: str, related: frozenset[Pair]) -> bool:
    """Told apart by a rule or by the source, or with other titles."""
    pair = (x, y) if sort_key(x) < sort_key(y) else (y, x)
    if pair in related or titles_differ(held[x], held[y]):
        return True
    rule = judge(held[x], held[y])
    return rule is not None and rule.says in (APART, PREPRINT, MAYBE)


def _duplicates(stands: Mapping[str, str], judged: Mapping[Pair, Rule]) -> Iterator[Link]:
    for copy in sorted(stands, key=sort_key):
        first = stands[copy]
        if copy != first:
            yield Link(copy, DUPLICATE, first, _known_by(copy, first, stands, judged))


def _known_by(copy: str, first: str, stands: Mapping[str, str], judged: Mapping[Pair, Rule]) -> str:
    """The rule between the two, or the strongest one that ties ``copy`` into the group."""
    if direct := judged.get((first, copy)):
        return direct.name
    ties = [
        (_STRENGTH[rule.name], sort_key(other), f"{rule.name}, {_THROUGH} {other}")
        for (a, b), rule in judged.items()
        if rule.says == DUPLICATE
        and copy in (a, b)
        and stands[other := b if a == copy else a] == first
    ]
    return min(ties)[2]


def _preprints(
    held: Mapping[str, Card], stands: Mapping[str, str], judged: Mapping[Pair, Rule]
) -> Iterator[Link]:
    """A preprint and its article. With two articles to choose from, a human chooses."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (a, b), rule in judged.items():
        if rule.says == PREPRINT:
            preprint, article = (a, b) if held[a].preprint else (b, a)
            found[stands[preprint]].setdefault(stands[article], rule.name)
    for preprint, articles in sorted(found.items(), key=lambda item: sort_key(item[0])):
        for article, name in articles.items():
            kind = PREPRINT if len(articles) == 1 else MAYBE
            yield Link(preprint, kind, article, name)


def _maybes(
    stands: Mapping[str, str],
    judged: Mapping[Pair, Rule],
    refused: set[Pair],
    settled: set[frozenset[str]],
) -> Iterator[Link]:
    """Each pair of groups once, by the strongest reason to look."""
    asked: dict[Pair, str] = {}
    open_ = [pair for pair, rule in judged.items() if rule.says == MAYBE or pair in refused]
    for pair in sorted(open_, key=lambda pair: (_STRENGTH[judged[pair].name], _in_order(pair))):
        older, newer = sorted((stands[pair[0]], stands[pair[1]]), key=sort_key)
        if older != newer and frozenset((older, newer)) not in settled:
            asked.setdefault((older, newer), judged[pair].name)
    for (older, newer), name in sorted(asked.items(), key=lambda item: _in_order(item[0])):
        yield Link(newer, MAYBE, older, name)
