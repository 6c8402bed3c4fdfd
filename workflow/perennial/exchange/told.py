"""What a file tells: references, each with its notes, its tags and the cells of its row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perennial.errors import InputError, Place
from perennial.exchange import references
from perennial.exchange.ours import ID, is_ours, undo
from perennial.imports import entry as entries
from perennial.imports import file, ris, spreadsheet
from perennial.imports.entry import Entry

_RIS_FIELD = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|)$")
_DELIMITERS = (",", "\t", ";")
_PMID = re.compile(r"[1-9]\d{0,7}")
_EXTRA = re.compile(r"\bPMID:\s*([1-9]\d{0,7})\b")  # where Zotero's tables keep the number
# How Rayyan writes names in a table: Family, Given and Family, Given.
_NAMES = re.compile(r"([^,;]+,[^,;]*?)\s+and\s")
_LOG = {"articleid", "useremail", "key", "value"}  # columns of the log in Rayyan's zip
_AT_END = re.compile(r"^\s*</?p>|</?p>\s*$")  # Zotero wraps notes so


@dataclass(frozen=True, slots=True)
class Told:
    """One reference. ``id`` is the one that an export of ours wrote, "" if there is none."""

    place: Place
    id: str = ""
    pmid: str = ""
    doi: str = ""
    title: str = ""
    first: str = ""  # the first author's family name, or the group
    year: int = 0
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)  # of a table, by ``header_key``


def read(path: Path) -> list[Told]:
    """Every reference of a CSV, RIS, BibTeX or CSL-JSON file.

    Raises InputError, with the line, for what cannot be read whole.
    """
    body = file.content(path)
    if body.startswith(b"PK\x03\x04"):
        hint = "unpack a zip (of Rayyan's, articles.csv is the file); save a sheet as CSV"
        raise InputError("the file is packed, or a spreadsheet", Place(str(path)), hint)
    text = file.text(body, str(path))
    readers = {".ris": _of_ris, ".bib": _of_bibtex, ".json": _of_json}
    reader = readers.get(path.suffix.lower(), _of_ris if _is_ris(text) else _of_table)
    told = list(reader(text, str(path)))
    if not told:
        raise InputError("the file holds no reference", Place(str(path)), "export it again")
    return told


def header_key(name: str) -> str:
    """``Covidence #`` is ``covidence``, ``Manual Tags`` is ``manualtags``."""
    return re.sub(r"[\W_]+", "", name).lower()


def _is_ris(text: str) -> bool:
    return bool(re.match(r"\s*TY  -", text))


def _of_ris(text: str, name: str) -> Iterator[Told]:
    lines = text.split("\n")
    found = list(ris.entries(text, name))
    for one in found:
        fields = _ris_fields(lines[one.place.line - 1 :])
        yield _of_entry(one, fields.get("ID", [""])[0], fields.get("N1", []), fields.get("KW", []))


def _ris_fields(lines: Sequence[str]) -> dict[str, list[str]]:
    """The fields up to the end of the entry; under KW, as in N1, a line without tag is one more."""
    fields: dict[str, list[str]] = {}
    tag = ""
    for line in lines:
        found = _RIS_FIELD.match(line)
        if found and found[1] == "ER":
            break
        tag = found[1] if found else tag
        fields.setdefault(tag, []).append((found[2] or "").strip() if found else line.strip())
    return fields


def _of_bibtex(text: str, name: str) -> Iterator[Told]:
    for item, place in references.bibtex_items(text, name):
        yield _of_item(item, place)


def _of_json(text: str, name: str) -> Iterator[Told]:
    for item, place in references.items(text, name):
        yield _of_item(item, place)


def _of_item(item: Mapping[str, Any], place: Place) -> Told:
    notes, one = str(item.get("note", "")).split("\n"), references.entry(item, place)
    return _of_entry(one, str(item.get("id", "")), notes, one.keywords)


def _of_entry(one: Entry, id_: str, notes: Sequence[str], tags: Sequence[str]) -> Told:
    record = entries.read(one, "told")
    author = next(iter(record.authors), None)
    own = id_ if re.fullmatch(r"x[0-9a-f]{10}", id_) else ""
    return Told(
        one.place,
        own or (record.pmid if one.pmid else ""),
        record.pmid if one.pmid else "",
        record.doi,
        record.title,
        (author.collective or author.family) if author else "",
        record.year,
        tuple(_AT_END.sub("", note) for note in notes if note),
        tuple(tags),
    )


def _of_table(text: str, name: str) -> Iterator[Told]:
    ours = is_ours(text)
    for place, raw in _rows(text, name):
        row = {key: undo(cell) if ours else cell for key, cell in raw.items()}
        authors = spreadsheet._authors(_first_of(_cell(row, "authors"), row.get("key", "")))
        yield Told(
            place,
            row.get(header_key(ID), ""),
            _pmid(row),
            entries.doi(_cell(row, "doi")),
            _cell(row, "title"),
            _family(authors[0]) if authors else "",
            int(year[0]) if (year := re.search(r"(?:1[5-9]|20)\d\d", _year(row))) else 0,
            tuple(filter(None, (row.get("notes", ""), row.get("note", "")))),
            tuple(t for key in ("manualtags", "tags") for t in entries.listed(row.get(key, ""))),
            row,
        )


def _first_of(names: str, key: str) -> str:
    """The first name where "and" stands between names, else all that the cell holds."""
    if key.startswith("rayyan-"):
        return re.split(r"\s+and\s+", names, maxsplit=1)[0]
    found = _NAMES.match(names)
    return found[1] if found else names


def _pmid(row: Mapping[str, str]) -> str:
    found = _PMID.fullmatch(_cell(row, "pmid"))
    noted = None if found else _EXTRA.search(row.get("extra", ""))
    return found[0] if found else noted[1] if noted else ""


def _rows(text: str, name: str) -> Iterator[tuple[Place, dict[str, str]]]:
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise InputError(f"not a row: {error}", Place(name, line), "export it again") from None
        if cells is None:
            return
        if not header:
            header = [header_key(cell) for cell in cells]
            _refuse_log(header, Place(name, 1))
        elif any(cells):
            yield Place(name, line), _row(header, cells, Place(name, line))


def _refuse_log(header: Sequence[str], place: Place) -> None:
    if set(header) >= _LOG:
        hint = "articles.csv, in the same zip, names the articles and what was decided of each"
        raise InputError("this is Rayyan's log, which names articles by number", place, hint)


def _row(header: Sequence[str], cells: Sequence[str], place: Place) -> dict[str, str]:
    if len(cells) != len(header):
        wrong = f"{len(cells)} cells where the header has {len(header)}"
        raise InputError(wrong, place, "the file is cut off or was edited; export it again")
    return {key: cell.strip() for key, cell in reversed(list(zip(header, cells, strict=True)))}


def _cell(row: Mapping[str, str], name: str) -> str:
    return entries.first(row.get(header, "") for header in spreadsheet.COLUMNS[name])


def _year(row: Mapping[str, str]) -> str:
    return _cell(row, "year") or row.get("publishedyear", "")


def _family(name: str) -> str:
    author = entries.author(name)
    return author.collective or author.family
