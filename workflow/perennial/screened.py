"""What linking and screening say of a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TITLE_ABSTRACT, FULL_TEXT = "title/abstract", "full text"  # the stages of screening


# Links of records that are not screened: a copy of another one, and a notice about another one,
# which repeats its title but is no study.
NOTICES = ("retraction of", "partial retraction of", "erratum of", "concern about")
DUPLICATE = "duplicate of"


@dataclass(frozen=True, slots=True)
class Link:
    """``pmid`` stands in relation ``kind`` to ``other``; neither is ever removed.

    Copies and notices are not screened; other kinds (``maybe duplicate of``, ``preprint of`` …)
    are only shown. ``rule`` says how it is known.
    """

    pmid: str
    kind: str
    other: str
    rule: str


def unscreened(links: Iterable[Link]) -> set[str]:
    """The records that are not screened for what they are: copies, and notices about others."""
    return {link.pmid for link in links if link.kind in (DUPLICATE, *NOTICES)}


@dataclass(frozen=True, slots=True)
class Integrity:
    """A notice that bears on a record."""

    pmid: str
    kind: str  # retracted | concern | editor's note | corrected | republished
    notice_pmid: str
    citation: str


@dataclass(frozen=True, slots=True)
class Match:
    """Words that satisfied a criterion: ``record.<field>[start:end] == text``."""

    criterion: str
    field: str  # title | abstract | ... as in perennial.query
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Screened:
    """The outcome of one record: the first criterion that settled it and the words that did."""

    pmid: str
    outcome: str  # include | exclude | human
    criterion: str  # id of the criterion that settled it, "" for an inclusion by rule
    reason: str
    decided_by: str  # "rule", or the reviewer's name from config/decisions.tsv
    tags: tuple[str, ...]
    matched: tuple[Match, ...]
    # Excluded for a notice alone, such as a retraction: without it, the study would be included.
    set_aside: bool = False
    stage: str = TITLE_ABSTRACT  # or FULL_TEXT: where it was settled

    @property
    def read(self) -> bool:
        """Whether its text is read: of what is included, and of what is set aside."""
        return self.outcome == "include" or self.set_aside
