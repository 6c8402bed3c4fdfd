"""CSV and tab-separated exports, whose columns every database names in its own way."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from perennial.errors import InputError, Place
from perennial.imports.entry import Entry, first, listed, span

# Field → headers that stand for it, small letters and digits only, the better one first.
# Embase.com, Scopus, Web of Science (spreadsheet and two-letter), PubMed, Ovid, Rayyan.
COLUMNS: Mapping[str, Sequence[str]] = {
    "title": ("title", "articletitle", "ti", "documenttitle", "originaltitle", "primarytitle"),
    "abstract": ("abstract", "ab", "abstractnote"),
    "authors": ("authors", "authornames", "au", "author", "authorfullnames", "af"),
    "journal": ("sourcetitle", "journal", "so", "journalbook", "publicationtitle"),
    "journal_abbreviation": (
        "abbreviatedsourcetitle", "journalabbreviation", "journalisoabbreviation", "ji", "j9",
    ),
    "year": ("publicationyear", "year", "py", "publicationdate", "yearpublished"),
    "volume": ("volume", "vl"),
    "issue": ("issue", "is"),
    "pages": ("pages", "pagerange"),
    "start": ("pagestart", "startpage", "firstpage", "bp", "artno", "articlenumber", "ar"),
    "end": ("pageend", "endpage", "lastpage", "ep"),
    "doi": ("doi", "di"),
    "pmid": ("pubmedid", "pmid", "medlinepmid", "pm"),
    "pmcid": ("pmcid", "pmc"),
    "accession": (
        "eid", "uniquewosid", "utuniquewosid", "utuniqueid", "ut", "embaseaccessionid", "pui",
        "accessionnumber", "an",
    ),
    "issn": ("issn", "sn", "eissn", "ei"),
    "language": ("languageoforiginaldocument", "articlelanguage", "language", "la"),
    "types": ("documenttype", "publicationtype", "dt", "articletype", "pt"),
    "keywords": ("authorkeywords", "de", "keywords", "keyword", "indexkeywords"),
}  # fmt: skip
_DELIMITERS = (",", "\t", ";")
_CUT = "the file is cut off or was edited; export it again"


def entries(text: str, file: str, columns: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """The entries of a table with a header.

    ``columns`` names the header of a field where the common names do not: ``{title: Titel}``.
    Raises InputError at the line of a row that has more or fewer cells than the header.
    """
    delimiter, header = _header(text, file, columns or {})
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width, line = 0, 1
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise InputError(f"not a row: {error}", Place(file, line), _CUT) from None
        if cells is None:
            return
        if not width:
            width = len(cells)
        elif any(cells):
            yield _entry(_row(cells, width, header, Place(file, line)), Place(file, line))


def _row(
    cells: list[str], width: int, header: Mapping[str, Sequence[int]], place: Place
) -> dict[str, str]:
    """Web of Science ends each line with a tab, so one empty cell too many is none."""
    if len(cells) == width + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != width:
        raise InputError(f"{len(cells)} cells where the header has {width}", place, _CUT)
    return {name: first(cells[i].strip() for i in columns) for name, columns in header.items()}


def _header(text: str, file: str, columns: Mapping[str, str]) -> tuple[str, dict[str, list[int]]]:
    """The delimiter, and which columns may hold which field, the better one first."""
    for delimiter in _DELIMITERS:
        try:
            names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        except csv.Error:
            continue
        named = _named(names, columns, file) if len(names) > 1 else {}
        if "title" in named:
            return delimiter, named
    hint = "name it in columns: of this import, for example columns: {title: Titel}"
    raise InputError("no column of titles", Place(file, 1), hint)


def _named(names: Sequence[str], columns: Mapping[str, str], file: str) -> dict[str, list[int]]:
    keys = [_key(name) for name in names]
    known: dict[str, list[int]] = {}
    for field, headers in COLUMNS.items():
        wanted = [_key(columns[field])] if field in columns else headers
        if found := [keys.index(name) for name in wanted if name in keys]:
            known[field] = found
        elif field in columns and len(names) > 1:
            raise InputError(
                f"no column {columns[field]!r} for {field}",
                Place(file, 1),
                f"there are: {', '.join(names)}",
            )
    return known


def _key(header: str) -> str:
    return re.sub(r"[\W_]+", "", header).lower()


def _entry(row: Mapping[str, str], place: Place) -> Entry:
    def cell(name: str) -> str:
        return row.get(name, "")

    kinds = {"J": "", "S": "", "B": "Book", "P": "Book"}  # Web of Science's PT
    return Entry(
        place,
        accession=cell("accession"),
        pmid=cell("pmid"),
        pmcid=cell("pmcid"),
        doi=cell("doi"),
        title=cell("title"),
        abstract="" if cell("abstract").lower() == "[no abstract available]" else cell("abstract"),
        authors=_authors(cell("authors")),
        journal=cell("journal"),
        journal_abbreviation=cell("journal_abbreviation"),
        issn=cell("issn"),
        year=cell("year"),
        date=cell("year"),
        volume=cell("volume"),
        issue=cell("issue"),
        pages=cell("pages") or span(cell("start"), cell("end")),
        language=listed(cell("language")),
        types=[kinds.get(kind, kind) for kind in listed(cell("types"))],
        keywords=listed(cell("keywords")),
    )


def _authors(cell: str) -> tuple[str, ...]:
    """Names apart by semicolons; else by commas, where none of them is "Family, Given"."""
    if ";" in cell:
        return listed(cell)
    parts = listed(cell, ",")
    short = all(re.fullmatch(r"\S.*\s(?:[A-ZÀ-Þ]\.?[-\s]?){1,5}", part) for part in parts)
    return parts if short and len(parts) > 1 else listed(cell)
