"""The pictures of a review: each module draws one."""

from __future__ import annotations

from perennial.render.picture import Picture
from perennial.render.pictures import evidence_map, site_grid, timeline
from perennial.render.pictures.canvas import inline
from perennial.render.review import Review

__all__ = ["inline", "pictures"]

# In the order in which the page shows them.
DRAWN = (evidence_map, timeline, site_grid)


def pictures(review: Review) -> tuple[Picture, ...]:
    """All pictures of ``review``; one without rows has nothing to draw, and says so."""
    return tuple(module.picture(review) for module in DRAWN)
