"""The small review is at hand in every test of decisions."""

from small_review import project

__all__ = ["project"]
