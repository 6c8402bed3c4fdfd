"""One made-up record after the other: what is in it and how often, drawn by chance."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import layout
from tricks import tricked
from vocabulary import Rates, Vocabulary, ended

Oddities = Literal["real", "adversarial", "strange", "none"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SECTIONS = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
_LANGUAGES = ("fre", "ger", "rus", "jpn", "chi", "spa", "ita", "pol")
_BANKS = ("ClinicalTrials.gov", "GENBANK", "GEO", "PDB", "figshare")
_QUALIFIERS = (
    ("Q000378", "metabolism"), ("Q000235", "genetics"), ("Q000188", "drug therapy"),
    ("Q000473", "pathology"), ("Q000502", "physiology"), ("Q000628", "therapy"),
)  # fmt: skip
_NOTICES = {
    "CommentIn": 40, "CommentOn": 30, "ErratumIn": 15, "ErratumFor": 4, "UpdateIn": 3,
    "RetractionIn": 3, "RetractionOf": 2, "ExpressionOfConcernIn": 1,
    "CorrectedandRepublishedIn": 1,
}  # fmt: skip
_TYPES = {
    "Journal Article": 1.0, "Review": 0.1, "Research Support, Non-U.S. Gov't": 0.25,
    "Case Reports": 0.05, "Clinical Trial": 0.03, "Randomized Controlled Trial": 0.02,
    "Letter": 0.03, "Comment": 0.02, "Retracted Publication": 0.001, "Retraction Notice": 0.0005,
}  # fmt: skip
_MATH = (
    '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup><mml:mi>{}</mml:mi>'
    "<mml:mn>{}</mml:mn></mml:msup></mml:math>"
)
_SENTENCE = 21  # words

# An oddity of running text: the share of abstracts that have it, the most of it in one of them,
# and how it is made of a word and a number.
_ODD: tuple[tuple[float, int, Callable[[str, int], str]], ...] = (
    (0.10, 8, lambda word, _: f"<i>{word}</i>"),
    (0.03, 3, lambda word, _: f"<b>{word}</b>"),
    (0.003, 2, lambda word, _: f"<u>{word}</u>"),
    (0.05, 6, lambda word, n: f"{word[:3]}<sub>{n}</sub>"),
    (0.07, 6, lambda _, n: f"{n}<sup>-{n % 9}</sup>"),
    (0.004, 2, lambda word, n: f"<i>{word} <b>n<sub>{n}</sub></b></i>"),
    (0.003, 3, lambda word, n: _MATH.format(word[0], n)),
    (0.09, 5, lambda _, n: f"(p &lt; 0.0{n})"),
    (0.05, 3, lambda _, n: f"&gt; {n}"),
    (0.04, 2, lambda word, _: f"{word} &amp; {word}"),
    (0.003, 2, lambda word, n: f"{word}&#xa0;{n}&#8201;%"),
    (0.05, 4, lambda word, n: f"{word[:3].upper()}-β{n}"),
    (0.05, 4, lambda _, n: f"{n}\u2009μM"),
    (0.12, 6, lambda _, n: f"{n} ± {n % 7}"),
    (0.10, 4, lambda word, _: f"“{word}”"),
    (0.08, 3, lambda word, _: f"{word}\u2013{word}"),
    (0.06, 3, lambda word, _: f"{word}é{word[:2]}"),
    (0.002, 2, lambda word, _: f"{word}\u0096{word[:2]}"),
    (0.003, 2, lambda word, _: f"{word}\n{word}"),
    (0.60, 8, lambda _, n: f"{n}.{n % 10}%"),
    (0.50, 5, lambda word, n: f"{word[:4].upper()}{n}"),
    (0.30, 3, lambda word, n: f"({word}, n = {n})"),
)


@dataclass(frozen=True)
class Writer:
    """Writes records by chance; ``phrases`` are those that adversarial texts spell by tricks."""

    vocabulary: Vocabulary
    chance: random.Random
    oddities: Oddities
    rates: Rates
    phrases: Sequence[str]
    number: int

    def article(self, pmid: int) -> str:
        """A ``PubmedArticle``."""
        year, indexed = self._year(), self.chance.random() < 0.8
        body = (
            self._dates(year, indexed), self._article(pmid, year), layout.JOURNAL,
            self._chemicals(indexed), self._notices(), self._headings(indexed),
            self._other(), self._keywords(year),
        )  # fmt: skip
        other = self.chance.choice(("PubMed-not-MEDLINE", "Publisher"))
        return layout.RECORD.format(
            status="MEDLINE" if indexed else other,
            version=2 if self._odd(0.001) else 1,
            pmid=pmid,
            body="".join(body),
            history=self._history(year),
            ids=self._ids(pmid, year),
            references=self._references(year),
        )

    def book(self, pmid: int) -> str:
        """A ``PubmedBookArticle``: a chapter of a book."""
        title, abstract = self._text(9), self._text(200, True)
        return layout.BOOK.format(pmid=pmid, year=self._year(), title=title, abstract=abstract)

    # How often

    def _odd(self, share: float) -> bool:
        return self.oddities != "none" and self.chance.random() < share

    @property
    def _adversarial(self) -> bool:
        return self.oddities in ("adversarial", "strange")

    def _year(self) -> int:
        if self.chance.random() < 0.3:
            return self.chance.randint(1966, 1989)
        return int(self.chance.triangular(1990, 2026, 2022))

    # Text

    def _text(self, count: int, asked: bool = False) -> str:
        """``count`` words in sentences, with oddities and, if ``asked``, the subject's words."""
        words = self.vocabulary.running(count, self.chance)
        for at in range(0, count, _SENTENCE):
            words[at] = words[at].capitalize()
            words[min(at + _SENTENCE, count) - 1] += "."
        if asked and self.oddities != "none":
            self._strew(words)
        for phrase in self._asked() if asked else self._tricked(2):
            words.insert(self.chance.randrange(len(words) + 1), phrase)
        return " ".join(words)

    def _strew(self, words: list[str]) -> None:
        """Make some of ``words`` odd."""
        chance = self.chance
        for share, most, made in _ODD:
            if chance.random() < share:
                for _ in range(chance.randint(1, most)):
                    at = chance.randrange(len(words))
                    if words[at].isalpha():
                        words[at] = made(words[at], chance.randint(1, 60))

    def _asked(self) -> list[str]:
        """The subject's words of one text, each once to three times."""
        chance = self.chance
        if self._adversarial:
            return self._tricked(12)
        found = [word for word, rate in self.rates.words.items() if chance.random() < rate]
        if chance.random() < self.rates.subject:
            found += chance.choices(self.phrases, k=10)
        return [ended(word, chance) for word in found for _ in range(chance.randint(1, 3))]

    def _tricked(self, most: int) -> list[str]:
        if not self._adversarial:
            return []
        return [self._trick(self._one()) for _ in range(self.chance.randint(0, most))]

    def _trick(self, phrase: str) -> str:
        if not self._adversarial:
            return phrase
        return tricked(phrase, self.chance, self.oddities == "strange")

    def _one(self) -> str:
        return ended(self.chance.choice(self.phrases), self.chance)

    # The parts of a record, in the order in which they stand

    def _dates(self, year: int, indexed: bool) -> str:
        day, month = 1 + self.chance.randrange(28), 1 + self.number % 12
        completed = _date("DateCompleted", year, 6, day, 6) if indexed else ""
        return completed + _date("DateRevised", max(year, 2025), month, day, 6)

    def _article(self, pmid: int, year: int) -> str:
        chance, untitled = self.chance, self._odd(0.004)
        page, topic = chance.randint(1, 900), self.vocabulary.names[chance.randrange(400)]
        more = (self._banks(pmid), self._grants(year), self._types(), self._vernacular(untitled))
        printed = _date("ArticleDate", year, 5, 7, 8) if year > 2005 else ""
        return layout.ARTICLE.format(
            volume=year - 1950, issue=chance.randint(1, 12), published=self._published(year),
            topic=topic, short=topic[:5], title="" if untitled else self._title(),
            page=page, last=page + 7, doi=layout.ELOCATION.format(pmid) if year > 2000 else "",
            abstract=self._abstract(year), authors=self._authors(year),
            language=chance.choice(_LANGUAGES) if untitled else "eng",
            more="".join(more) + printed,
        )  # fmt: skip

    def _published(self, year: int) -> str:
        chance, at = self.chance, self.chance.randrange(11)
        if self._odd(0.04):
            span = (f"{_MONTHS[at]}-{_MONTHS[at + 1]}", f"Dec-{year + 1} Jan", "Sep/Oct", "Spring")
            return layout.MEDLINE_DATE.format(f"{year} {chance.choice(span)}")
        if self._odd(0.015):
            season = chance.choice(("Winter", "Spring", "Summer", "Fall"))
            return layout.YEAR.format(year) + layout.SEASON.format(season)
        month = f"{at + 1:02}" if self._odd(0.05) else _MONTHS[at]
        return layout.YEAR.format(year) + layout.MONTH.format(month)

    def _title(self) -> str:
        text = self._text(max(3, int(self.chance.gauss(13, 4))))
        if self._odd(0.05):
            text = f"<i>{self.chance.choice(self.vocabulary.names)}</i> {text}"
        if self.chance.random() < 0.25:
            text = " ".join((text, *self._asked()))
        return f"[{text}]." if self._odd(0.03) else text

    def _abstract(self, year: int) -> str:
        chance = self.chance
        if chance.random() < (0.55 if year < 1990 else 0.14):
            return ""
        length = max(25, int(chance.gauss(140 if year < 1990 else 225, 60)))
        if year > 1990 and self._odd(0.22):
            texts = self._sections(length // 4)
        else:
            texts = layout.TEXT.format(self._text(length, True))
        if year > 2010 and chance.random() < 0.4:
            texts += layout.COPYRIGHT.format(year)
        return layout.ABSTRACT.format(texts)

    def _sections(self, length: int) -> str:
        texts = ((label, self._text(length, label == "RESULTS")) for label in _SECTIONS)
        return "".join(layout.SECTION.format(label, text) for label, text in texts)

    def _authors(self, year: int) -> str:
        chance = self.chance
        if chance.random() < 0.02:
            return ""
        count = min(60, max(1, int(chance.gammavariate(2, 1.2 if year < 1990 else 2.8))))
        people = [self._author(year) for _ in range(count)]
        if self._odd(0.012):
            name = " ".join(self.vocabulary.running(3, chance)).title()
            people.append(layout.COLLECTIVE.format(name))
        return layout.AUTHORS.format("".join(people))

    def _author(self, year: int) -> str:
        chance, fore = self.chance, self.chance.choice(self.vocabulary.names)
        place = ""
        if year > 1989 and chance.random() < 0.8:
            place = layout.AFFILIATION.format(chance.choice(self.vocabulary.affiliations))
        last, valid = chance.choice(self.vocabulary.names), "N" if self._odd(0.002) else "Y"
        return layout.AUTHOR.format(valid=valid, last=last, fore=fore, initial=fore[0], place=place)

    def _banks(self, pmid: int) -> str:
        return layout.BANKS.format(self.chance.choice(_BANKS), pmid) if self._odd(0.03) else ""

    def _grants(self, year: int) -> str:
        chance = self.chance
        if year < 1985 or chance.random() > 0.2:
            return ""
        one = (layout.GRANT.format(chance.randint(1, 9999)) for _ in range(chance.randint(1, 4)))
        return layout.GRANTS.format("".join(one))

    def _types(self) -> str:
        kinds = [kind for kind, share in _TYPES.items() if self.chance.random() < share]
        return layout.TYPES.format("".join(layout.TYPE.format(len(kind), kind) for kind in kinds))

    def _vernacular(self, needed: bool) -> str:
        if not needed and not self._odd(0.05):
            return ""
        text = self._text(10)
        if not self._adversarial:
            text = text.replace("a", "á").replace("o", "ö")
        return layout.VERNACULAR.format(text)

    def _chemicals(self, indexed: bool) -> str:
        if not indexed or self.chance.random() > 0.5:
            return ""
        names = self.chance.choices(self.vocabulary.headings, k=self.chance.randint(1, 7))
        lines = (layout.CHEMICAL.format(_ui(name), name) for name in names)
        return layout.CHEMICALS.format("".join(lines))

    def _notices(self) -> str:
        chance = self.chance
        if not self._odd(0.1):
            return ""
        kinds = chance.choices((*_NOTICES,), (*_NOTICES.values(),), k=chance.choice((1, 1, 2, 3)))
        return layout.NOTICES.format("".join(map(self._notice, kinds)))

    def _notice(self, kind: str) -> str:
        chance = self.chance
        pmid = layout.NOTICE_PMID.format(self._some_pmid()) if chance.random() < 0.8 else ""
        return layout.NOTICE.format(kind, chance.randint(1990, 2025), chance.randint(1, 99), pmid)

    def _some_pmid(self) -> int:
        return 90_000_000 + self.chance.randrange(9_000_000)

    def _headings(self, indexed: bool) -> str:
        if not indexed:
            return ""
        chance, rates = self.chance, self.rates.headings
        names = [name for name, rate in rates.items() if chance.random() < rate]
        names += chance.choices(self.vocabulary.headings, k=chance.randint(2, 8))
        if self._adversarial and chance.random() < 0.3:
            names.append(self._trick(chance.choice((*rates,))))
        return layout.HEADINGS.format("".join(map(self._heading, names)))

    def _heading(self, name: str) -> str:
        chance, major = self.chance, self.chance.choice("NNY")
        drawn = chance.sample(_QUALIFIERS, chance.choice((0, 0, 0, 1, 1, 2)))
        lines = "".join(layout.QUALIFIER.format(ui, major, of) for ui, of in drawn)
        return layout.HEADING.format(ui=_ui(name), major=major, name=name, qualifiers=lines)

    def _other(self) -> str:
        if not self._odd(0.02):
            return ""
        text = self._text(120, self._adversarial)
        return layout.OTHER.format(self.chance.choice(_LANGUAGES), text)

    def _keywords(self, year: int) -> str:
        """Authors' keywords came up about 2008."""
        if year < 2008 or self.chance.random() > 0.65:
            return ""
        lines = (layout.KEYWORD.format(self._keyword()) for _ in range(self.chance.randint(3, 7)))
        return layout.KEYWORDS.format("".join(lines))

    def _keyword(self) -> str:
        if self.chance.random() < (0.3 if self._adversarial else 0.02):
            return self._trick(self._one())
        return " ".join(self.vocabulary.running(2, self.chance))

    def _history(self, year: int) -> str:
        whole = year > 2005 and self.chance.random() < 0.5
        states = ("received", "accepted") * whole + ("pubmed", "medline", "entrez")
        days = (self.chance.randint(1, 28) for _ in states)
        return "".join(
            layout.HISTORY.format(status=state, year=year, day=day)
            for state, day in zip(states, days, strict=True)
        )

    def _ids(self, pmid: int, year: int) -> str:
        doi = layout.DOI.format(pmid) if year > 2000 else ""
        pmc = year > 2005 and self.chance.random() < 0.4
        return doi + layout.PMC.format(pmid) if pmc else doi

    def _references(self, year: int) -> str:
        if self.chance.random() > (0.1 if year < 2000 else 0.29):
            return ""
        count = int(self.chance.gammavariate(2, 10)) + 1
        return layout.REFERENCES.format("".join(map(self._reference, range(count))))

    def _reference(self, volume: int) -> str:
        chance, pmid = self.chance, self._some_pmid()
        first, other = chance.choices(self.vocabulary.names, k=2)
        return layout.REFERENCE.format(
            first=first, other=other, title=" ".join(self.vocabulary.running(8, chance)) + ".",
            year=chance.randint(1980, 2025), volume=volume, page=chance.randint(1, 999), pmid=pmid,
            doi=layout.REFERENCE_DOI.format(pmid) if chance.random() < 0.5 else "",
        )  # fmt: skip


def _ui(name: str) -> int:
    """One and the same for a name, as in MeSH."""
    return zlib.crc32(name.encode()) % 100_000


def _date(name: str, year: int, month: int, day: int, indent: int) -> str:
    pad = " " * indent
    return layout.DATE.format(name=name, year=year, month=month, day=day, pad=pad)
