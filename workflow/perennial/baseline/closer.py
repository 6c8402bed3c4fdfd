"""A closer look at one record: all the words and years that a search needs, from its bytes."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Iterator

from perennial.baseline.needs import Leaf, Need, Word, Year, leaves, satisfiable
from perennial.baseline.patterns import Patterns
from perennial.baseline.spelled import INLINE
from perennial.pubmed.dates import YEAR
from perennial.query.words import fold
from perennial.text import clean

# Elements that hold one field of a record, or none, and nothing else that a query is asked of.
_APART = (
    ("authors", b"<AuthorList", b"</AuthorList>"),
    ("vernacular_title", b"<VernacularTitle", b"</VernacularTitle>"),
    ("", b"<OtherAbstract", b"</OtherAbstract>"),
    ("", b"<ReferenceList", b"</ReferenceList>"),
)
# By NLM's DTD the first of its kind in an article; what is not so plain may be of any year, and
# so may a book, which has several dates.
_PUBLISHED = re.compile(
    rb"<PubDate>((?:\s|</?(?:Year|MedlineDate|Season|Month|Day)>|[!%-;=?-~])*)</PubDate>"
)
_BOOK = b"<PubmedBookArticle"
_YEAR = re.compile(YEAR.pattern.encode())  # what the parser takes for one, in bytes
_MARKUP = re.compile(INLINE)
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")


class CloserLook:
    """Whether single records may meet ``need``, whose words are sought in ``fields``."""

    def __init__(self, need: Need, fields: Container[str]) -> None:
        self.words = sorted(leaf for leaf in leaves(need) if isinstance(leaf, Word))
        self._years = sorted(leaf for leaf in leaves(need) if isinstance(leaf, Year))
        each: list[Leaf] = [*self.words, *self._years]
        self.bit = {leaf: 1 << at for at, leaf in enumerate(each)}
        self._suffices = satisfiable(need, self.bit)
        # Identifiers apart: where one stands, the record is read in any case, unless it is hidden.
        self._every = sum(self.bit[word] for word in self.words if not word.written)
        letters = [(word.letters.encode(), at) for at, word in enumerate(self.words)]
        self._patterns = Patterns(letters, once=True)
        self._open: dict[int, bool] = {}  # by the bits of years: whether any words would do
        self._apart = [(begin, end) for field, begin, end in _APART if field not in fields]

    def held(self, text: bytes) -> int:
        """The bits of the words that stand in ``text`` as it is."""
        return self._patterns.present(text)

    def may(self, record: bytes, places: Iterable[int], hides: bool) -> bool:
        """Whether ``record`` may meet the need, if something that is sought ends at ``places``.

        ``hides`` if one of these may be any word, an identifier too.
        """
        years = self._published(record)
        if years not in self._open:
            self._open[years] = self._suffices(self._every | years)
        if not self._open[years] and not hides:
            return False
        apart: list[tuple[int, int]] = []
        for begin, end in self._apart:
            spans = list(_spans(record, begin, end))
            places = [at for at in places if not any(start < at <= stop for start, stop in spans)]
            if not places:
                return False
            apart += spans
        for start, stop in sorted(apart, reverse=True):
            record = record[:start] + record[stop:]
        return self._suffices(self.held(_words_of(record)) | years)

    def _published(self, record: bytes) -> int:
        """The bits of the spans of years that the record may be of: all, if it is not clear."""
        if not self._years:
            return 0
        found = None if record.lstrip().startswith(_BOOK) else _PUBLISHED.search(record)
        told = [int(year) for year in _YEAR.findall(found[1])] if found else []
        return sum(
            self.bit[span]
            for span in self._years
            if not told or any(span.first <= year <= span.last for year in told)
        )


def _spans(record: bytes, begin: bytes, end: bytes) -> Iterator[tuple[int, int]]:
    """Where an element stands in the record, each time."""
    start = record.find(begin)
    while start >= 0:
        opened = record.find(b">", start)
        empty = record[opened - 1 : opened] == b"/"
        close = opened if empty else record.find(end, start)
        if close < 0:
            return
        yield start, close
        start = record.find(begin, close)


def _words_of(record: bytes) -> bytes:
    """The record's letters as queries fold them; markup that cuts no word is gone."""
    text = _MARKUP.sub(b"", record)
    mended = b"&#" in text or b"\x7f" in text or _CONTROL.search(text)
    if text.isascii() and not mended:
        return text
    read = text.decode("utf-8", "replace")
    return fold(clean(html.unescape(read)) if mended else read).text.encode()
