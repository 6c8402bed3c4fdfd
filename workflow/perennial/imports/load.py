"""Load: the exports that search.yaml names, each as a result of its own."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perennial import pubmed
from perennial.config import Config
from perennial.errors import InputError, Place
from perennial.exchange import ours, references
from perennial.imports import file, medline, ris, spreadsheet
from perennial.imports.entry import Entry, read
from perennial.imports.ids import from_pubmed, own_id
from perennial.ledger import NOBODY, Found
from perennial.record import Record

_FORMATS = {
    ".ris": "ris",
    ".nbib": "nbib",
    ".xml": "xml",
    ".gz": "xml",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".bib": "bibtex",
    ".json": "csljson",
}
_NOT_THERE = (
    "an export is its database's text and often may not be shared: whoever has access can search"
    " there again, or the keepers of this review may give it to you"
)
_OPENINGS = ((re.compile(r"\s*TY  -"), "ris"), (re.compile(r"\s*PMID ?-"), "nbib"))


@dataclass(frozen=True, slots=True)
class Imported:
    """One database's export: what was asked there, when, and every record of its files."""

    found: Found
    searched: str  # the day of the search, ISO 8601
    records: tuple[Record, ...]


def alone(config: Config, search: Config) -> bool:
    """Whether imports alone bring records, and nobody is asked (``server: none``).

    Raises InputError for what nobody would then answer, and where there is no import.
    """
    if config["entrez"]["server"] != NOBODY:
        return False
    for key in ("strategies", "ids"):
        if search.get(key):
            raise InputError(
                f"{key}: there is nobody to ask",
                search.place(key),
                f"take them out, or name a server in {config.place('entrez', 'server')}",
            )
    if not _rows(search):
        hint = "name the exports of databases under imports"
        raise InputError("nothing brings records", Place(search.file), hint)
    return True


def files(search: Config) -> list[Path]:
    """Every file that the imports of search.yaml name, in order: what Snakemake watches.

    Raises InputError for one that is not there.
    """
    return [path for number, _ in enumerate(_rows(search)) for path in _paths(search, number)]


def load_imports(search: Config, as_of: str = "") -> list[Imported]:
    """Read the imports of search.yaml that were searched on or before ``as_of`` ("": all).

    Raises InputError, with file and line, for whatever cannot be read whole: nothing of an
    export is left out.
    """
    taken = {row["id"] for row in search.get("strategies") or ()}
    imports = []
    for number, row in enumerate(_rows(search)):
        if row["id"] in taken:
            place = search.place("imports", number, "id")
            raise InputError(f"{row['id']} is defined twice", place, "give it an id of its own")
        taken.add(row["id"])
        if not as_of or row["searched"] <= as_of:
            imports.append(_imported(search, number, row))
    return imports


def _rows(search: Config) -> Sequence[Mapping[str, Any]]:
    return search.get("imports") or ()


def _imported(search: Config, number: int, row: Mapping[str, Any]) -> Imported:
    records = [record for path in _paths(search, number) for record in _records(path, row)]
    _counted(search, number, len(records))
    told = _told_apart(records, row["id"])
    found = Found(
        id=row["id"],
        label=row["label"],
        query=(row.get("query") or "").strip(),
        sent="",
        translation="",
        count=len(told),
        ids=tuple(record.pmid for record in told),
        warnings=(),
    )
    return Imported(found, row["searched"], tuple(told))


def _counted(search: Config, number: int, entries: int) -> None:
    """A file cut off between two entries looks whole; only the database's own count tells."""
    announced = _rows(search)[number].get("count", entries)
    if announced != entries:
        place = search.place("imports", number, "count")
        message = f"{entries:,} entries in the files, {announced:,} announced"
        raise InputError(message, place, "export what is missing, or correct the count")


def _paths(search: Config, number: int) -> list[Path]:
    """The files of an import, which lie in or below the folder of search.yaml."""
    home = Path(search.file).resolve().parent
    paths = []
    for index, name in enumerate(_rows(search)[number]["files"]):
        path = Path(search.file).parent / name
        if not path.resolve().is_relative_to(home):
            place = search.place("imports", number, "files", index)
            raise InputError(f"{name!r} lies outside of {home.name}/", place, "move it there")
        if not path.is_file():
            place = search.place("imports", number, "files", index)
            raise InputError(f"there is no file {path}", place, _NOT_THERE)
        paths.append(path)
    return paths


def _records(path: Path, row: Mapping[str, Any]) -> Iterator[Record]:
    body = file.content(path)
    encoding, form = (
        row.get("encoding") or "",
        row.get("format") or _FORMATS.get(path.suffix.lower()),
    )
    if form == "xml":
        yield from _pubmed(path, body)
        return
    text = file.text(body, str(path), encoding)
    count = 0
    for entry in _entries(text, str(path), form or _guess(text), row.get("columns") or {}):
        count += 1
        yield read(entry, row["id"])
    if not count:
        raise InputError(
            "the file holds no entry", Place(str(path)), "is its format the right one?"
        )


def _guess(text: str) -> str:
    """A .txt may be anything; what it begins with tells."""
    return next((form for opening, form in _OPENINGS if opening.match(text)), "table")


def _entries(text: str, name: str, form: str, columns: Mapping[str, str]) -> Iterator[Entry]:
    if form == "nbib":
        return medline.entries(text, name)
    if form == "bibtex":
        return references.bibtex_entries(text, name)
    if form == "csljson":
        return references.entries(text, name)
    if form == "ris":
        return (ours.restored(entry, table=False) for entry in ris.entries(text, name))
    table = ours.is_ours(text)
    return (ours.restored(entry, table) for entry in spreadsheet.entries(text, name, columns))


def _pubmed(path: Path, body: bytes) -> Iterator[Record]:
    """PubMed's own XML, packed or not; a record that cannot be read stops the import."""
    place = Place(str(path))
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError) as error:
            raise InputError(f"cannot be unpacked: {error}", place, "export it again") from None
    parsed = pubmed.parse(body, file=str(path))
    for refused in parsed.refused:
        raise InputError(f"a record (PMID {refused.pmid or 'unknown'}): {refused.reason}", place)
    if not parsed.records:
        raise InputError("the file holds no record", place)
    yield from parsed.records


def _told_apart(records: Sequence[Record], source: str) -> list[Record]:
    """Two entries that share an id but not a text get two ids; equal entries remain equal.

    Which of them keeps the short id depends on what they say, not on where they stand.
    """
    texts: dict[str, set[str]] = {}
    for record in records:
        texts.setdefault(record.pmid, set()).add(repr(record))
    return [_numbered(record, sorted(texts[record.pmid]), source) for record in records]


def _numbered(record: Record, texts: Sequence[str], source: str) -> Record:
    number = texts.index(repr(record))
    if from_pubmed(record.pmid) or not number:
        return record
    return replace(record, pmid=own_id(source, record.pmid, str(number)))
