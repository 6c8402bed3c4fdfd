"""What the fields of a record are, from the texts that an article gives for them.

Whoever reads an article, from its tree or its text, takes the same rules from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from perennial.record import Notice, Section
from perennial.text import clean

_NO_ENGLISH_TITLE = "[Not Available]."  # stands where there is only a title in another language
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMCID = re.compile(r"(?:PMC)?([1-9]\d*)(?:\.\d+)?", re.IGNORECASE)
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])\b", re.IGNORECASE)
PMID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)  # eight digits in 2026; two to spare


STATUSES = ("pubmed", "entrez", "medline")


class Dates(NamedTuple):
    """The record's own dates in ISO 8601, by PubMed's search tags EDAT, CRDT, MHDA and LR."""

    entered: str
    created: str
    indexed: str
    revised: str


class Abstract(NamedTuple):
    """The joined abstract and where its labelled sections stand in it."""

    text: str
    sections: tuple[Section, ...]


def titles(title: str, vernacular: str) -> tuple[str, str]:
    """Return both, the first without what only says that there is none in English."""
    return ("" if vernacular and title == _NO_ENGLISH_TITLE else title), vernacular


def once(written: Iterable[str]) -> tuple[str, ...]:
    """Return each text where it comes first."""
    return tuple(dict.fromkeys(written))


def record_dates(history: Mapping[str | None, str], revised: str) -> Dates:
    """Return when PubMed entered, created, indexed and revised the record.

    ``history`` has the day of each PubStatus. NLM's attribute documentation for it (DTD 250101)
    names ``pubmed`` the Entry Date [edat], ``entrez`` the Create Date [crdt] and ``medline`` the
    MeSH Date [mhda]. Until a record is indexed PubMed sets its MeSH Date to the Entry Date.
    """
    entered, created, indexed = [history.get(status, "") for status in STATUSES]
    return Dates(entered, created, indexed, revised)


def abstract(parts: Iterable[tuple[str | None, str]]) -> Abstract:
    """Join labels and their texts by one blank; a labelled text reads ``LABEL: text``."""
    text, sections = "", []
    for written, body in parts:
        if not body:
            continue
        label = _label(written)
        text += (" " if text else "") + (f"{label}: " if label else "")
        if label:
            sections.append(Section(label, len(text), len(text) + len(body)))
        text += body
    return Abstract(text, tuple(sections))


@lru_cache(maxsize=2**10)  # a handful of labels stand in nearly all abstracts
def _label(written: str | None) -> str:
    """``UNLABELLED`` is how NLM says that the publisher printed no label."""
    label = clean(written).rstrip(" :")
    return "" if label.upper() == "UNLABELLED" else label


def orcid(written: str) -> str:
    """Return the ORCID in four groups, however it is written, ``""`` if it is none."""
    found = _ORCID.search(written) if written else None
    return "-".join(found.groups()).upper() if found else ""


def doi(told: Iterable[tuple[str, str, str]]) -> str:
    """Return the first DOI that is not withdrawn, of kinds of identifier, ValidYN and texts."""
    texts = [text for kind, valid, text in told if kind.lower() == "doi" and valid != "N"]
    return next((match[1] for match in map(_DOI.fullmatch, texts) if match), "")


def pmcid(told: Iterable[tuple[str, str, str]]) -> str:
    """Return the first PMCID, ``PMC`` and digits without a version, of the same."""
    texts = [text for kind, _, text in told if kind == "pmc"]
    return next((f"PMC{match[1]}" for match in map(_PMCID.fullmatch, texts) if match), "")


def notice(kind: str | None, pmid: str, source: str) -> Notice:
    """Return a notice; what is no PMID is left out."""
    return Notice(clean(kind), pmid if PMID.fullmatch(pmid) else "", source)


def accessions(databank: str, numbers: Sequence[str]) -> list[str]:
    """Return each number behind its databank's name, or the name alone."""
    return [f"{databank}/{number}" for number in numbers] or [databank]


def pages(told: Mapping[str, str]) -> str:
    """Return the pages from the texts of the elements that tell them, in one piece or two."""
    get = told.get
    return get("MedlinePgn") or "-".join(filter(None, (get("StartPage"), get("EndPage"))))
