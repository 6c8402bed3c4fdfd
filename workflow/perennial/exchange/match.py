"""Match: which record of the review a reference of another file is. Nothing is guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from perennial.exchange.told import Told
from perennial.linking.card import Card, card
from perennial.linking.rules import titles_differ
from perennial.record import Author, Record
from perennial.screened import DUPLICATE, Link

Shelf = dict[str, list[str]]


class Held:
    """The records of the review on shelves by identifier and by title, author and year."""

    def __init__(self, records: Sequence[Record], links: Iterable[Link] = ()) -> None:
        self.cards = {record.pmid: card(record) for record in records}
        self.stands = {link.pmid: link.other for link in links if link.kind == DUPLICATE}
        self.dois = _shelf(self.cards.values(), lambda c: c.doi)
        self.titles = _shelf(self.cards.values(), lambda c: c.title)

    def find(self, told: Told) -> tuple[str, str]:
        """The id of the record that ``told`` is, or "" and why it is none.

        By id or PMID, else by DOI, else by title with year and first author as far as both name
        them. An identifier whose record has another title is doubted. A duplicate's decision goes
        to the record that stands for it, which is the one that is screened.
        """
        seen = _card(told)
        for by, ids in self._candidates(told, seen):
            stand = list(dict.fromkeys(self.stands.get(id_, id_) for id_ in ids))
            if len(stand) > 1:
                return "", f"the same {by} as {len(stand)} records: {', '.join(stand[:5])}"
            if stand and by != "title" and all(titles_differ(seen, self.cards[i]) for i in ids):
                return "", f"the same {by} as {stand[0]}, but another title"
            if stand:
                return stand[0], ""
        return "", "not among the records"

    def _candidates(self, told: Told, seen: Card) -> list[tuple[str, list[str]]]:
        named = [id_ for id_ in dict.fromkeys((told.id, told.pmid)) if id_ in self.cards]
        likely = [id_ for id_ in self.titles[seen.title] if _agree(seen, self.cards[id_])]
        titled = seen.title and (seen.telling or (seen.first and seen.year))
        return [
            ("number", named),
            ("DOI", self.dois[seen.doi] if seen.doi else []),
            ("title", likely if titled else []),
        ]


def _shelf(cards: Iterable[Card], key: Callable[[Card], str]) -> Shelf:
    shelf: Shelf = defaultdict(list)
    for one in cards:
        shelf[key(one)].append(one.id)
    return shelf


def _card(told: Told) -> Card:
    author = (Author(collective=told.first),) if told.first else ()
    record = Record(told.pmid, doi=told.doi, title=told.title, authors=author, year=told.year)
    return card(record)


def _agree(a: Card, b: Card) -> bool:
    """No year or first author that both name differs; printing may take a year."""
    years = not (a.year and b.year) or abs(a.year - b.year) <= 1
    return years and (not (a.first and b.first) or a.first == b.first)
