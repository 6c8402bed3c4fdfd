"""What a format could not carry of these very records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from perennial.exchange.formats import Format
from perennial.exchange.sent import Sent, names
from perennial.imports.ids import from_pubmed
from perennial.record import Record
from perennial.render.wording import counted

# Fields of a record in words; what a file cannot hold of any record is not named (ORCID,
# sections of the abstract), see docs/exchange.md.
_WORDS = {
    "headings": "MeSH headings",
    "substances": "substances",
    "databanks": "accession numbers in other databases",
    "notices": "notices such as retractions",
    "publication_types": "publication types",
    "vernacular_title": "a title in the paper's own language",
    "other_abstracts": "an abstract in another language",
    "sections": "where the sections of the abstract begin",
    "languages": "languages",
}
_AND = re.compile(r"\band\b")


def losses(sent: Sequence[Sent], form: Format) -> list[str]:
    """Sentences, each with the number of records that it is true of."""
    records = [one.record for one in sent]
    return [
        f"{counted(number, 'record')}: {words}"
        for words, test in _tests(form)
        if (number := sum(map(test, records)))
    ] + list(_of_outcomes(sent, form))


def _tests(form: Format) -> Iterator[tuple[str, Callable[[Record], bool]]]:
    for field, words in _WORDS.items():
        if field not in form.carries:
            yield f"{words} left out", _has(field)
    if "date" not in form.carries:
        yield "the day or month of publication is lost on import", lambda r: len(r.date) > 4
    if form.suffix == ".nbib":
        yield "left out whole, having no PMID", lambda r: not from_pubmed(r.pmid)
        yield "Jr and the like of authors left out", lambda r: any(a.suffix for a in r.authors)
    if form.suffix == ".csv":
        yield "a semicolon in a name or keyword became a comma", _semicolon
    if form.suffix in (".bib", ".json"):
        yield "a comma in a keyword became a semicolon", lambda r: "," in "".join(r.keywords)
    if form.tool == "rayyan" and form.suffix == ".csv":
        yield "Rayyan parts a name at the word and", _split_in_two
    if form.tool == "rayyan":
        yield "Rayyan keeps only whole numbers of volume and issue", _not_numbered


def _has(field: str) -> Callable[[Record], bool]:
    return lambda record: bool(getattr(record, field))


def _semicolon(record: Record) -> bool:
    return any(";" in part for part in (*names(record.authors), *record.keywords))


def _split_in_two(record: Record) -> bool:
    return any(_AND.search(name) for name in names(record.authors))


def _not_numbered(record: Record) -> bool:
    return any(part and not part.isdigit() for part in (record.volume, record.issue))


def _of_outcomes(sent: Sequence[Sent], form: Format) -> Iterator[str]:
    told = sum(bool(one.outcome) for one in sent)
    if told and not form.outcome:
        has_none = "for which the format has no field; export each --set into a file of its own"
        yield f"{counted(told, 'record')}: the outcome left out, {has_none}"
    human = sum(one.outcome == "human" for one in sent)
    if human and form.tool == "asreview":
        yield f"{counted(human, 'record')}: awaiting a decision, which ASReview holds as not seen"
    if form.most and len(sent) > form.most:
        yield f"{form.tool} takes {form.most:,} references in one file; cut this one in parts"
