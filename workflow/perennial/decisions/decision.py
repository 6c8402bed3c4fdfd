"""What people say of a record, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = ("include", "exclude", "human")
WITHDRAWN = "withdrawn"  # no answer: it takes the last one of its reviewer back
STAGES = ("title/abstract", "full text")
ADJUDICATOR = "adjudicator"
ROLES = ("", ADJUDICATOR)

DECIDED = "decided"
AWAITS = "awaits another reviewer"
CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of ``decisions.tsv``, its fields in the order of the columns.

    ``human`` is a reviewer's "unsure", ``withdrawn`` takes back what they said last. ``under`` is
    ``<criterion id>:<criterion_hash>`` of the criterion that the decision was made on, ``text`` the
    ``text_hash`` of what was read; either is "" if it was not noted. ``date`` is an ISO day or "".
    """

    pmid: str
    stage: str  # title/abstract | full text
    outcome: str  # include | exclude | human | withdrawn
    criterion: str  # needed for an exclusion
    reviewer: str
    role: str  # "" | adjudicator
    date: str
    under: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rows on one record at one stage come to.

    ``state`` is ``decided``, ``awaits another reviewer`` or ``conflict``; ``outcome`` is
    ``human`` in the last two. ``reviewer`` names everybody whose row counts, with "; " between.
    ``stale``: such a row was written on another text or under a criterion that has changed since.
    """

    pmid: str
    stage: str
    outcome: str  # include | exclude | human
    criterion: str
    reviewer: str
    date: str
    note: str
    state: str
    stale: bool
    sent_back: bool = False  # somebody was unsure, or the reason has left the protocol
