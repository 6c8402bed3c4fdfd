"""What a reviewer says of a statement, and what became of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from perennial.decisions.agreement import Agreement

CONFIRM, CORRECT, REJECT, ADD = ACTIONS = ("confirm", "correct", "reject", "add")
VALUES = ("factor", "direction", "condition", "site", "model", "species", "standing")
CONTEXT = ("condition", "site", "model", "species")  # of the values those that may be left open
STANDINGS = ("result", "background", "hypothesis", "combination")
EMPTIED = "-"  # in a cell of CONTEXT: the statement names none

# What becomes of a correction.
APPLIED, MOVED, STALE, LOST = "applied", "moved", "stale", "lost"
CONFLICT, SUPERSEDED = "conflict", "superseded"

# What becomes of a statement.
CONFIRMED, CORRECTED, ADDED, REJECTED = "confirmed", "corrected", "added", "rejected"


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of ``corrections.tsv``, its fields but the last in the order of the columns.

    In a ``correct`` a filled cell replaces, an empty one keeps, ``-`` empties. In a ``confirm`` or
    ``reject``, ``factor`` and ``direction`` say what was judged. ``start`` and ``end`` are offsets
    into the passage, in digits; ``text`` is the beginning of its ``sha256`` as it was read.
    """

    id: str  # of the statement; "" to add one
    action: str  # confirm | correct | reject | add
    pmid: str
    section: str
    start: str
    end: str
    quote: str
    factor: str
    direction: str
    condition: str
    site: str
    model: str
    species: str
    standing: str
    reviewer: str
    date: str
    note: str
    text: str
    line: int = dataclasses.field(default=0, compare=False)  # of the file, from 1

    @property
    def span(self) -> tuple[int, int] | None:
        """The offsets, None where the row gives none."""
        return (int(self.start), int(self.end)) if self.start and self.end else None


COLUMNS = tuple(field.name for field in dataclasses.fields(Correction) if field.name != "line")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row; address and quote are those of the statement, else of the row."""

    line: int
    action: str
    reviewer: str
    date: str
    note: str
    became: str  # applied | moved | stale | lost | conflict | superseded
    reason: str
    id: str  # as the row has it
    statement: str  # the id that the statement has now, "" if none was found
    pmid: str
    section: str
    start: int
    end: int
    quote: str
    was: str  # "factor F; direction D; ..." as it was drawn


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that the stage tells (results/5_evidence/corrections.json).

    ``counts`` are of statements for ``confirmed``, ``corrected``, ``rejected``, ``added`` and
    ``conflicts``, and of rows for ``moved``, ``stale``, ``lost`` and ``superseded``. ``agreement``
    is on whether a statement stands as it was drawn (include) or not (exclude, by ``reject`` or
    ``correct``); its "records" are statements.
    """

    outcomes: tuple[Outcome, ...]
    counts: Mapping[str, int]
    agreement: Agreement
