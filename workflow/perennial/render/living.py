"""How the review is kept alive, as those who make it state it; what is "" or empty is not stated.

The items are those that PRISMA-LSR asks a living review to report (Akl et al., BMJ
2024;387:e079183): parameters of the living mode, changes of method, people and their roles.
"""

from __future__ import annotations

from typing import NamedTuple


class Role(NamedTuple):
    """Who does what in the review."""

    name: str
    role: str


class Amendment(NamedTuple):
    """A change of method that the reviewers wrote down; ``date`` is an ISO 8601 day."""

    date: str
    what: str
    why: str


class Living(NamedTuple):
    """The living mode; numbers are days, 0 is not stated."""

    every: str = ""  # how often the source is asked: day | week | month | quarter
    overlap_days: int = 0
    full_every_days: int = 0
    watch: str = ""  # held records that each refresh reads again: included | all
    editions: str = ""  # when a new edition is published
    ends: str = ""  # when the review stops being living
    roles: tuple[Role, ...] = ()
    amendments: tuple[Amendment, ...] = ()


NOT_STATED = Living()
