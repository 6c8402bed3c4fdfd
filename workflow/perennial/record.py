"""The record: one citation as its source gives it, in plain text with nothing lost.

Field names are those of the records table (``results/1_records/records.parquet``).
Text is Unicode NFC, without markup, without line breaks inside a field; dates are
ISO 8601 as far as they are known: ``2025``, ``2025-09`` or ``2025-09-08``.
Absent text is ``""``, never ``None``, so that a table has one kind of empty cell.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Author:
    """A person, or a group whose name stands in ``collective``."""

    family: str = ""
    given: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading; ``major`` if the descriptor or any qualifier is a major topic."""

    descriptor: str
    ui: str = ""
    major: bool = False
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled part of the abstract: ``abstract[start:end]`` is its text without the label."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A CommentsCorrections entry: ``kind`` is PubMed's RefType, e.g. ``RetractionIn``."""

    kind: str
    pmid: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract in another language or from another agency; never screened as the abstract."""

    language: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """One PubMed record. ``pmid`` is never empty; every other field may be."""

    pmid: str
    version: str = ""
    pmcid: str = ""
    doi: str = ""
    kind: str = "article"  # "article" or "book" (PubmedBookArticle)
    title: str = ""
    vernacular_title: str = ""
    abstract: str = ""  # labelled sections read "LABEL: text", joined by one blank
    sections: tuple[Section, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    copyright: str = ""
    authors: tuple[Author, ...] = ()
    journal: str = ""  # full title
    journal_abbreviation: str = ""  # ISO, else MedlineTA
    issn: str = ""
    year: int = 0  # 0 when the source gives none
    date: str = ""
    date_text: str = ""  # as printed, e.g. "1998 Dec-1999 Jan"
    volume: str = ""
    issue: str = ""
    pages: str = ""
    languages: tuple[str, ...] = ()  # ISO 639-2 as PubMed writes them: "eng"
    publication_types: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    keywords: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    databanks: tuple[str, ...] = ()  # "ClinicalTrials.gov/NCT01234567"
    notices: tuple[Notice, ...] = ()
    status: str = ""  # MedlineCitation Status
    entered: str = ""  # EDAT
    created: str = ""  # CRDT
    indexed: str = ""  # MHDA
    revised: str = ""  # LR
