"""Something that takes long to make, made while people go on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock, Thread
from time import sleep
from typing import Generic, TypeVar

AGAIN = 5  # seconds that a failure stands: a build may have been at the files

Made = TypeVar("Made")


class Background(Generic[Made]):
    """The latest of its kind: what was made of former ingredients is let go."""

    def __init__(self) -> None:
        self._held: tuple[Hashable, Future[Made]] | None = None
        self._lock = Lock()

    def get(self, of: Hashable, make: Callable[[], Made]) -> Future[Made]:
        """What ``make`` gives, or raises, sooner or later.

        It is called once for each ``of``; after a failure again, if asked ``AGAIN`` seconds later.
        """
        with self._lock:
            if self._held is None or self._held[0] != of:
                future: Future[Made] = Future()
                self._held = of, future
                Thread(target=self._fulfil, args=(future, make), daemon=True).start()
            return self._held[1]

    def _fulfil(self, future: Future[Made], make: Callable[[], Made]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            future.set_exception(error)
            sleep(AGAIN)
            with self._lock:
                if self._held and self._held[1] is future:
                    self._held = None
