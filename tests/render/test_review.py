"""The review as a whole: the same each time, complete, and in agreement with its numbers."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import itertools
import re
import zipfile
from collections import Counter
from dataclasses import replace

import pytest
import rispy
import synthetic
from lxml import etree
from perennial.errors import LedgerError
from perennial.flow import Flow
from perennial.render.files import render
from perennial.render.page import SECTIONS
from reading import docx_text, markdown_page, page, squeezed

FILES = {
    *("review.html", "review.docx", "review.pdf", "review.md", "flow.svg"),
    *("evidence-map.svg", "timeline.svg", "sites.svg"),
    *("evidence.csv", "studies.csv", "screening.csv", "data.xlsx"),
    *("evidence.parquet", "studies.parquet", "screening.parquet"),
    *("data-dictionary.md", "datapackage.json", "edition.json"),
    *("references.bib", "references.biblatex.bib", "references.json", "references.ris"),
}
LINKS = re.compile(
    r"#[\w.-]+|https://(pubmed\.ncbi\.nlm\.nih\.gov|pmc\.ncbi\.nlm\.nih\.gov|doi\.org)/\S+"
)


def test_the_same_review_gives_the_same_bytes(files, templates):
    again = render(synthetic.review(), templates)
    assert set(files) == FILES
    assert [name for name in files if files[name] != again[name]] == []


def test_the_only_date_in_the_document_is_the_reviews_own(files):
    with zipfile.ZipFile(io.BytesIO(files["review.docx"])) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert {info.date_time[:3] for info in archive.infolist()} <= {(1980, 1, 1), (2026, 6, 1)}
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2026-06-01"}


def test_the_page_asks_nothing_of_any_server(files):
    root = page(files)
    loading = (
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "form",
        "base",
    )
    assert [element.tag for tag in loading for element in root.iter(tag)] == []
    assert not [
        name for e in root.iter() for name in e.attrib if name.startswith("on") or name == "style"
    ]
    assert not [e.get("src") for e in root.iter() if e.get("src")]
    links = [e.get("href") for e in root.iter("a")]
    assert links and [link for link in links if not LINKS.fullmatch(link)] == []
    style = "".join(e.text_content() for e in root.iter("style"))
    assert "@import" not in style and "url(" not in style


def test_the_policy_lets_nothing_in_but_the_pages_own_style_and_scripts(files):
    root = page(files)
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    [style] = re.findall(rb"<style>(.*?)</style>", files["review.html"], re.DOTALL)
    scripts = re.findall(rb"<script>(.*?)</script>", files["review.html"], re.DOTALL)
    assert len(scripts) == 2
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {_digest(style)}",
        f"script-src {' '.join(map(_digest, scripts))}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    others = [e.get("type") for e in root.iter("script") if e.get("type")]
    assert others and {kind.split("/")[0] for kind in others} == {"application"}  # data, not run


def _digest(content: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"


def test_every_link_within_the_page_arrives(files):
    root = page(files)
    ids = Counter(root.xpath("//@id"))
    assert [name for name, number in ids.items() if number > 1] == []
    targets = {e.get("href")[1:] for e in root.iter("a") if e.get("href").startswith("#")}
    assert len(targets) > len(SECTIONS)
    assert targets - set(ids) == set()


def test_every_record_statement_and_claim_has_an_anchor(files):
    review, ids = synthetic.review(), set(page(files).xpath("//@id"))
    assert {f"pmid-{row.pmid}" for row in review.screened} <= ids
    assert {f"s-{s.id}" for s in review.statements} <= ids
    assert {f"claim-{c.id}" for c in review.synthesis.claims} <= ids


def test_every_included_study_is_cited_and_listed(files):
    review, root = synthetic.review(), page(files)
    entries = {li.get("id"): li.text_content() for li in root.xpath("//ol[@class='references']/li")}
    cited = {a.get("href")[1:] for a in root.xpath("//a[@class='cite']")}
    assert set(entries) == cited
    for study in review.studies:
        held = [text for text in entries.values() if f"PMID {study.pmid}" in text]
        assert len(held) == 1 and review.records[study.pmid].title in held[0]


def test_references_are_numbered_in_the_order_of_first_citation(files):
    numbers = [int(a.get("href")[5:]) for a in page(files).xpath("//main//a[@class='cite']")]
    first = list(dict.fromkeys(numbers))
    assert first == list(range(1, len(first) + 1))


@pytest.mark.parametrize(
    "reader", [lambda f: page(f).text_content(), docx_text, lambda f: f["flow.svg"].decode()]
)
def test_the_numbers_of_the_flow_are_in(files, reader):
    text = squeezed(reader(files))
    for box in synthetic.review().flow.boxes:
        assert (
            squeezed(f"{box.label} (n = {box.count})") in text
            or squeezed(f"{box.label}all{box.count}") in text
        )


def test_the_flow_table_holds_the_flow(files):
    table = page(files).xpath("//table[caption='Flow of records']")[0]
    rows = [[cell.text_content() for cell in row] for row in table.xpath("./tbody/tr")]
    boxes = synthetic.review().flow.boxes
    new = set(synthetic.review().ledger.changes[-1].new)
    expected = []
    for box in boxes:
        told = [(part.label, part.pmids) for part in box.parts if part.label]
        for label, pmids in [("all", box.pmids), *told]:
            counts = [len(pmids), sum(pmid in new for pmid in pmids)]
            expected.append([box.label if label == "all" else "", label, *map(str, counts)])
    assert rows[: len(expected)] == expected
    assert rows[len(expected) :] == [
        ["Studies included before 1 June 2026", "all", "9", ""],
        ["", "Still included", "8", ""],
        ["", "Set aside since, for a notice", "1", ""],
        ["Studies newly included", "all", "1", ""],
        ["", "Found since", "1", ""],
    ]


def test_the_three_forms_tell_the_same(files):
    texts = [page(files).text_content(), markdown_page(files).text_content(), docx_text(files)]
    review = synthetic.review()
    told = [title for _, title in SECTIONS] + [c.text for c in review.synthesis.claims]
    told += [s.quote for s in review.statements] + [f"PMID {row.pmid}" for row in review.screened]
    told += ["This is a demonstration.", "PMC9999999999", review.question]
    for text in map(squeezed, texts):
        assert [piece for piece in told if squeezed(piece) not in text] == []


@pytest.mark.parametrize(("source", "shown"), [("example", True), ("ncbi", False)])
def test_only_the_example_corpus_is_called_a_demonstration(source, shown, templates):
    text = render(replace(synthetic.review(), source=source), templates)["review.md"].decode()
    assert ("This is a demonstration" in text) is shown
    assert ("demonstration's own corpus" in text) is shown


def test_the_page_is_built_for_people_who_cannot_see_it(files):
    root = page(files)
    assert root.get("lang") == "en"
    assert len(root.xpath("//main")) == len(root.xpath("//h1")) == 1
    assert root.xpath("//a[@class='skip' and @href='#main']")
    assert not root.xpath("//table[not(caption)] | //th[not(@scope)]")
    assert not root.xpath("//*[local-name()='svg'][not(*[local-name()='title'])]")
    levels = [int(h.tag[1]) for h in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(lower - upper <= 1 for upper, lower in itertools.pairwise(levels))


def test_reference_managers_can_read_it(files):
    review, root = synthetic.review(), page(files)
    meta = {m.get("name"): m.get("content") for m in root.iter("meta")}
    assert meta["citation_title"] == review.title
    assert meta["citation_publication_date"] == "2026/06/01"
    entries = rispy.loads(files["references.ris"].decode())
    assert entries[0]["doi"] == "10.0000/base"
    assert {e["accession_number"] for e in entries[1:]} == {s.pmid for s in review.studies}
    assert files["references.bib"].count(b"@article{") == len(review.studies) + 1


def test_the_tables_hold_every_row(files):
    review = synthetic.review()
    sheets = {
        name: list(csv.DictReader(io.StringIO(files[name].decode())))
        for name in FILES
        if ".csv" in name
    }
    assert [row["quote"] for row in sheets["evidence.csv"]] == [s.quote for s in review.statements]
    assert [row["pmid"] for row in sheets["screening.csv"]] == [s.pmid for s in review.screened]
    assert [row["pmid"] for row in sheets["studies.csv"]] == [s.pmid for s in review.studies]
    assert list(sheets["evidence.csv"][0])[:10] == (
        [
            "pmid",
            "factor",
            "direction",
            "condition",
            "site",
            "model",
            "quote",
            "section",
            "start",
            "end",
        ]
    )
    aside = {row["pmid"] for row in sheets["evidence.csv"] if row["set_aside"] == "true"}
    assert aside == {synthetic.pmid(18)}
    assert list(sheets["evidence.csv"][0])[-1] == "set_aside"
    assert [row["set_aside"] for row in sheets["studies.csv"]] == ["false"] * 9 + ["true"]
    assert list(sheets["screening.csv"][0]) == [
        "pmid",
        "outcome",
        "criterion",
        "matched",
        "reason",
        "decided_by",
        "title",
    ]


def test_a_retracted_study_is_marked_wherever_it_is_cited(files):
    root, number = page(files), 0
    name = f"PMID {synthetic.pmid(18)}"
    entry = root.xpath(f"//ol[@class='references']/li[contains(., '{name}')]")[0]
    assert "RETRACTED" in entry.text_content()
    for summary in root.xpath(f"//details[.//a[@href='#{entry.get('id')}']]/summary[b]"):
        number += 1
        assert "RETRACTED" in summary.text_content()
    assert number == 3  # each of its statements, apart in two mechanisms


def test_an_empty_review_is_still_a_review(templates):
    full = synthetic.review()
    empty = replace(
        full,
        flow=Flow(tuple(replace(box, parts=()) for box in full.flow.boxes)),
        screened=(), links=(), integrity=(), studies=(), statements=(), baseline_errors=(),
        step=None, ledger=replace(full.ledger, changes=()),
        synthesis=replace(
            full.synthesis, claims=(), audits=(), contradictions=(), comparisons=()
        ),
        baseline_review={}, records={}, criteria=(), maintainers=(), manifest={},
    )  # fmt: skip
    text = render(empty, templates)["review.md"].decode()
    for sentence in (
        "No study is included.",
        "No record was excluded.",
        "No record awaits a decision.",
    ):
        assert sentence in text


BROKEN = {
    "a study that the flow does not include": lambda r: replace(r, studies=r.studies[1:]),
    "a statement from a study that is not included": lambda r: replace(
        r, statements=(*r.statements, synthetic.statement(99, 8, "FAC1", "IND"))
    ),
    "a direction without a name": lambda r: replace(
        r, statements=(replace(r.statements[0], direction="ODD"), *r.statements[1:])
    ),
    "an exclusion that the flow does not count": lambda r: replace(
        r, screened=(*r.screened[:-1], replace(r.screened[-1], outcome="exclude"))
    ),
    "an exclusion counted under another criterion": lambda r: replace(
        r,
        screened=tuple(
            replace(s, criterion="type") if s.criterion == "subject" else s for s in r.screened
        ),
    ),
    "a record that is screened but not held": lambda r: replace(
        r, records={k: v for k, v in r.records.items() if k != synthetic.pmid(8)}
    ),
    "an audit of no claim": lambda r: replace(r, synthesis=replace(r.synthesis, claims=())),
    "an audit that cites no statement": lambda r: replace(r, statements=r.statements[1:]),
    "a box that the diagram has no place for": lambda r: replace(
        r, flow=Flow((*r.flow.boxes, replace(r.flow.boxes[0], id="elsewhere")))
    ),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_a_review_that_contradicts_itself_is_refused(change, templates):
    with pytest.raises(LedgerError):
        render(change(synthetic.review()), templates)


def test_the_diagram_is_a_picture_with_real_text(files):
    root = etree.fromstring(files["flow.svg"])
    space = {"s": "http://www.w3.org/2000/svg"}
    assert root.get("role") == "img"
    assert len(root.xpath("//s:text", namespaces=space)) > len(synthetic.review().flow.boxes)
    assert not root.xpath("//s:script | //s:image | //s:style | //@style", namespaces=space)
