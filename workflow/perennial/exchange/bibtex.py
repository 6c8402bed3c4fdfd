"""BibTeX, written here and read by pandoc (``references``).

Pandoc's own BibTeX leaves out the DOI, and its BibLaTeX the keywords, PMID and abbreviated
journal, though it reads all of them; so the entries are written here, and pandoc is their judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from perennial.exchange import csljson
from perennial.exchange.ris import tags
from perennial.exchange.sent import MONTHS, Sent, title
from perennial.imports.ids import from_pubmed
from perennial.record import Author
from perennial.render.wording import pubmed
from perennial.text import clean

# What LaTeX would take for a command or for other signs.
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"\textasciigrave{}",
}
_SPECIAL = str.maketrans(_ESCAPED)
# Signs that stand twice are one other sign in LaTeX: -- is a dash, '' closes a quotation.
_TWICE = re.compile(r"(?<=-)-|(?<=')'")


def bibtex(sent: Iterable[Sent]) -> bytes:
    """An entry for each record; pmid, pmcid, shortjournal and keywords are BibLaTeX's fields."""
    return "\n".join(map(_entry, sent)).encode()


def _entry(one: Sent) -> str:
    record = one.record
    kind = "book" if record.kind == "book" else "article"
    if "Book Chapter" in record.publication_types:
        kind = "incollection"
    fields = [f"  {name} = {value}" for name, value in _fields(one, kind) if value]
    return ",\n".join([f"@{kind}{{{csljson.key(record)}", *fields]) + "\n}\n"


def _fields(one: Sent, kind: str) -> Iterator[tuple[str, str]]:
    record = one.record
    journal = "booktitle" if kind == "incollection" else "journal"
    month = record.date.split("-")[1:2]
    yield "title", _braced(title(record), "{{{{{}}}}}")
    yield "author", _braced_raw(" and ".join(filter(None, map(_name, record.authors))))
    yield journal, _braced(record.journal or record.journal_abbreviation)
    yield "shortjournal", _braced(record.journal_abbreviation)
    yield "year", _braced(str(record.year or ""))
    yield "month", MONTHS[int(month[0]) - 1].lower() if month else ""
    yield "volume", _braced(record.volume)
    yield "number", _braced(record.issue)
    yield "pages", _braced(record.pages)
    yield "issn", _braced(record.issn)
    yield "doi", _braced_raw(_balanced(record.doi))
    yield "pmid", _braced(record.pmid if from_pubmed(record.pmid) else "")
    yield "pmcid", _braced(record.pmcid)
    yield "url", _braced_raw(pubmed(record.pmid))
    yield "language", _braced(" and ".join(record.languages))
    yield (
        "keywords",
        _braced(", ".join(k.replace(",", ";") for k in (*record.keywords, *tags(one)))),
    )
    yield "abstract", _braced(record.abstract)


def _braced(text: str, form: str = "{{{}}}") -> str:
    """The title has braces twice, to keep its capitals."""
    return form.format(_latex(text)) if text else ""


def _braced_raw(text: str) -> str:
    return f"{{{text}}}" if text else ""


def _balanced(doi: str) -> str:
    """A DOI is read letter by letter, so that only its braces must not stand there."""
    return doi.replace("{", "%7B").replace("}", "%7D")


def _latex(text: str) -> str:
    return _TWICE.sub(r"{}\g<0>", clean(text).translate(_SPECIAL))


def _name(author: Author) -> str:
    """``{Family}, Suffix, Given``: braces keep "and", commas and particles inside a name."""
    if author.collective or not author.family:
        return _braced(author.collective or author.given)
    given = author.given or author.initials
    parts = (author.family, author.suffix, given) if author.suffix else (author.family, given)
    return ", ".join(_braced(part) for part in parts)
