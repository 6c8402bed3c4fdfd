"""The formats: which tool reads what, in which kind of file, and what of a record gets through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from perennial.errors import InputError, Place
from perennial.exchange import ris, sheet
from perennial.exchange.bibtex import bibtex
from perennial.exchange.csljson import csl_json
from perennial.exchange.nbib import nbib
from perennial.exchange.sent import Sent

_CITATION = frozenset(
    (
        *("pmid", "pmcid", "doi", "kind", "title", "abstract", "authors", "journal", "issn"),
        *("journal_abbreviation", "year", "volume", "issue", "pages", "languages", "keywords"),
    )
)
_BIBTEX = _CITATION - {"languages"}  # pandoc knows no three-letter codes
_TYPED = _CITATION | {"publication_types"}
_INDEXED = {"headings", "substances", "databanks", "notices", "status"} | {
    *("entered", "created", "indexed", "revised", "date_text")
}


@dataclass(frozen=True, slots=True)
class Format:
    """``carries`` are the fields of a record that come back when the file is imported again."""

    tool: str
    suffix: str
    write: Callable[[Sequence[Sent]], bytes]
    carries: frozenset[str]
    outcome: str  # where the file holds the outcome; "" if nowhere
    most: int = 0  # entries that the tool takes in one file; 0: no limit is known


FORMATS: tuple[Format, ...] = (
    Format(
        "asreview",
        ".csv",
        lambda sent: sheet.sheet(sent, sheet.ASREVIEW),
        _TYPED,
        "the column included: 1, 0 or empty",
    ),
    Format(
        "asreview",
        ".ris",
        lambda sent: ris.ris(sent, ris.asreview),
        _TYPED | {"date"},
        "a note: ASReview_relevant, ASReview_irrelevant or ASReview_not_seen",
    ),
    Format(
        "rayyan",
        ".csv",
        lambda sent: sheet.sheet(sent, sheet.RAYYAN),
        _TYPED,
        "the column notes, in Rayyan's own words",
    ),
    Format(
        "rayyan",
        ".ris",
        lambda sent: ris.ris(sent, ris.rayyan),
        _TYPED | {"date"},
        "a note, in Rayyan's own words",
    ),
    Format(
        "covidence",
        ".ris",
        lambda sent: ris.ris(sent, ris.nothing),
        _TYPED | {"date"},
        "",
        15_000,  # and 50 MB; libguides.uvic.ca on Covidence's import
    ),
    Format(
        "zotero",
        ".ris",
        lambda sent: ris.ris(sent, ris.zotero),
        _TYPED | {"date"},
        "tags: perennial:exclude, perennial:X1",
    ),
    Format("zotero", ".bib", bibtex, _BIBTEX, "tags: perennial:exclude, perennial:X1"),
    Format("zotero", ".json", csl_json, _CITATION | {"date"}, "Extra: perennial:exclude"),
    Format(
        "plain",
        ".csv",
        lambda sent: sheet.sheet(sent, sheet.PLAIN),
        _TYPED,
        "the columns outcome, settled_by, because, decided_by",
    ),
    Format(
        "plain", ".ris", lambda sent: ris.ris(sent, ris.plain), _TYPED | {"date"}, "a note in words"
    ),
    Format("plain", ".nbib", nbib, _TYPED | _INDEXED | {"date"}, ""),
    Format("plain", ".bib", bibtex, _BIBTEX, "keywords: perennial:exclude, perennial:X1"),
    Format("plain", ".json", csl_json, _CITATION | {"date"}, "keyword and note"),
)
TOOLS = tuple(dict.fromkeys(form.tool for form in FORMATS))


def choose(tool: str, output: Path) -> Format:
    """The format of ``tool`` in a file of that name; InputError if the tool reads no such file."""
    forms = {form.suffix: form for form in FORMATS if form.tool == tool}
    if output.suffix.lower() not in forms:
        message = f"{tool} files are not written as {output.suffix or 'a file without an ending'}"
        raise InputError(message, Place(str(output)), f"end the name in {' or '.join(forms)}")
    return forms[output.suffix.lower()]
