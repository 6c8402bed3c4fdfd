"""Link: what belongs together is linked, what is in doubt is marked; nothing is removed.

How two records are judged stands in ``linking/rules.py``, a list to be read from top to bottom;
what the source itself says of them in ``linking/notices.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from perennial.imports.ids import sort_key
from perennial.linking.card import card
from perennial.linking.groups import Pair, linked
from perennial.linking.notices import Shelf, relations, standing
from perennial.record import Record
from perennial.screened import DUPLICATE, Integrity, Link


def link(records: Sequence[Record]) -> tuple[list[Link], list[Integrity]]:
    """Links and notices among ``records``; their order does not matter.

    A group of duplicates is represented by its PubMed record, the one with the smallest PMID;
    where it has none, by the smallest id. Only ``duplicate of`` is acted upon by later stages;
    ``maybe duplicate of`` is a list for a human.
    """
    ordered = sorted(records, key=lambda record: sort_key(record.pmid))
    cards = {record.pmid: card(record) for record in ordered}
    likeness = linked(list(cards.values()), _related(ordered))
    copies = {link.pmid: link.other for link in likeness if link.kind == DUPLICATE}
    shelf = Shelf(ordered, cards, copies)
    told = relations(shelf)
    known = {(link.pmid, link.kind, link.other) for link in told}
    own = [link for link in likeness if (link.pmid, link.kind, link.other) not in known]
    return [*own, *told], standing(shelf)


def _related(records: Iterable[Record]) -> frozenset[Pair]:
    """Pairs that PubMed itself relates: they are not one work, however alike."""
    return frozenset(
        (record.pmid, notice.pmid)
        if sort_key(record.pmid) < sort_key(notice.pmid)
        else (notice.pmid, record.pmid)
        for record in records
        for notice in record.notices
        if notice.pmid
    )
