"""Extractors: what may draw statements from passages, chosen by name in the configuration.

An extractor is a function. One is built in; any installed package may offer more as entry
points of the group ``perennial.extractors``, in its ``pyproject.toml``::

    [project.entry-points."perennial.extractors"]
    by-model = "some_package:draw"

Whichever is chosen, what it says must pass the gate (``extract.gate``).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast

from perennial.errors import InputError
from perennial.extract import statements
from perennial.extract.statements import Drawn
from perennial.extract.vocabulary import Vocabulary
from perennial.passage import Passage

GROUP = "perennial.extractors"
PATTERNS = "patterns"


class Extractor(Protocol):
    """Draws the statements of one study from its ``passages``, in the order of the text."""

    def __call__(
        self,
        passages: Sequence[Passage],
        vocabulary: Vocabulary,
        *,
        title: str,
        publication_types: Sequence[str],
    ) -> Drawn:
        """``Drawn.unread`` tells what was passed over, so that silence is not taken for absence."""
        ...


def extractor(name: str) -> Extractor:
    """The extractor called ``name``.

    Raises ``InputError`` where none is, where two packages claim the name, or where the one
    that has it cannot be loaded.
    """
    offered = list(entry_points(group=GROUP))
    claims = [point for point in offered if point.name == name]
    if name == PATTERNS and not claims:
        return statements.draw
    if not claims:
        known = sorted({PATTERNS, *(point.name for point in offered)})
        hint = f"known: {', '.join(known)}; a package offers one as an entry point of {GROUP}"
        raise InputError(f"extractor: there is none called {name!r}", hint=hint)
    if len(claims) > 1 or name == PATTERNS:
        packages = ", ".join(sorted(point.value for point in claims))
        raise InputError(f"extractor: {name!r} is claimed more than once, by {packages}")
    return _loaded(claims[0])


def _loaded(point: EntryPoint) -> Extractor:
    try:
        return cast(Extractor, point.load())
    except (ImportError, AttributeError) as fault:
        raise InputError(
            f"extractor: {point.name!r} cannot be loaded from {point.value}: {fault}",
            hint="install or mend the package that offers it",
        ) from fault
