"""Round trips: records, an export, our own importer, and the same fields again.

Which fields a format carries is stated once, in ``formats.FORMATS``; docs/exchange.md shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from perennial import pubmed
from perennial.config import Config
from perennial.exchange.formats import FORMATS, Format
from perennial.exchange.references import items
from perennial.exchange.sent import Sent, kinds
from perennial.imports.ids import from_pubmed
from perennial.imports.load import load_imports
from perennial.record import Author, Record
from perennial.render.pandoc import pandoc
from perennial.text import clean

SHARED = Path(__file__).parents[2] / "../shared/data"
JABREF = SHARED / "pubmed_xml/jabref"
SCREENING = SHARED / "screening"
EVERY = pytest.mark.parametrize("form", FORMATS, ids=lambda f: f"{f.tool}{f.suffix}")
AWKWARD = "\\{}$&#%_^~<>`'\"|@=+-;,.:!?/()[]* aAbB019éßαİ–—“”’½漢🧪אֹ"
OUTCOMES = [("", "", ""), ("include", "", "meets"), ("exclude", "X1", 'wrong, really; "so"')]

PUBMED_XML = Path(__file__).parents[1] / "data/pubmed/valid/people.xml"
TWICE = (("plain", ".bib"), ("plain", ".json"))
WRITTEN = [form for form in FORMATS if (form.tool, form.suffix) not in TWICE]

texts = st.text(st.sampled_from(AWKWARD), max_size=40).map(clean)
titles = st.one_of(
    texts.map(lambda text: clean(f"T {text}")),
    st.sampled_from("=+-@'").flatmap(lambda sign: texts.map(lambda t: clean(f"{sign}{t} x"))),
)
words = st.sampled_from(["Ann", "Bo-Li", "van der Berg", "O'Neil", "Ünal", "El-Amin", "da Silva"])
people = st.builds(
    lambda family, given, suffix: Author(family, given, suffix=suffix if given else ""),
    words,
    st.sampled_from(["", "Ann", "Jean-Paul", "A B", "Ömer F."]),
    st.sampled_from(["", "", "Jr", "III"]),
)
groups = st.sampled_from(
    ["The Snow and Ice Study Group", "World Institute of Frost {W}", "NN Team"]
).map(lambda name: Author(collective=name))
keywords = st.lists(texts.filter(lambda t: any(c.isalnum() for c in t)), max_size=3)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record as a source gives it, its text as awkward as it comes."""
    authors = st.lists(st.one_of(people, groups), max_size=3)
    types = st.sampled_from([("Journal Article",), ("Journal Article", "Review")])
    pages = st.sampled_from(["", "1-9", "454-81", "e12", "S1-S4", "5-5", "1-3, 7-9", "-2"])
    year = draw(st.sampled_from([0, 1998, 2021]))
    date = draw(st.sampled_from(["", "-03", "-12-24"])) if year else ""
    journal = draw(st.sampled_from(["", "Ann Snow", "Schnee & Eis: {Annalen}", "J of 100% _ice_"]))
    book = draw(st.sampled_from([False, False, True]))
    return Record(
        draw(st.sampled_from(["1", "38012345", "x0123456789"])),
        pmcid=draw(st.sampled_from(["", "PMC77"])),
        doi=draw(st.sampled_from(["", "10.1000/a_b(1)<2>&c#d", "10.1234/%7E~x;y"])),
        kind="book" if book else "article",
        title=draw(titles),
        abstract=draw(texts),
        authors=tuple(draw(authors)),
        journal=journal,
        journal_abbreviation=draw(st.sampled_from(["", "A. Snow"])) if journal else "",
        issn=draw(st.sampled_from(["", "1234-567X"])),
        year=year,
        date=f"{year}{date}" if year else "",
        date_text=f"{year}{' Mar' if date == '-03' else ' Dec 24' if date else ''}" if year else "",
        volume=draw(st.sampled_from(["", "3", "12 Suppl 1", "=3"])),
        issue=draw(st.sampled_from(["", "2", "1-2"])),
        pages=draw(pages),
        languages=draw(st.sampled_from([(), ("eng",), ("ger", "fre")])),
        publication_types=("Book",) if book else draw(types),
        keywords=tuple(dict.fromkeys(map(clean, draw(keywords)))),
    )  # fmt: skip


def sent(held: Sequence[Record]) -> list[Sent]:
    return [Sent(r, *OUTCOMES[n % len(OUTCOMES)], "rule") for n, r in enumerate(held)]


def back(form: Format, held: Sequence[Record], folder: Path) -> list[Record]:
    (folder / f"a{form.suffix}").write_bytes(form.write(sent(held)))
    row = {"id": "E1", "label": "", "searched": "2026-10-01", "files": [f"a{form.suffix}"]}
    (imported,) = load_imports(Config(str(folder / "search.yaml"), {"imports": [row]}))
    return list(imported.records)


def shown(record: Record, form: Format) -> dict[str, Any]:
    """What of a record the format is to carry, as far as a list can be told from a text."""
    values = {name: getattr(record, name) for name in form.carries}
    values["pmid"] = record.pmid if from_pubmed(record.pmid) else ""
    values["title"] = record.title or record.vernacular_title
    values["journal"] = record.journal or record.journal_abbreviation
    values["abbreviated"] = values.pop("journal_abbreviation") if record.journal else ""
    values["authors"] = [
        comma(a.collective or " / ".join((a.family, a.given or a.initials, a.suffix)))
        for a in record.authors
    ]
    values["keywords"] = list(dict.fromkeys(map(comma, record.keywords)))
    if "languages" in values:
        values["languages"] = [code.lower() for code in record.languages]
    if "publication_types" in values:  # RIS says that whatever is no book is a journal's
        journal = {"journal article"} if form.suffix == ".ris" and record.kind != "book" else set()
        values["publication_types"] = journal | {t.lower() for t in kinds(record)}
    if form.suffix == ".nbib":  # groups come last, Jr is lost, a star before a keyword is a mark
        last = sorted(record.authors, key=lambda author: bool(author.collective))
        values["authors"] = [a.collective or a.family.split()[0] for a in last]
        values["keywords"] = [word.lstrip("*").strip() for word in record.keywords]
        values["headings"] = [(h.descriptor, h.major, h.qualifiers) for h in record.headings]
        values["notices"] = [n for n in record.notices if n.kind != "Cites"]  # no tag for those
        values.pop("date_text")
    if form.suffix == ".ris" and not record.journal:
        values["abbreviated"] = ""
    return values


def comma(text: str) -> str:
    return clean(text.replace(";", ","))


def same(form: Format, held: Sequence[Record], folder: Path) -> None:
    kept = [r for r in held if form.suffix != ".nbib" or from_pubmed(r.pmid)]
    if not kept:
        return
    for before, after in zip(kept, back(form, kept, folder), strict=True):
        found, expected = shown(after, form), shown(before, form)
        changed = {n: (v, found[n]) for n, v in expected.items() if found[n] != v}
        assert not changed


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(held=st.lists(records(), min_size=3, max_size=6, unique_by=lambda record: record.pmid))
def test_what_a_format_carries_comes_back(held: list[Record], tmp_path: Path) -> None:
    for form in WRITTEN:
        same(form, held, tmp_path)


def test_every_format_is_tried() -> None:
    assert {(f.tool, f.suffix) for f in FORMATS} == {
        *((tool, ".csv") for tool in ("asreview", "rayyan", "plain")),
        *((tool, ".ris") for tool in ("asreview", "rayyan", "covidence", "zotero", "plain")),
        *((tool, suffix) for tool in ("zotero", "plain") for suffix in (".bib", ".json")),
        ("plain", ".nbib"),
    }
    assert len(WRITTEN) == len(FORMATS) - 2  # zotero's .bib and .json are the plain ones


@EVERY
def test_a_very_long_abstract_comes_back(form: Format, tmp_path: Path) -> None:
    record = Record("1", title="Frost", abstract="Long, {very} long & so on. " * 500 + "End.")
    same(form, [record], tmp_path)


@EVERY
def test_the_same_records_are_the_same_bytes(form: Format) -> None:
    held = real(PUBMED_XML)
    assert form.write(sent(held)) == form.write(sent(held))
    assert b"\r" not in form.write(sent(held))


def real(path: Path) -> list[Record]:
    return list(pubmed.parse(path.read_bytes(), file=str(path)).records)


@EVERY
def test_records_of_real_programs_come_back(form: Format, tmp_path: Path) -> None:
    if not JABREF.is_dir():
        pytest.skip(f"real files are not at hand: {JABREF}")
    held = [record for path in sorted(JABREF.glob("*.xml")) for record in real(path)]
    assert len(held) > 5
    same(form, unique(held), tmp_path)


@EVERY
def test_references_of_reviewers_come_back(form: Format, tmp_path: Path) -> None:
    if not SCREENING.is_dir():
        pytest.skip(f"real files are not at hand: {SCREENING}")
    row = {"id": "S", "label": "", "searched": "2026-10-01", "files": ["in.ris"]}
    (path,) = SCREENING.glob("*.ris")
    (tmp_path / "in.ris").write_bytes(path.read_bytes())
    (imported,) = load_imports(Config(str(tmp_path / "search.yaml"), {"imports": [row]}))
    assert len(imported.records) > 20
    same(form, unique(imported.records), tmp_path)


def unique(held: Sequence[Record]) -> list[Record]:
    return list({record.pmid: record for record in held}.values())


@pytest.mark.parametrize("form", [f for f in FORMATS if f.suffix == ".ris"], ids=lambda f: f.tool)
def test_another_reader_of_ris_agrees(form: Format) -> None:
    held = real(PUBMED_XML)
    read = rispy.loads(form.write(sent(held)).decode())
    assert [entry["title"] for entry in read] == [r.title or r.vernacular_title for r in held]
    assert [entry.get("doi", "") for entry in read] == [record.doi for record in held]
    assert [entry.get("abstract", "") for entry in read] == [record.abstract for record in held]


@pytest.mark.parametrize("suffix", [".bib", ".json", ".ris"])
def test_pandoc_agrees(suffix: str) -> None:
    held = real(PUBMED_XML)
    (form,) = (f for f in FORMATS if (f.tool, f.suffix) == ("zotero", suffix))
    name = {".bib": "bibtex", ".json": "csljson", ".ris": "ris"}[suffix]
    answer = pandoc(form.write(sent(held)).decode(), f"--from={name}", "--to=csljson")
    read = [item for item, _ in items(answer.decode(), "")]
    assert [item.get("DOI", "") for item in read] == [record.doi for record in held]
    titles = [loose(record.title or record.vernacular_title) for record in held]
    assert [loose(item["title"]) for item in read] == titles


def loose(text: str) -> str:
    """Pandoc sets quotation marks as a printer would."""
    return text.translate(str.maketrans("’‘“”", "''\"\"")).rstrip(".")


LOST = {"publication_types": "publication types", "languages": "languages", "date": "day and month"}


def test_the_table_in_the_docs_is_that_of_the_code() -> None:
    text = (Path(__file__).parents[2] / "docs/exchange.md").read_text("utf-8")
    for form in FORMATS:
        lost = ", ".join(sorted(LOST[name] for name in LOST.keys() - form.carries)) or "nothing"
        where = form.outcome or "nothing"
        assert f"| {form.tool} | `{form.suffix}` | {where} | {lost} |\n" in text
