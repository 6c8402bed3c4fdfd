"""Which of the texts that an open page has sent is its newest: the others need no answer."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

PAGES = 64  # open pages that are told apart; more than a person has


class Newest:
    """The highest number that each page has given to what it asked."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def note(self, page: str, serial: int) -> None:
        """A page has asked with this number."""
        with self._lock:
            self._known[page] = max(serial, self._known.pop(page, serial))
            while len(self._known) > PAGES:
                self._known.popitem(last=False)

    def is_newest(self, page: str, serial: int) -> bool:
        """Whether the page has asked nothing since."""
        with self._lock:
            return self._known.get(page, serial) <= serial
