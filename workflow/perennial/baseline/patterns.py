"""Many patterns sought in bytes at once (hyperscan, or its fork vectorscan)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import hyperscan

_FLAGS = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL


class Patterns:
    """Regular expressions over bytes, without case; each has a number, and some may share one.

    If ``once``, each is told of once in a text.
    """

    def __init__(self, patterns: Sequence[tuple[bytes, int]], once: bool = False) -> None:
        self._database: Any = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._empty = not patterns
        if patterns:
            flags = _FLAGS | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
            self._database.compile(
                expressions=[pattern for pattern, _ in patterns],
                ids=[number for _, number in patterns],
                elements=len(patterns),
                flags=[flags] * len(patterns),
            )

    def scan(self, text: bytes, note: Callable[[int, int, int, int, object], None]) -> None:
        """Call ``note`` (number, _, end, _, _) for every match, one pattern's in their order."""
        if not self._empty:
            self._database.scan(text, match_event_handler=note)

    def present(self, text: bytes) -> int:
        """The numbers of those met, as bits."""
        seen: set[int] = set()
        self.scan(text, lambda number, *_: seen.add(number))
        return sum(1 << number for number in seen)
