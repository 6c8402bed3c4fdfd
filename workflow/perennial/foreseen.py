"""Foreseen: how many requests asking a live source will take, without asking it.

Counted as the stages send them (search.py, complete.py, fetch.py): what faults, retries and
records that come and go meanwhile add to it, nobody can foresee.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from perennial.complete import CAP
from perennial.entrez.pace import SPACING, SPACING_WITH_KEY
from perennial.fetch import ARTICLES, BATCH


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Requests of a first run that finds so many records, and the seconds that NCBI's limit takes.

    ``articles`` of the records are read in full from PMC.
    """

    strategies: int
    named: int
    records: int
    articles: int

    @property
    def searching(self) -> int:
        """One to the database, one for each strategy and named record; and slices, if too large.

        Which strategy finds the records is not known: that one finds them all costs the most.
        """
        slices = ceil(self.records / CAP) if self.records > CAP else 0
        return 1 + self.strategies + self.named + slices

    @property
    def fetching(self) -> int:
        """Records come by the batch, and so do articles."""
        return ceil(self.records / BATCH) + ceil(self.articles / ARTICLES)

    @property
    def requests(self) -> int:
        """All of them."""
        return self.searching + self.fetching

    def seconds(self, key: bool) -> float:
        """At the pace that is kept, with an API key or without."""
        return self.requests * (SPACING_WITH_KEY if key else SPACING)


def scenarios(strategies: int, named: int, known: int | None) -> Iterator[Foreseen]:
    """For as many records as the source gave last time; if it never was asked, for some sizes.

    That one record in ten is read in full is a guess on the high side: screening keeps few, and
    PMC has some half of those.
    """
    for records in (known,) if known is not None else (1_000, 10_000, 100_000):
        yield Foreseen(strategies, named, records, ceil(records / 10))
