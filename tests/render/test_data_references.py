"""The references: each format, read back by somebody else, has the same entries and DOIs."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import rispy
import synthetic
from perennial.render import csl
from perennial.render.pandoc import pandoc

# A DOI as publishers really make them, with what LaTeX takes for its own.
ODD_DOI = "10.0000/(SICI)1_2<3:A%4>5.0;6-#{7}"


def _read(content: bytes, form: str) -> list[dict]:
    return json.loads(pandoc(content.decode(), f"--from={form}", "--to=csljson"))


def _expected() -> set[tuple[str, str]]:
    review = synthetic.review()
    studies = {(f"pmid{s.pmid}", review.records[s.pmid].doi) for s in review.studies}
    return {("baseline", review.baseline_review["doi"]), *studies}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("references.bib", "bibtex"),
        ("references.biblatex.bib", "biblatex"),
        ("references.json", "csljson"),
    ],
)
def test_pandoc_reads_every_entry_with_its_doi(files, name, form):
    found = _read(files[name], form)
    assert len(found) == len(_expected()) > 5
    assert {(each["id"], each.get("DOI", "")) for each in found} == _expected()
    titles = {record.title for record in synthetic.review().records.values()}
    assert sum(each["title"].replace("’", "'") in titles for each in found) == len(found) - 1


def test_a_reference_manager_reads_the_same_from_ris(files):
    found = rispy.loads(files["references.ris"].decode())
    assert sorted(each.get("doi", "") for each in found) == sorted(doi for _, doi in _expected())


def test_plain_bibtex_has_what_journals_styles_know(files):
    text = files["references.bib"].decode()
    assert "journaltitle" not in text and "date =" not in text
    count = len(_expected())
    for field in ("journal", "year", "doi", "author", "title"):
        assert len(re.findall(rf"^  {field} = ", text, re.M)) == count
    assert len(re.findall(r"^  pmid = ", text, re.M)) == count - 1


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_a_doi_and_a_title_of_odd_signs_come_back(form):
    first = synthetic.review().records[synthetic.pmid(1)]
    title = 'A <b> "title" & 5% of p<0.05 {x} $y$ #1 a_b'
    content = csl.bibtex([csl.item(replace(first, doi=ODD_DOI, title=title))], form)
    [found] = _read(content, form)
    assert found["DOI"] == ODD_DOI.replace("{", "%7B").replace("}", "%7D")
    plain = re.sub(r"</?span[^>]*>", "", found["title"])
    assert plain.translate({0x201C: '"', 0x201D: '"'}).replace("&lt;", "<") == title


def test_csl_json_has_every_text_as_it_is():
    first = synthetic.review().records[synthetic.pmid(1)]
    title = 'p<0.05 and a "quoted" <i>word</i> \\ “so”'
    [found] = json.loads(csl.csl_json([csl.item(replace(first, title=title, doi=ODD_DOI))]))
    assert (found["title"], found["DOI"]) == (title, ODD_DOI)


def test_a_record_without_a_title_is_still_a_reference():
    first = replace(synthetic.review().records[synthetic.pmid(1)], title="", vernacular_title="")
    assert b"@article{" in csl.bibtex([csl.item(first)])


def test_a_notice_goes_with_its_reference_in_every_format(files):
    name = f"pmid{synthetic.pmid(18)}"
    items = {each["id"]: each for each in json.loads(files["references.json"])}
    assert items[name]["note"] == "Retracted; corrected; set aside, not counted"
    for file in ("references.bib", "references.biblatex.bib"):
        entry = files[file].decode().partition(f"{{{name},")[2].partition("\n}")[0]
        assert "note = {Retracted; corrected; set aside, not counted}" in entry


def test_no_reference_is_no_entry():
    assert csl.bibtex([]) == b"" and json.loads(csl.csl_json([])) == []
