"""Rendering: a review becomes the files that people read."""

from perennial.render.files import render
from perennial.render.review import Criterion, Direction, Mechanism, Review, check

__all__ = ["Criterion", "Direction", "Mechanism", "Review", "check", "render"]
