"""References: CSL-JSON and BibTeX read as entries, BibTeX by way of pandoc."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from perennial.errors import InputError, Place
from perennial.exchange.ours import TAG
from perennial.imports.entry import Entry
from perennial.record import Author
from perennial.render.pandoc import pandoc
from perennial.text import clean

_TYPES = {
    "article-journal": "Journal Article",
    "chapter": "Book Chapter",
    "book": "Book",
    "thesis": "Academic Dissertation",
    "paper-conference": "Conference Paper",
    "article": "Preprint",
}
# The markup that CSL allows inside a text.
_MARKUP = re.compile(r"</?(?:i|b|sup|sub|sc)>|<span(?: [^<>]*)?>|</span>")
_KEY = re.compile(r"pmid([1-9]\d{0,7})")
_NOTED_PMID = re.compile(r"^\s*PMID:\s*([1-9]\d{0,7})\s*$", re.M)
_NOTED_PMCID = re.compile(r"^\s*PMCID:\s*(PMC\d+)\s*$", re.M)
# Pandoc sets straight apostrophes as curly ones, leaves the grave accent out, and its answer does
# not tell < from markup: they travel as signs that Unicode keeps for private use.
_GUARD = {"\ue000": "<", "\ue001": ">", "\ue002": "'", "\ue003": "`"}
_COMMANDS = {
    r"\textless{}": "\ue000",
    r"\textgreater{}": "\ue001",
    r"\textasciigrave{}": "\ue003",
}
_APOSTROPHE = re.compile(r"(?<![\\'])'(?!')")
_ENTRY = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^,\s]+)\s*,", re.I | re.M)


def entries(text: str, file: str) -> Iterator[Entry]:
    """The entries of a CSL-JSON file; their place is a number, since JSON has no lines to name."""
    return (entry(item, place) for item, place in items(text, file))


def items(text: str, file: str) -> list[tuple[dict[str, Any], Place]]:
    """The items of a CSL-JSON file, without markup. Raises InputError if it is none."""
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg}", Place(file, error.lineno, error.colno), "export it again"
        ) from None
    found = read.get("items") if isinstance(read, dict) else read
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InputError("not a list of CSL-JSON items", Place(file), "export it as CSL JSON")
    plain = [{name: _plain(value) for name, value in item.items()} for item in found]
    return [(item, Place(f"{file} (item {number})")) for number, item in enumerate(plain, 1)]


def without_markup(text: str) -> str:
    """Text without <i>, <sup> and the other few marks that CSL knows."""
    return _MARKUP.sub("", text)


def entry(item: Mapping[str, Any], place: Place) -> Entry:
    """The entry of an item. A PMID may stand in a field, in Zotero's Extra or in the item's id."""

    def one(name: str) -> str:
        value = item.get(name, "")
        return str(value) if isinstance(value, str | int | float) else ""

    own, noted = _KEY.fullmatch(one("id")), _NOTED_PMID.search(one("note"))
    noted_pmcid = _NOTED_PMCID.search(one("note"))
    day = _day(item)
    return Entry(
        place,
        pmid=one("PMID") or (noted[1] if noted else own[1] if own else ""),
        pmcid=one("PMCID") or (noted_pmcid[1] if noted_pmcid else ""),
        doi=one("DOI"),
        title=one("title"),
        abstract=one("abstract"),
        journal=one("container-title"),
        journal_abbreviation=one("container-title-short") or one("journalAbbreviation"),
        issn=one("ISSN"),
        year=day[:4],
        date=day,
        volume=one("volume"),
        issue=one("issue") or one("number") or one("collection-number"),
        pages=one("page").replace("–", "-"),
        language=[part for part in re.split(r",\s*| and ", one("language")) if part],
        types=[_TYPES.get(one("type"), one("type"))],
        keywords=[
            word for word in re.split(r"\s*,\s*", one("keyword")) if not word.startswith(TAG)
        ],
        more={"authors": tuple(map(_author, _people(item)))},
    )


def _people(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    people = item.get("author", [])
    return [person for person in people if isinstance(person, Mapping)]


def _author(name: Mapping[str, Any]) -> Author:
    if "literal" in name:
        return Author(collective=clean(str(name["literal"])))
    parts = ("dropping-particle", "non-dropping-particle", "family")
    family = clean(" ".join(str(name[part]) for part in parts if part in name))
    given = clean(str(name.get("given", "")))
    initials = "".join(p[0] for p in re.split(r"[\s.-]+", given) if p[:1].isupper())
    short = given if re.fullmatch(r"[A-ZÀ-Þ]{1,4}", given) else initials
    return Author(family, given, short, clean(str(name.get("suffix", ""))))


def _day(item: Mapping[str, Any]) -> str:
    issued = item.get("issued")
    dates = issued.get("date-parts") if isinstance(issued, Mapping) else None
    if not isinstance(dates, list) or not dates or not isinstance(dates[0], list):
        return str(issued.get("raw", "")) if isinstance(issued, Mapping) else ""
    return "-".join(str(part).zfill(2) for part in dates[0])


def _plain(value: Any) -> Any:
    return without_markup(value) if isinstance(value, str) else value


def bibtex_entries(text: str, file: str) -> Iterator[Entry]:
    """The entries of a BibTeX or BibLaTeX file, each with its line."""
    return (entry(item, place) for item, place in bibtex_items(text, file))


def bibtex_items(text: str, file: str) -> list[tuple[dict[str, Any], Place]]:
    """The entries of a BibTeX or BibLaTeX file as CSL-JSON items, as pandoc reads them.

    Raises InputError for what pandoc cannot read and if an entry is lost on the way.
    """
    guarded = _APOSTROPHE.sub("\ue002", text)
    for command, sign in _COMMANDS.items():
        guarded = guarded.replace(command, sign)
    try:
        read = pandoc(guarded, "--from=biblatex", "--to=csljson", "--wrap=none")
    except InputError as error:
        raise InputError(error.message, Place(file), "is it BibTeX?") from None
    found = [_unguarded(item) for item in json.loads(read)]
    lines = {m[1]: text.count("\n", 0, m.start()) + 1 for m in _ENTRY.finditer(text)}
    announced = len(_ENTRY.findall(text))
    if len(found) != announced:
        message = f"{announced:,} entries in the file, {len(found):,} could be read"
        raise InputError(message, Place(file), "two entries may have one key; export it again")
    return [(item, Place(file, lines.get(str(item.get("id", "")), 0))) for item in found]


def _unguarded(value: Any) -> Any:
    if isinstance(value, str):
        plain = without_markup(value)
        return "".join(_GUARD.get(sign, sign) for sign in plain)
    if isinstance(value, list):
        return [_unguarded(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _unguarded(part) for name, part in value.items()}
    return value
