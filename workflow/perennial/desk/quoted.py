"""The text of a passage with the quotes of its statements marked in place.

What is shown has a sign for every code point of the text, so that places on the page can be
counted back to offsets; nothing but the text stands between the marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

from perennial.extract import sentences
from perennial.printable import printable

_MARK = Markup('<mark class="{}" data-of="{}"{}>{}</mark>')
_ENDS = Markup(' data-ends="{}"')


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a statement's quote stands in a passage: code points ``start`` to ``end``."""

    id: str
    number: int  # of the statement on the page
    start: int
    end: int


def quoted(text: str, quotes: Iterable[Quote], now: str = "") -> Markup:
    """``text`` as markup, cut wherever a quote starts or ends.

    Each piece names the statements that quote it (``data-of``) and the numbers of those whose
    quote it ends (``data-ends``); those of the statement ``now`` have the class ``now``.
    """
    inside = [quote for quote in quotes if 0 <= quote.start < quote.end <= len(text)]
    return Markup("").join(_pieces(printable(text), inside, now))


def _pieces(text: str, quotes: Sequence[Quote], now: str) -> Iterator[Markup]:
    ends = {at for quote in quotes for at in (quote.start, quote.end)}
    cuts = sorted({0, len(text), *ends})
    for start, end in pairwise(cuts):
        over = [quote for quote in quotes if quote.start <= start and end <= quote.end]
        yield _piece(text[start:end], over, end, now)


def _piece(text: str, over: Sequence[Quote], end: int, now: str) -> Markup:
    if not over:
        return Markup("{}").format(text)
    style = "quoted now" if any(quote.id == now for quote in over) else "quoted"
    numbers = " ".join(str(quote.number) for quote in over if quote.end == end)
    told = _ENDS.format(numbers) if numbers else Markup("")
    return _MARK.format(style, " ".join(quote.id for quote in over), told, text)


@lru_cache(maxsize=2048)
def sentence_ends(text: str) -> str:
    """The offsets of the sentences of a text, as the page carries them: ``0-23 24-51``."""
    return " ".join(f"{start}-{end}" for start, end in sentences.spans(text))
