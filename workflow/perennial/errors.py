"""The one kind of error a user sees: what is wrong, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where in a user's file something stands; lines and columns count from 1, 0 is unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        known = [self.file] if self.file else []
        known += [str(n) for n in (self.line, self.column) if n]
        return ":".join(known)


class InputError(Exception):
    """Something given to Perennial is wrong and can be mended by whoever gave it.

    ``message`` says what is wrong in one sentence, ``place`` where, and ``hint``
    what to write instead. The command line prints it and exits with status 2.
    """

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        self.message, self.place, self.hint = message, place or Place(), hint
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class SourceError(InputError):
    """A server gave no answer, or one that cannot be trusted. Nothing of it was kept."""


class LedgerError(InputError):
    """The review's own numbers contradict each other; the build must not go on."""
