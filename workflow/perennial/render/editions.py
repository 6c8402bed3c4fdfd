"""The editions of the review, beside one another, and the state shown against the last of them."""

from __future__ import annotations

from typing import NamedTuple

from perennial.editions.compare import Changes, compare
from perennial.editions.edition import Edition
from perennial.editions.shelf import same_state
from perennial.render.review import Review
from perennial.render.state import state
from perennial.render.wording import anchor


class Row(NamedTuple):
    """An edition, or the state shown, and what changed since the edition before."""

    edition: Edition
    changes: Changes | None  # None for the first
    shown: bool  # whether it is the state that this page shows
    unnumbered: bool  # whether it is later than the edition whose number it still has

    @property
    def anchor(self) -> str:
        """The name by which a link leads to it."""
        return anchor("edition", f"{self.edition.number}{'-now' if self.unnumbered else ''}")


def editions(review: Review) -> tuple[Row, ...]:
    """The published editions and the state shown, the newest first.

    The state shown is the first row: as the last edition, if that holds just this state, or on
    its own. A page tells the same of its own edition before it is published as after, but for
    the note.
    """
    now, published = state(review), review.editions
    kept = bool(published) and same_state(published[-1], now)
    states = published if kept else (*published, now)
    numbers = {edition.number for edition in published}
    rows = [
        Row(one, compare(was, one) if was else None, one is states[-1], False)
        for was, one in zip((None, *states), states, strict=False)
    ]
    rows[-1] = rows[-1]._replace(unnumbered=not kept and now.number in numbers)
    return tuple(reversed(rows))
