"""What is wrong with a query, and where in its text."""

from __future__ import annotations

from perennial.errors import InputError, Place


class QueryError(InputError):
    """A query that cannot be read, or cannot be answered from records alone.

    ``start`` and ``end`` are offsets into the query's text (code points, from 0);
    ``block`` names the block whose text is meant, ``""`` for a query without a name.
    """

    def __init__(
        self,
        message: str,
        start: int = 0,
        end: int = 0,
        *,
        hint: str = "",
        block: str = "",
        place: Place | None = None,
    ) -> None:
        self.start, self.end, self.block = start, end, block
        super().__init__(message, place, hint)

    def __str__(self) -> str:
        """Name the block before the message, as a reader of many blocks needs it."""
        return f"#{self.block}: {super().__str__()}" if self.block else super().__str__()

    def within(self, block: str) -> QueryError:
        """The same error, said of ``block``."""
        return QueryError(
            self.message, self.start, self.end, hint=self.hint, block=block, place=self.place
        )
