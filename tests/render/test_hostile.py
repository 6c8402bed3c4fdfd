"""Whatever a corpus says, it is shown as text and runs nowhere."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from dataclasses import replace
from html.entities import html5
from pathlib import Path
from typing import Any

import pytest
import rispy
import synthetic
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from perennial.claim import Claim
from perennial.flow import Flow, Part
from perennial.record import Author
from perennial.render import csl, diagram, documents, ris, sheets
from perennial.render.living import Amendment, Living, Role
from perennial.render.page import Pages
from perennial.render.pictures import canvas
from perennial.render.review import Mechanism, Review
from perennial.render.wording import clip, visible
from reading import docx_text, markdown_page, page, squeezed

LONGEST = 10_000  # characters of a case that is tried each time in all three forms
CASES = json.loads((Path(__file__).parents[1] / "data/render/hostile.json").read_text("utf-8"))
ENTITIES = " ".join(f"&{name}" for name in sorted(html5) if name.endswith(";"))
CASES.append({"note": "every entity of HTML", "text": ENTITIES})


def test_there_are_cases():
    assert len(CASES) > 15


def text_of(case: dict) -> str:
    return case["text"] * case.get("times", 1)


def poisoned(review: Review, text: str) -> Review:
    """``review`` with ``text`` wherever the outside world, or a config, could put one."""

    def record(r):
        return replace(
            r,
            title=text,
            journal=text,
            journal_abbreviation=text,
            authors=(Author(family=text, given=text),),
        )

    def part(p):
        return Part(p.id, text if p.label else "", p.pmids)

    boxes = tuple(replace(b, parts=tuple(map(part, b.parts))) for b in review.flow.boxes)
    search = review.ledger.search
    strategies = tuple(
        replace(s, label=text, query=text, sent=text + " ", translation=text, warnings=(text,))
        for s in search.strategies
    )
    named = tuple(replace(n, asked=text, reason=text) for n in search.named)
    changes = tuple(
        replace(
            change,
            edits=tuple(replace(e, strategy=text, before=text, after=text) for e in change.edits),
            withdrawn=tuple(replace(w, reason=text) for w in change.withdrawn),
        )
        for change in review.ledger.changes
    )
    database = replace(search.database, build=text, last_update=text)
    search = replace(search, strategies=strategies, named=named, database=database)
    claims = tuple(
        replace(c, text=text, reference=text, study=text, error=text, note=text)
        for c in review.synthesis.claims
    )
    said = Amendment(text, text, text)
    assert all(isinstance(c, Claim) for c in claims)
    return replace(
        review,
        title=text,
        question=text,
        version=text,
        source_note=text,
        maintainers=(text,),
        ledger=replace(review.ledger, search=search, changes=changes),
        living=Living("week", 30, 90, "all", text, text, (Role(text, text),), (said,)),
        blocks={text: text},
        step=replace(
            review.step, notices=tuple(replace(n, citation=text) for n in review.step.notices)
        ),
        flow=Flow(boxes),
        records={k: record(r) for k, r in review.records.items()},
        screened=tuple(
            replace(
                s,
                reason=text,
                decided_by=text,
                matched=tuple(replace(m, text=text) for m in s.matched),
            )
            for s in review.screened
        ),
        links=tuple(replace(link, rule=text) for link in review.links),
        integrity=tuple(replace(i, citation=text) for i in review.integrity),
        criteria=tuple(
            c._replace(label=text, reason=text, query=c.query and text) for c in review.criteria
        ),
        studies=tuple(replace(s, design=text, conditions=(text,)) for s in review.studies),
        statements=tuple(
            # "; " stands between the names of a context, and would make several of one
            replace(s, quote=text, factor_text=text, condition=text.replace("; ", ";"), rule=text)
            for s in review.statements
        ),
        passages={k: replace(p, heading=text) for k, p in review.passages.items()},
        synthesis=replace(
            review.synthesis,
            claims=claims,
            audits=tuple(replace(a, why=text) for a in review.synthesis.audits),
            contradictions=tuple(
                replace(
                    c, separation=tuple(replace(s, one=s.one and (text,)) for s in c.separation)
                )
                for c in review.synthesis.contradictions
            ),
        ),
        mechanisms=tuple(Mechanism(m.id, text, text) for m in review.mechanisms),
        factors={"FAC1": text},
        baseline_review={**review.baseline_review, "title": text, "first_author": text},
        baseline_errors=({"says": text, "source_says": text, "basis": text},),
        manifest={"x": text},
    )


SAVED = canvas.saved


def _on_screen(name: str, size: tuple[int, int], *args: Any, **options: Any) -> bytes:
    """A picture is not drawn for paper, where its words are no text; only its size is told."""
    if options["format"] == "svg":
        return SAVED(name, size, *args, **options)
    return bytes(16) + b"".join(side.to_bytes(4) for side in size)


def forms(text: str, templates: Path) -> dict[str, bytes]:
    """The page, the Markdown and the document of a review full of ``text``."""
    review = poisoned(synthetic.review(), text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "saved", _on_screen)
        pages = Pages(review, templates, diagram.svg(review.flow, text))
    images = dict.fromkeys(["flow.png", *(f"{drawn.id}.png" for drawn in pages.pictures)], b"")
    document = documents.docx(pages.body("docx"), images, templates / "document", review.as_of)
    markdown = documents.markdown(pages.body("md"))
    return {"review.html": pages.html(), "review.md": markdown, "review.docx": document}


@pytest.fixture(scope="module")
def plain(templates) -> tuple[Counter, Counter]:
    """What a harmless text gives: the elements of the page, and of the Markdown as shown."""
    files = forms("plain", templates)
    return shape(page(files)), shape(markdown_page(files))


def shape(root) -> Counter:
    """Which elements there are, and how many; text, of whatever kind, adds none.

    But for the diagram, where a long label takes more lines.
    """
    tags = (element.tag for element in root.iter() if isinstance(element.tag, str))
    return Counter(tag for tag in tags if tag not in ("g", "text"))


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_it_is_shown_as_text(case, templates, plain):
    text = text_of(case)
    if len(text) > LONGEST and not os.environ.get("PERENNIAL_LONG"):
        pytest.skip(
            "NOT TRIED, a minute long: set PERENNIAL_LONG=1 (tests/browser has it on a page)"
        )
    files = forms(text, templates)
    html, md = page(files), markdown_page(files)
    assert shape(html) == plain[0]
    assert set(shape(md)) <= set(plain[1]) | bare_links(text)
    quote = squeezed(str(visible(text)))
    assert quote in squeezed(html.text_content())
    assert quote in squeezed(md.text_content())
    assert quote in docx_text(files)
    links = [a.get("href") for root in (html, md) for a in root.iter("a")]
    assert not [link for link in links if link.lower().startswith(("javascript", "data"))]
    assert not [e for e in html.iter() if any(name.startswith("on") for name in e.attrib)]


def bare_links(text: str) -> set[str]:
    # GitHub makes a link of a bare address: it leads where it says, which is text enough.
    return {"a"} if "http" in text else set()


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_no_cell_runs_as_a_formula(case, templates):
    review = synthetic.review()
    text = text_of(case)
    bad = poisoned(review, text)
    for sheet in (sheets.evidence(bad), sheets.studies(bad), sheets.screening(bad)):
        rows = list(csv.reader(io.StringIO(sheets.as_csv(sheet).decode(), newline="")))
        assert len(rows) > 1
        assert not [
            c for row in rows for c in row if c.startswith(("=", "+", "-", "@", "\t", "\r"))
        ]


def test_references_hold_it_and_nothing_more():
    texts = [text_of(case) for case in CASES]
    records = [synthetic.record(n, title=text) for n, text in enumerate(texts, start=1)]
    items = [csl.item(record) for record in records]
    managed = rispy.loads(ris.ris({}, records).decode())
    assert len(managed) == len(records) == csl.biblatex(items).count(b"@article{pmid")
    for text, entry, imported in zip(texts, csl.entries(items), managed, strict=True):
        assert squeezed(str(visible(text))) in squeezed(entry)
        assert squeezed(imported["title"]) == squeezed(str(visible(text)))


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_what_is_made_visible_can_be_written_anywhere(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert not set(shown) & {chr(n) for n in (0, 7, 0x1B, 0x7F, 0x85, 0x202E, 0x2066, 0xFFFF)}
    assert visible(shown) == shown


def test_half_a_surrogate_pair_is_named():
    assert visible("\ud83d") == "[U+D83D]"


def test_markup_of_our_own_passes():
    assert visible(Markup("<b>x</b>")) == Markup("<b>x</b>")


def test_a_long_title_is_cut_and_says_so():
    assert clip("W" * 20_000) == "W" * 400 + "… (cut here; 20,000 characters in all)"
    assert clip("W" * 400) == "W" * 400
