"""Exports that real programs wrote, where they are at hand: ../shared/data beside the project."""

from __future__ import annotations

import dataclasses
import gzip
import re
from pathlib import Path

import pytest
from perennial import pubmed
from perennial.config import Config
from perennial.errors import InputError
from perennial.imports.load import load_imports
from perennial.link import link
from perennial.linking.card import doi, words
from perennial.record import Record

SHARED = Path(__file__).parents[2] / "../shared/data"
JABREF = SHARED / "pubmed_xml/jabref"
SCREENING = SHARED / "screening"
# Made to be wrong: no beginning, no end, no title.
REFUSED = {
    "RisImporterCorrupted.ris": "before the beginning",
    "RisImporterTest1.ris": "without its end",
    "RisImporterTestDoiAndJournalTitle.ris": "without a title",
}


def read(path: Path) -> list[Record]:
    row = {"id": "E1", "label": "", "searched": "2026-10-01", "files": [path.name]}
    if path.suffix == ".txt":
        row["format"] = "nbib"
    (imported,) = load_imports(Config(str(path.parent / "search.yaml"), {"imports": [row]}))
    return list(imported.records)


def found(folder: Path, pattern: str) -> list[Path]:
    if not folder.is_dir():
        pytest.skip(f"real files are not at hand: {folder}")
    paths = sorted(folder.glob(pattern))
    assert paths
    return paths


def bib(path: Path, field: str) -> str:
    """A field of a BibTeX file with one entry, without braces; "" if it has none."""
    match = re.search(rf"^\s*{field}\s*=\s*\{{(.*?)\}},?\s*$", path.read_text("utf-8"), re.M | re.S)
    return match[1].replace("{", "").replace("}", "") if match else ""


def test_references_as_another_program_reads_them() -> None:
    compared = 0
    for path in found(JABREF, "*.ris"):
        if path.name in REFUSED:
            with pytest.raises(InputError, match=REFUSED[path.name]):
                read(path)
            continue
        (record,) = read(path)
        expected = path.with_suffix(".bib")
        compared += 1
        title = words(bib(expected, "title")) or words(bib(expected, "booktitle"))
        assert words(record.title) in (title, words(bib(expected, "booktitle"))), path.name
        assert doi(record.doi) == doi(bib(expected, "doi")), path.name
        year = bib(expected, "year") or bib(expected, "date")[:4]
        assert str(record.year) == year, path.name
        assert record.volume == bib(expected, "volume"), path.name
        names = bib(expected, "author").split(" and ")
        if "A2  -" not in path.read_text("utf-8"):  # editors of a series, not authors here
            assert len(record.authors) == len(list(filter(None, names))), path.name
    assert compared >= 12


def test_medline_as_another_program_reads_it() -> None:
    for path in (*found(JABREF, "*.nbib"), JABREF / "MedlinePlainImporterTestCompleteEntry.txt"):
        (record,) = read(path)
        expected = path.with_suffix(".bib")
        assert record.pmid == bib(expected, "pmid"), path.name
        assert words(record.title) == words(bib(expected, "title")), path.name
        assert record.year == int(bib(expected, "year")), path.name
        assert len(record.authors) >= bib(expected, "author").count(" and "), path.name


def test_labelled_sets_lose_no_row() -> None:
    for path in found(SCREENING, "*.csv"):
        records = read(path)
        text = path.read_text("utf-8")
        assert all(record.title for record in records)
        if "pubmedID" in text[:200]:
            ids = re.findall(r"^\d+,(\d{5,8}),", text, re.M)
            assert {record.pmid for record in records} >= set(ids)
            assert len(ids) > 100


def test_references_of_a_reference_manager_lose_no_entry() -> None:
    (path,) = found(SCREENING, "*.ris")
    assert len(read(path)) == len(re.findall(r"^TY  -", path.read_text("utf-8"), re.M)) == 38


def pubmed_records() -> list[Record]:
    held: dict[str, Record] = {}
    for path in found(SHARED / "pubmed_xml", "**/*.xml*"):
        body = path.read_bytes()
        try:
            parsed = pubmed.parse(gzip.decompress(body) if path.suffix == ".gz" else body)
        except InputError:  # server errors and other databases are among the files
            continue
        held.update({record.pmid: record for record in parsed.records if record.title})
    assert len(held) > 700
    return list(held.values())


COPIES = {
    "everything": ({}, 0.99),
    "no identifier": ({"doi": "", "pmcid": ""}, 0.98),
    "no identifier, no page": ({"doi": "", "pmcid": "", "pages": ""}, 0.94),
    "no identifier, no type": ({"doi": "", "pmcid": "", "publication_types": ()}, 0.90),
}


@pytest.mark.parametrize("lacks", COPIES)
def test_real_records_meet_their_copies_and_no_others(lacks: str) -> None:
    """Every real record and a copy as another database would export it: recall and precision."""
    fields, recall = COPIES[lacks]
    held = pubmed_records()
    copies = {f"x{number:010}": record.pmid for number, record in enumerate(held)}
    exported = [
        dataclasses.replace(record, pmid=id_, notices=(), headings=(), **fields)
        for id_, record in zip(copies, held, strict=True)
    ]
    links, _ = link([*held, *exported])
    told = [(f.pmid, f.other) for f in links if f.kind == "duplicate of"]
    assert not [pair for pair in told if copies.get(pair[0]) != pair[1]]
    assert len(told) / len(held) >= recall
